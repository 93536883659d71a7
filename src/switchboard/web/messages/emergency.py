"""Emergency announcements."""

from typing import Annotated

from pydantic import Field

from switchboard.web.fields import Answer, Asked, FilledLine, Note


class EmergencyAsked(Asked):
    """What shall be said. Give either `text` or `sound`."""

    text: Note | None = None
    """Read by the built-in voice; at most 2,000 characters."""
    sound: FilledLine | None = None
    """The key of an uploaded sound."""
    language: FilledLine = "en"
    """Of the text."""
    numbers: Annotated[list[FilledLine], Field(max_length=1_000)] | None = None
    """For callers of these numbers; left out: of all."""
    minutes: Annotated[int, Field(strict=True)]
    """Until it ends by itself: 1 to 10,080 (a week)."""
    ends: bool = True
    """Whether the call ends after it; otherwise it goes on as usual."""


class EmergencyAnnouncement(Answer):
    id: str
    on: bool
    text: str | None
    sound: str | None
    language: str
    numbers: list[str] | None
    """None: all."""
    ends: bool
    at: int
    """When it was switched on; all times in UTC epoch microseconds."""
    until: int
    by: str | None
    """Name of who switched it on; None for a person who is no longer known."""
    off_at: int | None
    """When it was switched off before its time was up."""
    off_by: str | None


class EmergencyAnnouncements(Answer):
    announcements: list[EmergencyAnnouncement]
