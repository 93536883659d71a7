"""What was learned of agents, for supervisors."""

from typing import Protocol

from switchboard.web.doors.session import Who
from switchboard.web.messages.outcomes import LearnedVersions


class OutcomesDoor(Protocol):
    """Versions of what was learned; each of these answers with the versions as they are then."""

    async def versions(self, who: Who) -> LearnedVersions:
        """The newest first."""
        ...

    async def learn(self, who: Who) -> LearnedVersions:
        """Make one now and bring it into force. Raises Refused when there is too little to learn from."""
        ...

    async def take(self, who: Who, number: int) -> LearnedVersions:
        """Bring this one into force again. Raises NotFound, or Conflict when it is already."""
        ...
