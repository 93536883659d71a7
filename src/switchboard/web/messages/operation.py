"""Whether the parts of a node work."""

from typing import Literal

from switchboard.web.fields import Answer


class PartHealth(Answer):
    part: str
    ok: bool
    essential: bool = True
    """Whether calls can be taken without it."""


class Health(Answer):
    status: Literal["ok", "degraded"]
    version: str
    parts: list[PartHealth]
