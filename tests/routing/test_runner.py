"""Decide, save, tell: order, failures, restarts, and time."""

import asyncio
from collections.abc import Sequence

import pytest

from support.clock import LoopClock, run
from support.floor import MemoryJournal, Runner, agent, queue
from switchboard.agents.model import AgentState, Reach
from switchboard.conversations.model import ContactEnd, OfferEnd, TalkEnd
from switchboard.conversations.service import ledger
from switchboard.kit.errors import Unavailable
from switchboard.routing.commands import (
    AgentSignedIn,
    ContactArrived,
    ContactLeft,
    ContactQueued,
    EngagementEnded,
    OfferAccepted,
)
from switchboard.routing.events import (
    ContactClosed,
    ContactRegistered,
    EngagementTalkEnded,
    Event,
    Offered,
    OfferEnded,
)
from switchboard.routing.live import Change
from switchboard.routing.model import Delays, Refusal
from switchboard.routing.replay import Replay
from switchboard.routing.service import Configured, Floors, Routing
from switchboard.storage.rows import RowChange

CONFIGURED = Configured([queue()], [agent("anna"), agent("ben")], {"anna": "Anna", "ben": "Ben"})


def arrival(contact: str) -> tuple[ContactArrived, ContactQueued]:
    return ContactArrived(contact, "acme", "voice", "n1"), ContactQueued(contact, "support")


async def started(clock: LoopClock, journal: MemoryJournal | None = None) -> Runner:
    runner = Runner(clock, CONFIGURED, journal)
    await runner.routing.start()
    return runner


async def signed_in(clock: LoopClock) -> Runner:
    runner = await started(clock)
    await runner.routing.command(AgentSignedIn("anna", "n1", Reach.PHONE))
    return runner


def test_one_command_list_is_one_batch_and_is_told_after_the_commit() -> None:
    async def story(clock: LoopClock) -> None:
        runner = await signed_in(clock)
        batches = len(runner.writer.batches)
        runner.writer.hold = True
        done = runner.routing.tell(*arrival("c1"))
        await asyncio.sleep(0)
        assert not done.done()
        assert not runner.of(Offered)
        assert runner.routing.board().queues[0].waiting == 0
        runner.writer.hold = False
        runner.writer.commit()
        arrived, queued = await done
        assert arrived.done
        assert queued.visit == "c1.v1"
        assert len(runner.writer.batches) == batches + 1
        assert runner.of(Offered)[0].contact == "c1"
        assert runner.routing.board().queues[0].waiting == 1
        await runner.close()

    run(story)


def test_answers_and_events_come_in_the_journals_order() -> None:
    async def story(clock: LoopClock) -> None:
        runner = await started(clock)
        order: list[str] = []
        for number in range(20):
            done = runner.routing.tell(ContactArrived(f"c{number}", "acme", "voice", "n1"))
            done.add_done_callback(lambda _, name=f"c{number}": order.append(name))
        await asyncio.sleep(0.1)
        assert order == [f"c{number}" for number in range(20)]
        assert [event.contact for event in runner.of(ContactRegistered)] == order
        await runner.close()

    run(story)


def test_a_refused_command_saves_nothing() -> None:
    async def story(clock: LoopClock) -> None:
        runner = await started(clock)
        saved = len(runner.journal.entries)
        (answer,) = await runner.routing.command(OfferAccepted(7, 1))
        assert answer.refusal is Refusal.STALE_OFFER
        assert len(runner.journal.entries) == saved
        await runner.close()

    run(story)


def test_time_is_watched() -> None:
    async def story(clock: LoopClock) -> None:
        runner = await signed_in(clock)
        await runner.routing.command(*arrival("c1"))
        await asyncio.sleep(21)
        assert [ended.end for ended in runner.of(OfferEnded)] == [OfferEnd.NO_ANSWER]
        desk = runner.routing.desk("anna")
        assert desk is not None
        assert desk.agent.state is AgentState.NOT_RESPONDING
        assert desk.agent.name == "Anna"
        await runner.close()

    run(story)


def test_a_batch_that_is_not_saved_never_happened() -> None:
    async def story(clock: LoopClock) -> None:
        runner = await signed_in(clock)
        runner.writer.failing = 1
        first = runner.routing.tell(*arrival("c1"))
        second = runner.routing.tell(*arrival("c2"))
        meanwhile: list[asyncio.Future] = []
        first.add_done_callback(lambda _: meanwhile.append(runner.routing.tell(*arrival("c3"))))
        for lost in (first, second):
            with pytest.raises(Unavailable):
                await lost
        await meanwhile[0]
        assert [event.contact for event in runner.of(ContactRegistered)] == ["c3"]
        assert runner.of(Offered)[0].contact == "c3"
        assert (await runner.routing.command(ContactLeft("c1")))[0].refusal is Refusal.UNKNOWN_CONTACT
        assert [entry.seq for entry in runner.journal.entries] == [1, 2, 3]
        await runner.close()

    run(story)


