"""Emergency announcements."""

from collections.abc import Sequence
from typing import Protocol

from switchboard.web.doors.session import Who
from switchboard.web.messages.emergency import EmergencyAnnouncement, EmergencyAsked


class EmergencyDoor(Protocol):
    """Announcements that callers hear at once instead of, or before, what answers them otherwise."""

    async def announcements(self, who: Who) -> Sequence[EmergencyAnnouncement]:
        """Those that are on, then the latest that are over."""
        ...

    async def switch_on(self, who: Who, asked: EmergencyAsked) -> EmergencyAnnouncement:
        """The next caller hears it. Raises Invalid naming the field, Unavailable when the voice fails."""
        ...

    async def switch_off(self, who: Who, announcement: str) -> None:
        """Raises NotFound; one that is off already stays as it is."""
        ...
