"""The configuration's versions: who changed what, when, and what going back would change."""

from pydantic import Field

from switchboard.web.fields import Answer, Asked, FilledLine, Id
from switchboard.web.messages.administration import AdministrationItem, ItemChange


class ConfigurationVersion(Answer):
    version: int
    at: int
    by: str
    """The person, or `system` for a file or a program."""
    by_name: str | None
    """Null when nobody of this id is known."""
    back_to: int | None
    """The version that this one went back to."""
    changes: list[ItemChange]
    """What it changed, at most 100 things. A value of more than 2,000 characters is told as `...`."""
    more: int
    """Further things that it changed."""


class ConfigurationVersions(Answer):
    versions: list[ConfigurationVersion]
    """Newest first."""
    after: int | None
    """The cursor of the next page; null on the last one."""


class BackAsked(Asked):
    """section and key: of the one thing that goes back; null for everything."""

    section: Id | None = None
    key: FilledLine | None = Field(default=None)


class WentBack(Answer):
    applied: bool
    """False for a dry run."""
    changes: list[ItemChange]
    """Empty when everything is as it was then."""
    item: AdministrationItem | None
    """The one thing as it is now; null on a dry run, and when everything or nothing went back."""
