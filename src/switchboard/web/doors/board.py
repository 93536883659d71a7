"""The line, the people and the figures of the day, live."""

from collections.abc import Callable
from typing import Protocol

from switchboard.web.doors.watch import Stop
from switchboard.web.messages.board import Board, BoardChoices, BoardEntrances, BoardFilter, BoardPatterns, BoardTimes


class BoardDoor(Protocol):
    """The board of an organization."""

    async def board(self, organization: str, narrowed: BoardFilter) -> Board:
        """What fits the filter. A row that has not changed is the same object as before."""
        ...

    async def choices(self, organization: str) -> BoardChoices:
        """What a board can be narrowed to."""
        ...

    def watch(self, organization: str, changed: Callable[[], None]) -> Stop:
        """Calls `changed` (cheap, never blocks) after each change that may show on a board."""
        ...


class BoardDaysDoor(Protocol):
    """What a board shows beside the live rows, counted from the ledger when a page asks."""

    async def times(self, organization: str, narrowed: BoardFilter) -> BoardTimes:
        """How the agents who fit the filter spent their time."""
        ...

    async def patterns(self, organization: str, narrowed: BoardFilter) -> BoardPatterns:
        """What a supervisor may want to look at, of the agents who fit the filter."""
        ...

    async def patterns_csv(self, organization: str, narrowed: BoardFilter) -> bytes:
        """The same as CSV (RFC 4180, UTF-8)."""
        ...

    async def entrances(self, organization: str, narrowed: BoardFilter) -> BoardEntrances:
        """What was dialled, of the client of the filter or all clients."""
        ...
