"""The board's figures over midnight and over changes of the clock, by each client's own calendar."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Collection
from typing import Any, cast

from support.clock import LoopClock, run
from support.floor import Runner, agent, queue
from support.ledger_rows import Rows
from switchboard.agents.model import Reach
from switchboard.conversations.model import TalkEnd
from switchboard.conversations.service import ArrivedContact
from switchboard.insight.model import WHOLE, Cell, Rule, Rules
from switchboard.insight.service import Figures, Sources
from switchboard.routing.commands import (
    AgentSignedIn,
    ContactArrived,
    ContactFinished,
    ContactLeft,
    ContactQueued,
    EngagementEnded,
    OfferAccepted,
)
from switchboard.routing.events import EngagementOpened, Offered
from switchboard.routing.service import Configured

RULES = Rules(
    {"support": Rule("berlin"), "sales": Rule("york")},
    {"berlin": "Europe/Berlin", "york": "America/New_York"},
)


def at(text: str) -> int:
    return round(dt.datetime.fromisoformat(text).timestamp()) * 1_000_000


class Ledger:
    """Stands for `Sources`: the rows of what was told."""

    def __init__(self) -> None:
        self.rows = Rows()
        self.conversations = self

    async def rules(self, _: str, _teams: dict[str, str]) -> Rules:
        return RULES

    async def arrived(
        self, _: str, clients: Collection[str], since: int, until: int
    ) -> AsyncIterator[list[ArrivedContact]]:
        yield [row for row in self.rows.arrived() if row.client in clients and since <= row.arrived_at < until]


class Center:
    """A Floor with its figures."""

    def __init__(self, clock: LoopClock) -> None:
        self.clock = clock
        queues = [queue("support"), queue("sales")]
        self.runner = Runner(clock, Configured(queues, [agent("anna", "support", "sales")], {}))
        self.ledger = Ledger()
        self.figures = self.counted()
        self.told = 0

    def counted(self) -> Figures:
        return Figures(cast(Sources, self.ledger), self.clock, self.runner.tasks)

    async def open(self) -> None:
        await self.runner.routing.start()
        self.runner.routing.subscribe(self.ledger.rows.take)
        await self.figures.open(self.runner.routing)
        self.figures.watch("acme", self._tell)
        await self.runner.routing.command(AgentSignedIn("anna", "n1", Reach.PHONE))

    def _tell(self) -> None:
        self.told += 1

    async def ring(self, contact: str, client: str = "berlin", where: str = "support") -> None:
        arrived = ContactArrived(contact, client, "voice", "n1")
        await self.runner.routing.command(arrived, ContactQueued(contact, where))

    async def answer(self) -> None:
        offer = self.runner.of(Offered)[-1]
        await self.runner.routing.command(OfferAccepted(offer.offer, offer.fence))

    async def hang_up(self) -> None:
        opened = self.runner.of(EngagementOpened)[-1]
        await self.runner.routing.command(EngagementEnded(opened.engagement, TalkEnd.CUSTOMER))
        await self.runner.routing.command(ContactFinished(opened.contact))

    def counts(self, place: str = WHOLE) -> tuple[int, int, int]:
        figure = self.figures.now("acme", Cell(place))
        return figure.offered, figure.answered, figure.abandoned

    async def of(self, place: str, *dates: str) -> tuple[int, int, int]:
        figure = await self.figures.of_days("acme", Cell(place), [dt.date.fromisoformat(date) for date in dates])
        return figure.offered, figure.answered, figure.abandoned

    async def close(self) -> None:
        await self.runner.close()


def test_a_call_counts_on_the_day_it_came() -> None:
    async def story(clock: LoopClock) -> None:
        center = Center(clock)
        await center.open()
        await center.ring("early")
        await asyncio.sleep(5)
        await center.runner.routing.command(ContactLeft("early"))
        assert center.counts("berlin") == (1, 0, 1)
        # Ten seconds before midnight a call comes; it is taken ten seconds after.
        await asyncio.sleep(at("2026-11-21T22:59:50+00:00") / 1e6 - clock.now() / 1e6)
        await center.ring("late")
        before = center.told
        await asyncio.sleep(20)
        assert center.told == before + 1, "midnight is told though nothing happened"
        assert center.counts("berlin") == (0, 0, 0)
        await center.answer()
        await asyncio.sleep(60)
        await center.hang_up()
        assert center.counts("berlin") == center.counts("support") == (0, 0, 0)
        await center.ring("first")
        await center.answer()
        assert center.counts("berlin") == center.counts("support") == (1, 1, 0)
        assert await center.of("berlin", "2026-11-21") == (2, 1, 1)
        assert await center.of("berlin", "2026-11-21", "2026-11-22") == (3, 2, 1)
        assert await center.of("berlin", "2026-11-20") == (0, 0, 0)
        await _same_after_a_restart(center)
        await center.close()

    run(story, at("2026-11-21T12:00+00:00"))


def test_each_client_has_its_own_midnight() -> None:
    async def story(clock: LoopClock) -> None:
        center = Center(clock)
        await center.open()
        await center.ring("b1")
        await center.answer()
        await center.hang_up()
        await center.ring("y1", "york", "sales")
        await center.answer()
        await center.hang_up()
        assert center.counts() == (2, 2, 0)
        whole = center.figures.now("acme", Cell(WHOLE))
        assert (whole.since, whole.until) == (None, None)
        await asyncio.sleep(2 * 3600)
        # Midnight in Berlin is six in the evening in New York.
        assert (center.counts("berlin"), center.counts("york"), center.counts()) == ((0, 0, 0), (1, 1, 0), (1, 1, 0))
        await _same_after_a_restart(center)
        await asyncio.sleep(6 * 3600)
        assert (center.counts("york"), center.counts()) == ((0, 0, 0), (0, 0, 0))
        assert await center.of(WHOLE, "2026-11-21") == (2, 2, 0)
        await center.close()

    run(story, at("2026-11-21T21:30+00:00"))


def test_the_day_on_which_the_clock_goes_back_has_25_hours() -> None:
    async def story(clock: LoopClock) -> None:
        center = Center(clock)
        await center.open()
        day = center.figures.today("acme", "berlin")
        assert (day.since, day.until) == (at("2026-10-24T22:00+00:00"), at("2026-10-25T23:00+00:00"))
        # Half past two comes twice this night.
        for hour in (0, 2, 3, 24):
            await asyncio.sleep(at("2026-10-24T22:30+00:00") / 1e6 + hour * 3600 - clock.now() / 1e6)
            await center.ring(f"c{hour}")
            await center.answer()
            await center.hang_up()
        assert center.counts("berlin") == (4, 4, 0)
        await asyncio.sleep(1801)
        assert center.counts("berlin") == (0, 0, 0)
        await center.close()

    run(story, at("2026-10-24T22:00+00:00"))


def test_the_day_on_which_the_clock_goes_forward_has_23_hours() -> None:
    async def story(clock: LoopClock) -> None:
        center = Center(clock)
        await center.open()
        await center.ring("first")
        await center.answer()
        await center.hang_up()
        await asyncio.sleep(23 * 3600 - 1)
        assert center.counts("berlin") == (1, 1, 0)
        await asyncio.sleep(2)
        assert center.counts("berlin") == (0, 0, 0)
        assert await center.of("berlin", "2026-03-29") == (1, 1, 0)
        await center.close()

    run(story, at("2026-03-28T23:00+00:00"))


async def _same_after_a_restart(center: Center) -> None:
    again = center.counted()
    await again.open(center.runner.routing)
    cells = [Cell(place) for place in (WHOLE, "berlin", "york", "support", "sales")]
    now: list[Any] = [again.now("acme", cell) for cell in cells]
    assert now == [center.figures.now("acme", cell) for cell in cells]
