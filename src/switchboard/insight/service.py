"""Figures of the clients' days, live and of earlier days, by one function over the ledger's facts.

    figures = Figures(Sources(database, queues, tenancy, conversations), clock, tasks)
    await figures.open(routing)                      # counts what is there already, then follows the Floor
    figures.now(organization, Cell(queue))           # today
    stop = figures.watch(organization, changed)
    await figures.prepare(organization, Period.WEEK)   # counts earlier days the first time
    figures.of(organization, Cell(queue), Period.WEEK)
    await figures.reload(organization)               # after a change of the configuration

At a start today's rows are counted, then each committed batch as it comes (`counters`). Whatever was counted twice on
the way counts once, for facts are kept by id.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from switchboard.conversations.service import Conversations
from switchboard.insight.accuracy import Accuracy
from switchboard.insight.counters import ELSEWHERE, Counters, accuracy_of, zone_of
from switchboard.insight.decide import NOTHING, figure
from switchboard.insight.earlier import Earlier, hold
from switchboard.insight.model import Cell, Figure, Rule, Rules
from switchboard.insight.patterns import Patterns
from switchboard.kit.clock import MICROSECONDS, Clock
from switchboard.kit.errors import NotFound
from switchboard.kit.tasks import Tasks
from switchboard.measures.days import Day, Period, day_of, days_of
from switchboard.routing.events import Event
from switchboard.routing.service import Queues, Routing
from switchboard.storage.database import Database
from switchboard.tenancy.service import Tenancy

__all__ = ["Cell", "Figure", "Figures", "Patterns", "Period", "Sources"]

LOOK: Final = 60.0
"""Seconds between two looks at the clock at most: it may be set, and a laptop may have slept over midnight."""


MOST_SHOWN: Final = 4_096
"""Figures of earlier days that are remembered, so that what has not changed is the same object."""

KEPT: Final = 9 * 86_400 * MICROSECONDS
"""So long an earlier day is kept: a week, and the hours by which clients' calendars differ."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where rules and facts come from."""

    database: Database
    queues: Queues
    tenancy: Tenancy
    conversations: Conversations

    async def rules(self, organization: str, teams: dict[str, str]) -> Rules:
        """How figures are judged now. teams: team by agent."""
        async with self.database.reading() as connection:
            queues = await self.queues.by_id(connection, organization)
            ids = await self.tenancy.brands.ids(connection, organization)
            clients = await self.tenancy.brands.configured(connection, organization)
        return Rules(
            {
                id_: Rule(item.client, item.service_level, item.targets.short_call, item.targets.formula)
                for id_, item in queues.items()
            },
            {id_: clients[key].time_zone if key in clients else ELSEWHERE for key, id_ in ids.items()},
            teams,
        )


