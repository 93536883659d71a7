"""The line and the people, live."""

from collections.abc import Callable
from typing import Protocol

from switchboard.web.doors.watch import Stop
from switchboard.web.messages.board import Board


class BoardDoor(Protocol):
    """The line and the people of an organization, live."""

    async def board(self, organization: str) -> Board: ...

    def watch(self, organization: str, changed: Callable[[], None]) -> Stop: ...
