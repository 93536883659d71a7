"""What was changed in the configuration, and the way back."""

from typing import Protocol

from switchboard.web.doors.session import Who
from switchboard.web.messages.changes import BackAsked, ConfigurationVersions, WentBack


class ChangesDoor(Protocol):
    """The versions of an organization's configuration."""

    async def versions(
        self, who: Who, *, after: int | None, section: str | None, key: str | None, limit: int
    ) -> ConfigurationVersions:
        """Newest first. after: the cursor of the page before. section, key: only what changed this."""
        ...

    async def back(self, who: Who, version: int, asked: BackAsked, *, dry_run: bool) -> WentBack:
        """Bring a version back, as a new one. Raises NotFound, Invalid and Conflict that name what is missing now."""
        ...
