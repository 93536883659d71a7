"""Lists of what is configured, and what a configuration file changed."""

from typing import Literal

from pydantic import Field

from switchboard.tenancy.model import Role
from switchboard.web.fields import Answer
from switchboard.web.messages.desk import Disposition


class ListedItem(Answer):
    """Something configured, as a list shows it."""

    id: str
    key: str
    name: str
    client: str | None = None
    roles: list[Role] = Field(default_factory=list)
    user_name: str | None = None
    team: str | None = None
    """Of an agent: the id of his team."""
    dispositions: list[Disposition] = Field(default_factory=list, description="of a queue")
    version: int | None = None
    retired: bool = False


class ListedItems(Answer):
    items: list[ListedItem]


class ConfigurationChange(Answer):
    kind: str
    """client, queue, person, flow, ..."""
    key: str
    what: Literal["created", "changed", "retired"]
    fields: list[str]
    """Which fields a changed item changed in."""


class ConfigurationResult(Answer):
    applied: bool
    """False for a dry run."""
    changes: list[ConfigurationChange]
