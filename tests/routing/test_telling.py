"""A call that rings at hundreds is one batch, but is saved and told in parts: others are served between them."""

import asyncio
from collections.abc import Sequence
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from typing import Any

import pytest

from support.clock import LoopClock, run
from support.floor import Runner, agent, queue
from switchboard.agents.model import Reach
from switchboard.kit.errors import Unavailable
from switchboard.routing.commands import AgentSignedIn, ContactArrived, ContactLeft, ContactQueued, OfferAccepted
from switchboard.routing.events import ContactRegistered, EngagementOpened, Event, Offered, OfferEnded
from switchboard.routing.floor.snapshot import dump, load
from switchboard.routing.live import Change, LiveView, changed
from switchboard.routing.service import Configured
from switchboard.routing.telling import LARGE, SHOWN

AGENTS = tuple(f"a{number:03}" for number in range(2 * LARGE))


class House(Runner):
    """Everybody is idle. log: what was heard and shown, and what else was done, in order."""

    def __init__(self, clock: LoopClock) -> None:
        configured = Configured([queue(strategy="ring all")], [agent(one) for one in AGENTS], {})
        super().__init__(clock, configured)
        self.log: list[Any] = []
        self.shown: list[Change] = []

    async def open(self) -> None:
        await self.routing.start()
        for one in AGENTS:
            await self.routing.command(AgentSignedIn(one, "n1", Reach.PHONE))
        self.routing.subscribe(lambda events, _: self.log.append(len(events)))
        self.routing.watch(self._shown)
        self.page = self.routing.board()

    def _shown(self, changes: Sequence[Change] | None) -> None:
        self.log.append("shown")
        self.shown += changes or ()

    def ring(self, contact: str = "c1") -> "asyncio.Future[list[Any]]":
        return self.routing.tell(ContactArrived(contact, "acme", "voice", "n1"), ContactQueued(contact, "support"))

    async def work(self) -> None:
        """What the process does besides, once at each turn of the loop."""
        while True:
            self.log.append("other")
            await asyncio.sleep(0)


@asynccontextmanager
async def house(clock: LoopClock) -> Any:
    one = House(clock)
    await one.open()
    other = asyncio.ensure_future(one.work())
    try:
        yield one
    finally:
        other.cancel()
        with suppress(asyncio.CancelledError):
            await other
        await one.close()


def test_others_are_served_between_deciding_saving_and_the_parts_of_telling() -> None:
    async def story(clock: LoopClock) -> None:
        async with house(clock) as one:
            saved = len(one.journal.entries)
            done = one.ring()
            # Decided, but not made ready to be saved in the same turn.
            assert one.routing.floor.state.contacts["c1"].visit is not None
            assert not one.writer._pending
            one.log.clear()
            await done
            assert len(one.journal.entries) == saved + 1
            [heard] = [at for at, what in enumerate(one.log) if isinstance(what, int)]
            assert one.log[heard] == 2 + 2 * len(AGENTS)
            # The live memory took it over before, in parts; then everybody hears it whole, then it is shown in parts.
            assert one.log[:heard].count("other") > one.log[heard] // LARGE
            shown = [at for at, what in enumerate(one.log) if what == "shown"]
            assert shown[0] > heard
            assert len(shown) >= len(AGENTS) / SHOWN
            assert all("other" in one.log[a:b] for a, b in pairwise([heard, *shown]))
            assert changed(one.page, one.shown) == one.routing.board()

    run(story)


def test_who_looks_while_it_is_told_sees_a_part_of_it_and_keeps_nothing_from_others() -> None:
    async def story(clock: LoopClock) -> None:
        async with house(clock) as one:
            done = one.ring()
            seen = set()
            while not done.done():
                board = one.routing.board()
                fresh = LiveView(load(dump(one.routing._telling.live.state)), {})
                assert board == fresh.board()
                seen.add(board.queues[0].available)
                await asyncio.sleep(0)
            assert len(seen) > 2
            assert changed(one.page, one.shown) == one.routing.board()

    run(story)