def test_what_was_saved_though_the_writer_could_not_say_so_is_told() -> None:
    async def story(clock: LoopClock) -> None:
        runner = await signed_in(clock)
        runner.writer.lost = 1
        with pytest.raises(Unavailable):
            await runner.routing.command(*arrival("c1"))
        await asyncio.sleep(1)
        assert runner.of(Offered)[0].contact == "c1"
        assert runner.routing.board().queues[0].waiting == 1
        await runner.close()

    run(story)


def test_a_journal_that_cannot_be_read_is_tried_again() -> None:
    async def story(clock: LoopClock) -> None:
        runner = await signed_in(clock)
        runner.writer.failing = 1
        runner.journal.unreadable = 2
        with pytest.raises(Unavailable):
            await runner.routing.command(*arrival("c1"))
        with pytest.raises(Unavailable):
            await runner.routing.command(*arrival("c2"))
        await asyncio.sleep(3)
        assert (await runner.routing.command(*arrival("c3")))[0].done
        await runner.close()

    run(story)


def test_a_rule_that_breaks_takes_nothing_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(clock: LoopClock) -> None:
        runner = await signed_in(clock)
        from switchboard.routing.floor import floor as floor_module

        def broken(turn: object, command: object) -> None:
            raise ZeroDivisionError

        before = runner.routing.board()
        rules = dict(floor_module.DECIDE) | {ContactLeft: broken}
        with monkeypatch.context() as patched:
            patched.setattr(floor_module, "DECIDE", rules)
            with pytest.raises(Unavailable):
                await runner.routing.command(*arrival("c1"), ContactLeft("c1"))
        await runner.routing.command(*arrival("c2"))
        assert [event.contact for event in runner.of(ContactRegistered)] == ["c2"]
        assert before != runner.routing.board()
        await runner.close()

    run(story)


def test_a_listener_that_fails_keeps_nobody_from_being_told() -> None:
    async def story(clock: LoopClock) -> None:
        runner = await started(clock)

        def broken(events: object, at: int) -> None:
            raise ZeroDivisionError

        stop = runner.routing.subscribe(broken)
        heard: list[Event] = []
        runner.routing.subscribe(lambda events, at: heard.extend(events))
        await runner.routing.command(ContactArrived("c1", "acme", "voice", "n1"))
        assert len(heard) == 1
        stop()
        stop()
        await runner.close()

    run(story)


def test_a_cancelled_wait_does_not_take_the_command_back() -> None:
    async def story(clock: LoopClock) -> None:
        runner = await signed_in(clock)
        waiting = asyncio.ensure_future(runner.routing.command(*arrival("c1")))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.sleep(0.1)
        assert runner.of(Offered)[0].contact == "c1"
        await runner.close()

    run(story)


@pytest.mark.parametrize("cleanly", [True, False])
def test_a_restart_closes_the_dead_calls_and_keeps_the_agents(cleanly: bool) -> None:
    async def story(clock: LoopClock) -> None:
        runner = await signed_in(clock)
        routing = runner.routing
        await routing.command(*arrival("talking"))
        offer = runner.of(Offered)[0]
        await routing.command(OfferAccepted(offer.offer, offer.fence))
        await routing.command(*arrival("waiting"))
        await asyncio.sleep(60)
        if cleanly:
            await runner.close()
            assert runner.journal.snapshots
        else:
            await runner.tasks.close()
        again = await started(clock, runner.journal)
        assert {closed.contact: closed.how for closed in again.of(ContactClosed)} == {
            "talking": ContactEnd.SIGNALLING_LOST,
            "waiting": ContactEnd.SIGNALLING_LOST,
        }
        assert again.of(EngagementTalkEnded)[0].by is TalkEnd.SIGNALLING_LOST
        board = again.routing.board()
        assert [(row.id, row.state) for row in board.agents] == [("anna", AgentState.AVAILABLE)]
        await again.routing.command(*arrival("new"))
        assert again.of(Offered)[-1].offer == offer.offer + 1
        replay = Replay()
        assert [found for entry in runner.journal.entries if (found := replay.check(entry))] == []
        await again.close()

    run(story)


def test_a_snapshot_of_an_unknown_layout_is_ignored() -> None:
    async def story(clock: LoopClock) -> None:
        runner = await signed_in(clock)
        await runner.close()
        last = runner.journal.snapshots[-1]
        runner.journal.snapshots.append(last._replace(body=b"\x91\x01"))
        again = await started(clock, runner.journal)
        assert again.routing.board().agents[0].id == "anna"
        await again.close()

    run(story)


