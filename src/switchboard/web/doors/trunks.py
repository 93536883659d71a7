"""How trunks stand, and trial calls over them."""

from collections.abc import Sequence
from typing import Protocol

from switchboard.web.doors.session import Who
from switchboard.web.messages.trunks import Trial, TrunkStatus


class TrunksDoor(Protocol):
    async def trunks(self, who: Who) -> Sequence[TrunkStatus]: ...

    async def trial(self, who: Who, trunk: str, number: str) -> Trial:
        """Call a number over a trunk (its key); takes up to a minute. Raises NotFound, TooMany, Unavailable."""
        ...
