"""Whether the parts of a node work."""

from typing import Literal

from switchboard.web.fields import Answer


class PartHealth(Answer):
    part: str
    ok: bool


class Health(Answer):
    status: Literal["ok", "degraded"]
    version: str
    parts: list[PartHealth]
