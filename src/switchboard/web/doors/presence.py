"""Whether agents' pages answer."""

from typing import Protocol

from switchboard.web.doors.session import Who


class Presence(Protocol):
    """Told when an agent's page stops and starts answering; must not block."""

    def feed_lost(self, who: Who) -> None:
        """No page of this person answers any more: a frozen or closed tab must not stay available."""
        ...

    def feed_back(self, who: Who) -> None:
        """A page of this person answers (again); also told for the first one."""
        ...
