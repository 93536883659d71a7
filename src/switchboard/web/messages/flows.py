"""Flows as an administrator writes them: text, outline, versions."""

from typing import Any

from switchboard.web.fields import Answer


class FlowFault(Answer):
    line: int
    """From 1."""
    field: str
    text: str


class OutlineStep(Answer):
    """A step as the outline shows it."""

    kind: str
    place: str
    """Where it stands: `steps[1].enqueue`."""
    fields: dict[str, Any]
    """Its own fields as written, without its branches."""
    says: list[str]
    """The texts that are read to the caller."""
    branches: dict[str, list["OutlineStep"]]


class FlowChecked(Answer):
    faults: list[FlowFault]
    """Empty when it can be published."""
    item: dict[str, Any] | None
    """The flow as data, for saving; null when the text is no YAML."""
    language: str
    outline: list[OutlineStep]
    """Of what could be read."""


class FlowVersion(Answer):
    version: int
    at: int
    by: str | None
    """Name of who published it; null for the system or somebody unknown."""
    text: str
    """As YAML."""
    in_force: bool


class FlowVersions(Answer):
    versions: list[FlowVersion]
    """Newest first."""
