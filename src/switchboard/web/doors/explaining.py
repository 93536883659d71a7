"""Why the Floor decides as it does, for supervisors."""

from collections.abc import Callable
from typing import Protocol

from switchboard.web.doors.watch import Stop
from switchboard.web.messages.explaining import Explanation, InLine, Question, QueueRelief, StuckThings, WhyAgent


class ExplainingDoor(Protocol):
    """Asked once, or again after each change while a page follows it."""

    async def in_line(self, organization: str, queue: str) -> InLine:
        """The first of those who wait in this queue. Raises NotFound."""
        ...

    async def agent(self, organization: str, agent: str) -> WhyAgent:
        """Why this agent has no call. Raises NotFound."""
        ...

    async def explanation(self, organization: str, asked: Question) -> Explanation:
        """Either of them, for a page that follows it."""
        ...

    def watch(self, organization: str, asked: Question, changed: Callable[[], None]) -> Stop:
        """Call `changed` whenever the explanation may be another; time that passes is not told."""
        ...

    async def relief(self, organization: str, queue: str) -> QueueRelief:
        """Who has helped in this queue, and who does just now. Raises NotFound."""
        ...

    async def stuck(self, organization: str) -> StuckThings:
        """What nobody will ever end."""
        ...
