"""One configured thing at a time, written as in a configuration file."""

from typing import Annotated, Any, Literal

import orjson
from pydantic import Field, StringConstraints, field_validator

from switchboard.web.fields import Answer, Asked, Id


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


class RequirementAsked(Asked):
    text: Annotated[str, StringConstraints(max_length=2_000)]
    """As the field `who` of a queue says it; empty asks for nothing but the levels."""
    queue: Id | None = None
    """Only agents who serve this queue (a key)."""
    requires: dict[Id, Annotated[int, Field(ge=0, le=100)]] = Field(default_factory=dict, max_length=100)
    """Least level by skill, asked for as well."""


class FittingAgent(Answer):
    key: str
    name: str
    signed_in: bool


class RequirementChecked(Answer):
    fault: str | None
    """What is wrong with the text; null when nothing is."""
    position: int | None
    """The character where it goes wrong, from 1."""
    agents: list[FittingAgent]
    """Who fits now, at most 200 of them."""
    fitting: int
    """How many fit."""
    signed_in: int
    """How many of these are signed in."""
    of: int
    """How many agents were looked at."""
