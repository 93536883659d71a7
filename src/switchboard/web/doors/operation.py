"""Whether the parts of a node work."""

from collections.abc import Sequence
from typing import Protocol

from switchboard.web.messages.operation import PartHealth


class HealthDoor(Protocol):
    async def parts(self) -> Sequence[PartHealth]: ...
