"""Figures of the clients' days, live and of earlier days, by one function over the ledger's facts.

    figures = Figures(Sources(database, queues, tenancy, conversations), clock, tasks)
    await figures.open(routing)                      # counts what is there already, then follows the Floor
    figures.now(organization, Cell(queue))           # today
    stop = figures.watch(organization, changed)
    await figures.reload(organization)               # after a change of the configuration

At a start today's rows are counted, then each committed batch as it comes (`counters`). Whatever was counted twice on
the way counts once, for facts are kept by id.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from switchboard.conversations.service import ArrivedContact, Conversations
from switchboard.insight.counters import ELSEWHERE, Counters, zone_of
from switchboard.insight.decide import NOTHING, contribution, figure
from switchboard.insight.model import Cell, Facts, Figure, Rule, Rules, Sums, Visit, Work
from switchboard.kit.clock import MICROSECONDS, Clock
from switchboard.kit.errors import NotFound
from switchboard.kit.tasks import Tasks
from switchboard.measures.days import Day, day_of
from switchboard.routing.events import Event
from switchboard.routing.service import Queues, Routing
from switchboard.storage.database import Database
from switchboard.tenancy.service import Tenancy

__all__ = ["Cell", "Figure", "Figures", "Sources"]

LOOK: Final = 60.0
"""Seconds between two looks at the clock at most: it may be set, and a laptop may have slept over midnight."""


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

    def teams(self, organization: str) -> Mapping[str, str]:
        """Team by agent, of those who have one."""
        return self._of(organization).counters.rules.teams

    def today(self, organization: str, client: str) -> Day:
        """The client's day."""
        return self._of(organization).counters.day(client, self._clock.now())

    def watch(self, organization: str, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` when figures change without an event: at midnight and with other rules."""
        return self._of(organization).watch(changed)

    async def of_days(self, organization: str, cell: Cell, dates: Sequence[dt.date]) -> Figure:
        """A cell's figures of these days by the clients' calendars, counted from the rows by today's rules."""
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

    def hear(self, events: Sequence[Event], at: int) -> None:
        """Told by the Floor after each commit."""
        if self._meanwhile is not None:
            self._meanwhile.append((events, at))
        self.counters.take(events, at)

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
                        final |= _hold(counters, page)
                for events, at in self._meanwhile:
                    counters.take([event for event in events if getattr(event, "contact", None) not in final], at)
                self.counters = counters
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
                self._tell()

    async def of_days(self, cell: Cell, dates: Sequence[dt.date]) -> Figure:
        rules, now = self.counters.rules, self._clock.now()
        only = rules.client_of(cell.place)
        sums, spans = NOTHING, []
        for client in rules.zones if only is None else [only]:
            days = [day_of(date, zone_of(rules.zones[client])) for date in dates]
            spans.append(Day(dates[0], days[0].since, days[-1].until))
            for day in days:
                if day == self.counters.day(client, now):
                    sums = sums.plus(self.counters.sums(client, day).get(cell, NOTHING))
                else:
                    sums = sums.plus(await self._counted(client, day, cell, rules))
        return figure(cell, sums, spans, rules)

    async def _counted(self, client: str, day: Day, cell: Cell, rules: Rules) -> Sums:
        sums = NOTHING
        pages = self._sources.conversations.arrived(self._organization, [client], day.since, day.until)
        async for page in pages:
            for one in page:
                sums = sums.plus(contribution(facts_of(one), rules).get(cell, NOTHING))
        return sums

    def _tell(self) -> None:
        for changed in list(self._watchers):
            changed()

    def _unwatch(self, changed: Callable[[], None]) -> None:
        if changed in self._watchers:
            self._watchers.remove(changed)


def _hold(counters: Counters, page: Sequence[ArrivedContact]) -> set[str]:
    """Count a page of rows; the contacts of which nothing can change any more."""
    final = set()
    for one in page:
        facts = facts_of(one)
        counters.hold(one.id, facts)
        if facts.final:
            final.add(one.id)
    return final


def facts_of(row: ArrivedContact) -> Facts:
    """The facts as the rows have them."""
    return Facts(
        row.client,
        row.arrived_at,
        row.closed,
        {one.id: Visit(one.queue, one.entered_at, one.left_at, one.how) for one in row.visits},
        {
            one.id: Work(
                one.queue, one.agent, one.visit, one.ring_time, one.talk_time or 0, one.hold_time or 0, one.wrap_up_time
            )
            for one in row.engagements
        },
    )
