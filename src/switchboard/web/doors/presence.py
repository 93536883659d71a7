"""Whether agents' pages answer."""

from collections.abc import Callable
from typing import Protocol

from switchboard.web.doors.session import Who

Ask = Callable[[str, str], None]
"""(organization, person): sends the person's desks a heartbeat now, out of turn."""


class Presence(Protocol):
    """Told when an agent's page stops and starts answering; must not block."""

    def asked_by(self, ask: Ask) -> None:
        """How a page can be asked whether it is there; told once, at the start."""
        ...

    def answered(self, who: Who) -> None:
        """A desk of this person was opened or answered a heartbeat, from its message handler."""
        ...

    def feed_lost(self, who: Who) -> None:
        """No page of this person answers any more: a frozen or closed tab must not stay available."""
        ...

    def feed_back(self, who: Who) -> None:
        """A page of this person answers (again); also told for the first one."""
        ...
