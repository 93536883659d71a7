"""The board from the Floor's rows and the day's figures."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Final, TypeVar

from switchboard.agents.model import AgentState
from switchboard.insight.model import WHOLE
from switchboard.insight.service import Cell, Figure, Figures, Period
from switchboard.kit.clock import Clock
from switchboard.routing import service as routing
from switchboard.routing.model import PLAIN_TARGETS, Limits, Targets
from switchboard.routing.service import Floors, Stuck, Watchdog
from switchboard.web.doors.watch import Stop
from switchboard.web.messages import board as shown
from switchboard.web.messages.board import (
    Board,
    BoardAgent,
    BoardChoice,
    BoardChoices,
    BoardFilter,
    BoardQueue,
    BoardRelief,
)
from switchboard.web.messages.desk import LineTrouble
from switchboard.web.messages.explaining import StuckThing
from switchboard.web.rooms import sentences
from switchboard.web.rooms.alarms import stuck_shown
from switchboard.web.rooms.hub import Hub
from switchboard.web.rooms.names import Named, Names

Row = TypeVar("Row", routing.BoardAgent, routing.BoardQueue, Figure)
Shown = TypeVar("Shown", BoardAgent, BoardQueue, shown.BoardFigures)


TroublesOf = Callable[[str], Mapping[str, Sequence[LineTrouble]]]
"""What is wrong with the talks of an organization, by agent; only of those with whom something is."""


def no_troubles(_organization: str) -> Mapping[str, Sequence[LineTrouble]]:
    return {}


FILTERS: Final = 64
"""Of so many different filters it is remembered who fits them."""


class RoutingBoard:
    """Satisfies `doors.BoardDoor`."""

    def __init__(
        self,
        floors: Floors,
        figures: Figures,
        hub: Hub,
        names: Names,
        clock: Clock,
        watchdog: Watchdog,
        troubles: TroublesOf = no_troubles,
    ) -> None:
        self._watchdog = watchdog
        self._troubles = troubles
        self._floors = floors
        self._figures = figures
        self._hub = hub
        self._names = names
        self._clock = clock
        self._shown: dict[str, _Shown] = {}

    async def board(self, organization: str, narrowed: BoardFilter) -> Board:
        rows = self._shown.get(organization)
        named = await self._names.of(organization)
        await self._figures.prepare(organization, narrowed.days)
        if rows is None or rows.named is not named:
            rows = self._shown[organization] = _Shown(named)
        now = self._floors.of(organization).board()
        agents, shown_agents = rows.fitting(now.agents, narrowed)
        served = (
            {queue for agent in agents for queue in (*agent.queues, *agent.helps)}
            if narrowed.team is not None
            else None
        )
        queues = [one for one in now.queues if _fits_queue(one, narrowed, served)]
        return Board(
            queues=[rows.queue(one) for one in queues],
            agents=_with_troubles(shown_agents, self._troubles(organization)),
            figures=[
                rows.figure(self._figures.of(organization, cell, narrowed.days), narrowed.days)
                for cell in _cells(queues, narrowed)
            ],
            stuck=rows.stuck(self._watchdog.found(organization), self._floors.of(organization).names()),
            filter=narrowed,
            server_now=self._clock.now(),
        )

    async def choices(self, organization: str) -> BoardChoices:
        named = await self._names.of(organization)
        queues = self._floors.of(organization).board().queues
        teams = set(self._figures.teams(organization).values())
        return BoardChoices(
            clients=_by_name(BoardChoice(id=id_, name=name) for id_, name in named.clients.items()),
            queues=_by_name(BoardChoice(id=one.id, name=one.name, client=one.client) for one in queues),
            teams=_by_name(BoardChoice(id=id_, name=named.teams[id_]) for id_ in teams if id_ in named.teams),
        )

    def watch(self, organization: str, changed: Callable[[], None]) -> Stop:
        stops = (
            self._hub.board(organization, changed),
            self._figures.watch(organization, changed),
            self._watchdog.subscribe(organization, changed),
        )

        def stop() -> None:
            for one in stops:
                one()

        return stop


def _with_troubles(agents: list[BoardAgent], troubles: Mapping[str, Sequence[LineTrouble]]) -> list[BoardAgent]:
    if not troubles:
        return agents
    return [
        row if row.id not in troubles else row.model_copy(update={"troubles": list(troubles[row.id])}) for row in agents
    ]


def _fits(narrowed: BoardFilter, named: Named) -> Callable[[routing.BoardAgent], bool]:
    """Whether an agent is of the team, and of the queue or of any queue of the client."""
    queues: set[str] | None = None
    if narrowed.queue is not None:
        queues = {narrowed.queue}
    elif narrowed.client is not None:
        queues = {id_ for id_, queue in named.queues.items() if queue.client == narrowed.client}
    return lambda agent: (
        narrowed.team in {None, agent.team} and (queues is None or not queues.isdisjoint((*agent.queues, *agent.helps)))
    )


def _fits_queue(queue: routing.BoardQueue, narrowed: BoardFilter, served: set[str] | None) -> bool:
    return (
        narrowed.queue in {None, queue.id}
        and narrowed.client in {None, queue.client}
        and (served is None or queue.id in served)
    )


def _cells(queues: Iterable[routing.BoardQueue], narrowed: BoardFilter) -> list[Cell]:
    """The figures that a page shows: of the whole or its filter, and of each queue and client in sight."""
    clients = {queue.client for queue in queues if narrowed.queue is None}
    if narrowed.client is not None:
        clients.add(narrowed.client)
    whole = [WHOLE] if narrowed.client is None and narrowed.queue is None else []
    wanted = [narrowed.queue] if narrowed.queue is not None else []
    places = dict.fromkeys([*whole, *sorted(clients), *wanted, *(queue.id for queue in queues)])
    return [Cell(place, narrowed.team) for place in places]


def _by_name(choices: Iterable[BoardChoice]) -> list[BoardChoice]:
    return sorted(choices, key=lambda one: (one.name.casefold(), one.id))


class _Fitting:
    """The agents that fit one filter. Of a thousand only those are looked at who have changed since last time."""

    def __init__(
        self, fits: Callable[[routing.BoardAgent], bool], show: Callable[[routing.BoardAgent], BoardAgent]
    ) -> None:
        self._fits = fits
        self._show = show
        self._rows: Sequence[routing.BoardAgent] = ()
        self._shown: list[BoardAgent | None] = []

    def of(self, rows: Sequence[routing.BoardAgent]) -> tuple[list[routing.BoardAgent], list[BoardAgent]]:
        shown = [
            known if old is row else self._look(row)
            for old, known, row in zip(self._rows, self._shown, rows, strict=False)
        ]
        shown += [self._look(row) for row in rows[len(shown) :]]
        self._rows, self._shown = rows, shown
        return [row for row, one in zip(rows, shown, strict=True) if one is not None], [one for one in shown if one]

    def _look(self, row: routing.BoardAgent) -> BoardAgent | None:
        return self._show(row) if self._fits(row) else None


class _Shown:
    """The rows as shown last: of a thousand rows only those that changed are made anew."""

    def __init__(self, named: Named) -> None:
        self.named = named
        self._queues: dict[str, tuple[routing.BoardQueue, BoardQueue]] = {}
        self._agents: dict[str, tuple[routing.BoardAgent, BoardAgent]] = {}
        self._fitting: OrderedDict[BoardFilter, _Fitting] = OrderedDict()
        self._figures: dict[tuple[Cell, Period], tuple[Figure, shown.BoardFigures]] = {}
        self._stuck: tuple[tuple[Stuck, ...], list[StuckThing]] = ((), [])

    def stuck(self, found: tuple[Stuck, ...], names: Mapping[str, str]) -> list[StuckThing]:
        """What sticks; the same list until that changes."""
        if self._stuck[0] is not found:
            self._stuck = (found, [stuck_shown(one, names) for one in found])
        return self._stuck[1]

    def queue(self, row: routing.BoardQueue) -> BoardQueue:
        return _again(row, row.id, self._queues, self._queue)

    def fitting(
        self, rows: Sequence[routing.BoardAgent], narrowed: BoardFilter
    ) -> tuple[list[routing.BoardAgent], list[BoardAgent]]:
        """The agents that fit a filter: as the Floor has them, and as shown."""
        known = self._fitting.pop(narrowed, None) or _Fitting(_fits(narrowed, self.named), self.agent)
        self._fitting[narrowed] = known
        if len(self._fitting) > FILTERS:
            self._fitting.popitem(last=False)
        return known.of(rows)

    def agent(self, row: routing.BoardAgent) -> BoardAgent:
        return _again(row, row.id, self._agents, self._agent)

    def figure(self, row: Figure, period: Period) -> shown.BoardFigures:
        return _again(row, (row.cell, period), self._figures, _figure)

    def _queue(self, row: routing.BoardQueue) -> BoardQueue:
        return BoardQueue(
            id=row.id,
            name=row.name,
            client=self.named.client(row.client),
            client_id=row.client,
            waiting=row.waiting,
            paused=row.paused,
            due=list(row.due),
            longest_since=row.longest_since,
            offered=row.offered,
            signed_in=row.signed_in,
            available=row.available,
            relief=[
                BoardRelief(
                    name=sentences.group_named(one.group, self.named.teams, self.named.queue),
                    since=one.since,
                    because=sentences.of_relief(one.because, one.waiting, one.longest_wait, one.service_level),
                )
                for one in row.relief
            ],
            targets=_targets(self.named.queues[row.id].targets if row.id in self.named.queues else PLAIN_TARGETS),
        )

    def _agent(self, row: routing.BoardAgent) -> BoardAgent:
        return BoardAgent(
            id=row.id,
            name=row.name,
            state=row.state,
            reason=self.named.reason(row.reason),
            since=row.since,
            longest=self.named.longest(row.reason) if row.state is AgentState.PAUSED else None,
            until=row.until if row.then is not None else None,
            then=row.then,
            reachable=row.reachable,
            queue=self.named.queue(row.queue),
            contact=row.contact,
            team=row.team,
            queues=list(row.queues),
            helps=list(row.helps),
        )


def _targets(targets: Targets) -> shown.BoardTargets:
    return shown.BoardTargets(
        level=targets.level,
        waiting=_limits(targets.waiting),
        longest_wait=_limits(targets.longest_wait),
        service_level=_limits(targets.service_level),
    )


def _limits(limits: Limits) -> shown.BoardLimits:
    return shown.BoardLimits(warn=limits.warn, alarm=limits.alarm)


def _figure(row: Figure) -> shown.BoardFigures:
    return shown.BoardFigures(
        id=row.cell.place or shown.WHOLE,
        since=row.since,
        until=row.until,
        offered=row.offered,
        answered=row.answered,
        abandoned=row.abandoned,
        other=row.other,
        full=row.full,
        overflowed_out=row.overflowed_out,
        overflowed_in=row.overflowed_in,
        service_level=row.service_level,
        formula=row.formula,
        formula_text=row.text,
        threshold=row.threshold,
        asa=row.asa,
        aht=row.aht,
        handled=row.handled,
        transferred=row.transferred,
        transfer_rate=row.transfer_rate,
        longest_wait=row.longest_wait,
        estimates=None if row.estimates is None else shown.BoardEstimates(**asdict(row.estimates)),
    )


Key = TypeVar("Key", str, tuple[Cell, Period])


def _again(row: Row, key: Key, known: dict[Key, tuple[Row, Shown]], show: Callable[[Row], Shown]) -> Shown:
    before = known.get(key)
    # Floor and figures hand out the same row until it changes.
    if before is None or before[0] is not row:
        before = known[key] = (row, show(row))
    return before[1]