def test_configuration_is_taken_over_once_and_names_are_shown() -> None:
    async def story(clock: LoopClock) -> None:
        runner = await signed_in(clock)
        entries = len(runner.journal.entries)
        await runner.routing.reload()
        assert len(runner.journal.entries) == entries
        seen: list[list[Change] | None] = []
        stop = runner.routing.watch(lambda changes: seen.append(changes if changes is None else list(changes)))
        runner.configured = CONFIGURED._replace(names={"anna": "Anna Maria"})
        await runner.routing.reload()
        assert seen == [None]
        assert runner.routing.board().agents[0].name == "Anna Maria"
        runner.configured = runner.configured._replace(queues=[queue(), queue("sales")])
        await runner.routing.reload()
        assert [row.key for row in runner.routing.board().queues] == ["sales", "support"]
        assert runner.routing.queue_id("sales") == "sales"
        assert runner.routing.queue_id("nowhere") is None
        settings = runner.routing.queue("sales")
        assert settings is not None
        assert settings.name == "Sales"
        stop()
        await runner.close()

    run(story)


def test_a_changed_rest_holds_from_the_next_offer_on() -> None:
    async def story(clock: LoopClock) -> None:
        runner = await signed_in(clock)
        runner.configured = CONFIGURED._replace(delays=Delays(no_answer=40_000_000, misses=2))
        await runner.routing.reload()
        taken = len(runner.journal.entries)
        await runner.routing.reload()
        assert len(runner.journal.entries) == taken
        await runner.routing.command(*arrival("c1"))
        await asyncio.sleep(59)
        assert len(runner.of(Offered)) == 1
        await asyncio.sleep(2)
        assert len(runner.of(Offered)) == 2
        await runner.close()

    run(story)


def test_a_closed_floor_takes_no_more() -> None:
    async def story(clock: LoopClock) -> None:
        runner = await started(clock)
        await runner.close()
        with pytest.raises(Unavailable):
            await runner.routing.command(*arrival("c1"))

    run(story)


def test_floors_are_opened_once_and_found_by_organization() -> None:
    async def story(clock: LoopClock) -> None:
        made: list[str] = []
        runner = Runner(clock, CONFIGURED)

        def make(organization: str) -> Routing:
            made.append(organization)
            return runner.routing

        floors = Floors(make)
        assert await floors.open("acme") is await floors.open("acme") is floors.of("acme")
        assert made == ["acme"]
        with pytest.raises(Exception, match="not routed here"):
            floors.of("other")
        await floors.close()
        await runner.tasks.close()

    run(story)


def test_a_call_from_ring_to_end_is_three_batches() -> None:
    async def story(clock: LoopClock) -> None:
        runner = await signed_in(clock)
        begun = len(runner.journal.entries)
        await runner.routing.command(*arrival("c1"))
        offer = runner.of(Offered)[0]
        assert runner.routing.lease_holds(offer.offer, offer.fence)
        (answer,) = await runner.routing.command(OfferAccepted(offer.offer, offer.fence))
        assert not runner.routing.lease_holds(offer.offer, offer.fence)
        desk = runner.routing.desk("anna")
        assert desk is not None
        assert desk.engagement is not None
        assert (desk.engagement.engagement, desk.engagement.state) == (answer.engagement, "talking")
        await runner.routing.command(EngagementEnded(answer.engagement or "", TalkEnd.AGENT))
        assert len(runner.journal.entries) == begun + 3
        await runner.close()

    run(story)


def test_a_floor_that_did_not_start_can_be_opened_again() -> None:
    async def story(clock: LoopClock) -> None:
        runner = Runner(clock, CONFIGURED)
        runner.journal.unreadable = 1
        floors = Floors(lambda _: runner.routing)
        with pytest.raises(Unavailable):
            await floors.open("acme")
        assert await floors.open("acme") is floors.of("acme")
        await floors.close()
        await runner.tasks.close()

    run(story)


def test_what_a_companion_knows_is_saved_in_the_same_batch_and_one_that_fails_changes_nothing() -> None:
    async def story(clock: LoopClock) -> None:
        runner = await signed_in(clock)
        row = ledger.step_taken(
            "org", "c1", 1, client="acme", at=0, flow="f", place="", kind="longer wait", said="fewer agents"
        )

        def fails(_: Sequence[Event]) -> list[RowChange]:
            raise RuntimeError

        def knows(events: Sequence[Event]) -> list[RowChange]:
            return [row for event in events if isinstance(event, ContactRegistered)]

        leave = [runner.routing.companions.join(one) for one in (fails, knows)]
        await runner.routing.command(*arrival("c1"))
        assert list(runner.writer.batches[-1].rows) == [row]
        for one in leave:
            one()
        await runner.routing.command(*arrival("c2"))
        assert list(runner.writer.batches[-1].rows) == []
        await runner.close()

    run(story)
