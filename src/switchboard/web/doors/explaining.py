"""Why the Floor decides as it does, for supervisors."""

from typing import Protocol

from switchboard.web.messages.explaining import InLine, StuckThings, WhyAgent


class ExplainingDoor(Protocol):
    """Asked when somebody looks, never pushed."""

    async def in_line(self, organization: str, queue: str) -> InLine:
        """The first of those who wait in this queue. Raises NotFound."""
        ...

    async def agent(self, organization: str, agent: str) -> WhyAgent:
        """Why this agent has no call. Raises NotFound."""
        ...

    async def stuck(self, organization: str) -> StuckThings:
        """What nobody will ever end."""
        ...