def test_what_is_committed_meanwhile_is_told_behind_it() -> None:
    async def story(clock: LoopClock) -> None:
        async with house(clock) as one:
            ringing = one.ring()
            after = one.routing.tell(ContactArrived("c2", "acme", "voice", "n1"))
            heard: list[Event] = []
            one.routing.subscribe(lambda events, _: heard.extend(events))
            await after
            assert ringing.done()
            assert [event.contact for event in heard if isinstance(event, ContactRegistered)] == ["c1", "c2"]
            assert [entry.seq for entry in one.journal.entries] == list(range(1, len(one.journal.entries) + 1))

    run(story)


def test_the_first_answer_wins_and_the_others_stop_though_they_are_still_being_told() -> None:
    async def story(clock: LoopClock) -> None:
        async with house(clock) as one:
            ringing = one.ring()
            leases = list(one.routing.floor.state.leases.values())
            answers = [one.routing.tell(OfferAccepted(lease.offer, lease.fence)) for lease in leases[7:9]]
            [first], [second] = await asyncio.gather(*answers)
            assert ringing.done()
            assert first.done
            assert not second.done
            [opened] = one.of(EngagementOpened)
            assert opened.agent == leases[7].agent
            kinds = [type(event) for event in one.told if isinstance(event, Offered | OfferEnded)]
            assert kinds == [Offered] * len(AGENTS) + [OfferEnded] * len(AGENTS)

    run(story)


def test_a_large_batch_that_is_not_saved_never_happened() -> None:
    async def story(clock: LoopClock) -> None:
        async with house(clock) as one:
            one.writer.failing = 1
            with pytest.raises(Unavailable):
                await one.ring()
            assert not one.of(Offered)
            await one.ring("c2")
            assert {lease.contact for lease in one.routing.floor.state.leases.values()} == {"c2"}
            assert len(one.of(Offered)) == len(AGENTS)

    run(story)


def test_one_that_cannot_even_be_written_down_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(clock: LoopClock) -> None:
        async with house(clock) as one:
            submit, broken = one.writer.submit, [1]

            def submitted(batch: Any) -> Any:
                if broken.pop() if broken else 0:
                    raise KeyError("no such column")
                return submit(batch)

            monkeypatch.setattr(one.writer, "submit", submitted)
            with pytest.raises(Unavailable):
                await one.ring()
            await one.ring("c2")
            assert {offered.contact for offered in one.of(Offered)} == {"c2"}

    run(story)


def test_a_snapshot_that_falls_into_the_telling_has_all_of_it() -> None:
    async def story(clock: LoopClock) -> None:
        async with house(clock) as one:
            done = one.ring()
            live = one.routing._telling.live.state
            while not live.leases:  # noqa: ASYNC110 - nobody says when a part has been taken over
                await asyncio.sleep(0)
            assert not done.done()
            await one.routing._save_snapshot()
            assert done.done()
            snapshot = one.journal.snapshots[-1]
            assert snapshot.seq == len(one.journal.entries)
            restored = load(snapshot.body)
            restored.now = one.routing.floor.state.now
            assert dump(restored) == one.routing.floor.snapshot()

    run(story)


def test_a_call_that_rings_at_a_few_is_told_at_once() -> None:
    async def story(clock: LoopClock) -> None:
        async with house(clock) as one:
            await one.ring()
            done = one.routing.tell(ContactLeft("c1"), ContactArrived("c2", "acme", "voice", "n1"))
            await done
            one.log.clear()
            one.writer.hold = True
            done = one.routing.tell(ContactArrived("c3", "acme", "voice", "n1"))
            assert one.writer._pending
            one.writer.hold = False
            one.writer.commit()
            await asyncio.sleep(0)
            assert one.log.count(1) == 1
            assert done.done()

    run(story)