class Figures:
    """The counters of every organization that is open here."""

    def __init__(self, sources: Sources, clock: Clock, tasks: Tasks) -> None:
        self._sources = sources
        self._clock = clock
        self._tasks = tasks
        self._open: dict[str, _Counted] = {}

    async def open(self, routing: Routing) -> None:
        """Count today so far and follow this Floor from now on."""
        organization = routing.organization
        counted = self._open[organization] = _Counted(routing, self._sources, self._clock)
        routing.subscribe(counted.hear)
        await counted.begin()
        self._tasks.start(counted.roll(), name="midnight")

    async def reload(self, organization: str) -> None:
        """Count anew when queues, clients or teams are judged by other rules than before."""
        await self._of(organization).reload()

    def now(self, organization: str, cell: Cell) -> Figure:
        """A cell's figures of today. The same object until they change."""
        return self._of(organization).counters.figure(cell, self._clock.now())

    async def prepare(self, organization: str, period: Period) -> None:
        """See to it that `of` can tell of this period: the first time its days are counted from their rows."""
        await self._of(organization).prepare(period)

    def of(self, organization: str, cell: Cell, period: Period) -> Figure:
        """A cell's figures of a period that was prepared; days and weeks are each client's own."""
        if period is Period.TODAY:
            return self.now(organization, cell)
        return self._of(organization).of(cell, period)

    def teams(self, organization: str) -> Mapping[str, str]:
        """Team by agent, of those who have one."""
        return self._of(organization).counters.rules.teams

    def today(self, organization: str, client: str) -> Day:
        """The client's day."""
        return self._of(organization).counters.day(client, self._clock.now())

    def days(self, organization: str, client: str, period: Period) -> list[Day]:
        """The client's days of a period, in order."""
        return self._of(organization).days_of([client], period)[client]

    def clients(self, organization: str) -> list[str]:
        """The ids of its clients."""
        return list(self._of(organization).counters.rules.zones)

    def watch(self, organization: str, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` when figures change without an event: at midnight and with other rules."""
        return self._of(organization).watch(changed)

    async def of_days(self, organization: str, cell: Cell, dates: Sequence[dt.date]) -> Figure:
        """A cell's figures of these days, one after the other, by the clients' calendars and today's rules."""
        return await self._of(organization).of_days(cell, dates)

    def _of(self, organization: str) -> "_Counted":
        try:
            return self._open[organization]
        except KeyError:
            raise NotFound("This organization's figures are not counted here") from None


class _Counted:
    """One organization."""

    def __init__(self, routing: Routing, sources: Sources, clock: Clock) -> None:
        self._routing = routing
        self._organization = routing.organization
        self._sources = sources
        self._clock = clock
        self._watchers: list[Callable[[], None]] = []
        self._meanwhile: list[tuple[Sequence[Event], int]] | None = None
        self._beginning = asyncio.Lock()
        self.counters = Counters(Rules())
        self.earlier = Earlier(self._organization, sources.conversations, Rules())
        self._shown: dict[tuple[Cell, Period], Figure] = {}

    def hear(self, events: Sequence[Event], at: int) -> None:
        """Told by the Floor after each commit."""
        if self._meanwhile is not None:
            self._meanwhile.append((events, at))
        self.counters.take(events, at)
        self.earlier.hear(events, at)

    async def begin(self) -> None:
        """Count today from its rows, then what was told meanwhile; until then the former figures stand."""
        async with self._beginning:
            self._meanwhile = []
            try:
                rules = await self._rules()
                counters = Counters(rules)
                now = self._clock.now()
                final: set[str] = set()
                for client in rules.zones:
                    day = counters.day(client, now)
                    pages = self._sources.conversations.arrived(self._organization, [client], day.since, day.until)
                    async for page in pages:
                        final |= hold(counters, page)
                for events, at in self._meanwhile:
                    counters.take([event for event in events if getattr(event, "contact", None) not in final], at)
                self.counters = counters
                self.earlier = Earlier(self._organization, self._sources.conversations, rules)
            finally:
                self._meanwhile = None
        self._tell()

    async def reload(self) -> None:
        if await self._rules() != self.counters.rules:
            await self.begin()

    async def _rules(self) -> Rules:
        return await self._sources.rules(self._organization, self._routing.teams())

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        self._watchers.append(changed)
        return partial(self._unwatch, changed)

    async def roll(self) -> None:
        """At each client's midnight a new day begins, though nothing happens."""
        while True:
            now = self._clock.now()
            until = self.counters.until(now)
            await asyncio.sleep(min(LOOK, (until - now) / MICROSECONDS + 0.001))
            now = self._clock.now()
            if now >= until:
                self.counters.drop_before(now)
                self.earlier.forget_before(now - KEPT)
                self._tell()

    async def of_days(self, cell: Cell, dates: Sequence[dt.date]) -> Figure:
        zones = self.counters.rules.zones
        days = {client: [day_of(date, zone_of(zones[client])) for date in dates] for client in self._spanned(cell)}
        await self.earlier.count(self._before_today(days))
        return self._figure(cell, days)

    async def prepare(self, period: Period) -> None:
        """See to it that the days of a period are counted."""
        counted: Earlier | None = None
        # Other rules may come while the rows are read: then they are counted anew.
        while period is not Period.TODAY and counted is not self.earlier:
            counted = self.earlier
            await counted.count(self._before_today(self.days_of(self.counters.rules.zones, period)))

    def of(self, cell: Cell, period: Period) -> Figure:
        now = self._figure(cell, self.days_of(self._spanned(cell), period))
        before = self._shown.get((cell, period))
        if before != now:
            if len(self._shown) >= MOST_SHOWN:
                self._shown.clear()
            before = self._shown[cell, period] = now
        return before

    def _spanned(self, cell: Cell) -> Collection[str]:
        """The clients whose days a cell sums up."""
        only = self.counters.rules.client_of(cell.place)
        return self.counters.rules.zones if only is None else [only]

    def days_of(self, clients: Iterable[str], period: Period) -> dict[str, list[Day]]:
        """The days of a period by each client's calendar."""
        now, zones = self._clock.now(), self.counters.rules.zones
        return {client: days_of(period, self.counters.day(client, now), zone_of(zones[client])) for client in clients}

    def _before_today(self, days: Mapping[str, Sequence[Day]]) -> list[tuple[str, Day]]:
        now = self._clock.now()
        return [
            (client, day) for client, theirs in days.items() for day in theirs if day != self.counters.day(client, now)
        ]

    def _figure(self, cell: Cell, days: Mapping[str, Sequence[Day]]) -> Figure:
        """The figure of these days of the clients; those before today are counted."""
        now, sums = self._clock.now(), NOTHING
        for client, theirs in days.items():
            for day in theirs:
                where = self.counters if day == self.counters.day(client, now) else self.earlier
                sums = sums.plus(where.sums(client, day).get(cell, NOTHING))
        spans = [Day(theirs[0].date, theirs[0].since, theirs[-1].until) for theirs in days.values()]
        every = [(client, day) for client, theirs in days.items() for day in theirs]
        return figure(cell, sums, spans, self.counters.rules, accuracy_of(cell, every, self._accuracy))

    def _accuracy(self, client: str, day: Day, queue: str) -> Accuracy | None:
        today = day == self.counters.day(client, self._clock.now())
        return (self.counters if today else self.earlier).accuracy(client, day, queue)

    def _tell(self) -> None:
        for changed in list(self._watchers):
            changed()

    def _unwatch(self, changed: Callable[[], None]) -> None:
        if changed in self._watchers:
            self._watchers.remove(changed)
