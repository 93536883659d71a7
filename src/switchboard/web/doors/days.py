"""What an agent did on a day."""

from typing import Protocol

from switchboard.web.doors.session import Who
from switchboard.web.messages.days import AgentDay, DayAsked


class DaysDoor(Protocol):
    async def day(self, who: Who, agent: str, asked: DayAsked) -> AgentDay:
        """An agent may see his own day, a supervisor everybody's. Raises NotFound."""
        ...
