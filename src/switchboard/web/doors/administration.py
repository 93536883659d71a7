"""What an administrator changes, one thing at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from switchboard.kit.errors import Conflict
from switchboard.web.doors.session import Who
from switchboard.web.messages.administration import (
    AdministrationItem,
    AdministrationItems,
    ItemSaved,
    ItemUser,
    RequirementAsked,
    RequirementChecked,
)


@dataclass(frozen=True, slots=True)
class Change:
    """revision: of the item that was changed, None for a new one. dry_run: only say what would change."""

    revision: str | None
    dry_run: bool


class Stale(Conflict):
    """Somebody else has changed the thing meanwhile. present: as it is now, None when it is gone."""

    def __init__(self, text: str, present: AdministrationItem | None) -> None:
        super().__init__(text, field="revision")
        self.present = present


class AdministrationDoor(Protocol):
    """The things of an organization by section: `queues`, `skills`, `flows`, ...

    Everything raises NotFound for a section that there is not.
    """

    async def section(self, who: Who, section: str) -> AdministrationItems: ...

    async def users(self, who: Who, section: str, key: str) -> Sequence[ItemUser]:
        """Everything that refers to a thing."""
        ...

    async def put(self, who: Who, section: str, key: str, item: Mapping[str, Any], change: Change) -> ItemSaved:
        """Make or change a thing. Raises Invalid with the path of each wrong field inside the item, and Stale."""
        ...

    async def retire(self, who: Who, section: str, key: str, change: Change) -> ItemSaved:
        """Take a thing out of use. Raises Conflict that names who still needs it, NotFound and Stale."""
        ...

    async def requirement(self, who: Who, asked: RequirementAsked) -> RequirementChecked:
        """What is wrong with a requirement, or who fits it now."""
        ...
