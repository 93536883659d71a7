"""What is configured."""

from collections.abc import Sequence
from typing import Protocol

from switchboard.web.doors.session import Who
from switchboard.web.messages.configuration import ConfigurationResult, ListedItem


class Lists(Protocol):
    """What is configured, for the administrator's lists."""

    async def clients(self, who: Who) -> Sequence[ListedItem]: ...
    async def queues(self, who: Who) -> Sequence[ListedItem]: ...
    async def people(self, who: Who) -> Sequence[ListedItem]: ...
    async def teams(self, who: Who) -> Sequence[ListedItem]: ...
    async def skills(self, who: Who) -> Sequence[ListedItem]: ...
    async def flows(self, who: Who) -> Sequence[ListedItem]: ...


class ConfigurationDoor(Protocol):
    async def apply(self, who: Who, document: bytes, *, dry_run: bool, prune: bool) -> ConfigurationResult:
        """All or nothing. Raises Invalid whose text names line and field, and whose `field` is the field."""
        ...

    async def export(self, who: Who) -> str:
        """The organization's configuration as YAML."""
        ...
