"""The board from the Floor's rows."""

from collections.abc import Callable
from typing import TypeVar

from switchboard.kit.clock import Clock
from switchboard.routing import service as routing
from switchboard.routing.service import Floors
from switchboard.web.doors.watch import Stop
from switchboard.web.messages.board import Board, BoardAgent, BoardQueue
from switchboard.web.rooms.hub import Hub
from switchboard.web.rooms.names import Named, Names

Row = TypeVar("Row", routing.BoardAgent, routing.BoardQueue)
Shown = TypeVar("Shown", BoardAgent, BoardQueue)


class RoutingBoard:
    """Satisfies `doors.BoardDoor`."""

    def __init__(self, floors: Floors, hub: Hub, names: Names, clock: Clock) -> None:
        self._floors = floors
        self._hub = hub
        self._names = names
        self._clock = clock
        self._shown: dict[str, _Shown] = {}

    async def board(self, organization: str) -> Board:
        named = await self._names.of(organization)
        shown = self._shown.get(organization)
        if shown is None or shown.named is not named:
            shown = self._shown[organization] = _Shown(named)
        now = self._floors.of(organization).board()
        return Board(queues=shown.queues(now.queues), agents=shown.agents(now.agents), server_now=self._clock.now())

    def watch(self, organization: str, changed: Callable[[], None]) -> Stop:
        return self._hub.board(organization, changed)


class _Shown:
    """The rows as shown last: of a thousand rows only those that changed are made anew."""

    def __init__(self, named: Named) -> None:
        self.named = named
        self._queues: dict[str, tuple[routing.BoardQueue, BoardQueue]] = {}
        self._agents: dict[str, tuple[routing.BoardAgent, BoardAgent]] = {}

    def queues(self, rows: tuple[routing.BoardQueue, ...]) -> list[BoardQueue]:
        self._queues = _again(rows, self._queues, self._queue)
        return [shown for _, shown in self._queues.values()]

    def agents(self, rows: tuple[routing.BoardAgent, ...]) -> list[BoardAgent]:
        self._agents = _again(rows, self._agents, self._agent)
        return [shown for _, shown in self._agents.values()]

    def _queue(self, row: routing.BoardQueue) -> BoardQueue:
        return BoardQueue(
            id=row.id,
            name=row.name,
            client=self.named.client(row.client),
            waiting=row.waiting,
            longest_since=row.longest_since,
            offered=row.offered,
            signed_in=row.signed_in,
            available=row.available,
        )

    def _agent(self, row: routing.BoardAgent) -> BoardAgent:
        return BoardAgent(
            id=row.id,
            name=row.name,
            state=row.state,
            reason=self.named.reason(row.reason),
            since=row.since,
            reachable=row.reachable,
            queue=self.named.queue(row.queue),
        )


def _again(
    rows: tuple[Row, ...], before: dict[str, tuple[Row, Shown]], show: Callable[[Row], Shown]
) -> dict[str, tuple[Row, Shown]]:
    after: dict[str, tuple[Row, Shown]] = {}
    for row in rows:
        known = before.get(row.id)
        # The Floor hands out the same row until it changes.
        after[row.id] = known if known is not None and known[0] is row else (row, show(row))
    return after
