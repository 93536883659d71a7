"""One configured thing at a time, written as in a configuration file."""

from typing import Any, Literal

import orjson
from pydantic import Field, field_validator

from switchboard.web.fields import Answer, Asked


class AdministrationItem(Answer):
    key: str
    revision: str
    """Stands for exactly this state of the thing; goes back with a change."""
    item: dict[str, Any]
    """As a configuration file says it. Secrets are named by where they are kept."""


class AdministrationItems(Answer):
    section: str
    kind: str
    """What one of them is called: `queue`."""
    label: str
    """The field that is the key: `key`, or `number`."""
    choices: dict[str, list[str]] = Field(default_factory=dict)
    """The values that a field may have, where this Switchboard decides which there are: `strategy`."""
    items: list[AdministrationItem]


class ItemUser(Answer):
    section: str
    key: str


class ItemUsers(Answer):
    users: list[ItemUser]
    """Everything that refers to the thing."""


class ItemAsked(Asked):
    item: dict[str, Any]
    revision: str | None = Field(default=None, max_length=64)
    """Of the item that was changed; null for a new one."""

    @field_validator("item")
    @classmethod
    def _plain(cls, item: dict[str, Any]) -> dict[str, Any]:
        """Only what can be stored: no half characters, no numbers beyond 64 bits."""
        try:
            orjson.dumps(item)
        except (TypeError, ValueError):
            raise ValueError("holds a value that cannot be stored") from None
        return item


class FieldDifference(Answer):
    name: str
    before: Any = None
    after: Any = None


class ItemChange(Answer):
    section: str
    kind: str
    key: str
    what: Literal["created", "changed", "retired"]
    fields: list[FieldDifference]


class ItemSaved(Answer):
    applied: bool
    """False for a dry run."""
    item: AdministrationItem | None
    """As it is now, or would be; null when it was retired."""
    changes: list[ItemChange]
