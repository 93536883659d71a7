"""Letters are done by when they are due, while questions go back and forth: across cuts and restarts."""

import asyncio
from random import Random
from typing import Any

from support.clock import LoopClock, run
from support.floor import MemoryJournal, Runner, agent, queue
from switchboard.agents.model import AgentState, Reach
from switchboard.channels.simulated.service import Deferred, Place, SimulatedCalls
from switchboard.conversations.model import TalkEnd, VisitEnd
from switchboard.kit.ids import IdSource
from switchboard.routing import events as told
from switchboard.routing.commands import (
    AgentSignedIn,
    AgentStateAsked,
    ClockPaused,
    ClockResumed,
    ContactArrived,
    ContactQueued,
    EngagementEnded,
    OfferAccepted,
)
from switchboard.routing.floor import Floor
from switchboard.routing.model import Ranking, Scheme, WhenNobody
from switchboard.routing.replay import Replay
from switchboard.routing.service import Configured
from switchboard.routing.telling import Telling

SECOND = 1_000_000
HOUR = 3_600 * SECOND
POST = "post"
"""The node that has the letters: it is not cut off."""
CONFIGURED = Configured(
    [queue("mail", when_nobody=WhenNobody.STAY, ranking=Ranking(Scheme.DUE, due_in=4 * HOUR))],
    [agent(one, "mail") for one in ("anna", "ben")],
    {},
)


class Nothing:
    """Stands for `Conversations`: keeps no numbers."""

    def came_from(self, *_: object) -> list[Any]:
        return []


async def started(clock: LoopClock, journal: MemoryJournal) -> Runner:
    runner = Runner(clock, CONFIGURED, journal)
    await runner.routing.start()
    return runner


async def cut(runner: Runner) -> None:
    """The process is gone, with all that it knew and had not saved."""
    routing = runner.routing
    routing._postponed, routing._telling = [], Telling({})
    if routing._timer is not None:
        routing._timer.cancel()
    runner.writer.hold = True
    await runner.tasks.close()


def test_the_order_is_that_of_what_is_due_and_a_pause_outlives_a_cut() -> None:
    async def story(clock: LoopClock) -> None:
        journal = MemoryJournal()
        runner = await started(clock, journal)
        for letter, hours in (("usual", 4), ("asked", 1), ("soon", 2)):
            await runner.routing.command(
                ContactArrived(letter, "acme", "mail", POST), ContactQueued(letter, "mail", due_in=hours * HOUR)
            )
        await runner.routing.command(ClockPaused("asked"))
        began = clock.now()
        await asyncio.sleep(3_600)
        await cut(runner)
        runner = await started(clock, journal)
        # Its clock stands still, and nobody is offered it, however the process fares.
        (row,) = runner.routing.board().queues
        assert (row.waiting, row.paused, len(row.due)) == (2, 1, 2)
        served = [await served_by(runner, "anna")]
        assert served == ["soon"]
        await asyncio.sleep(1_800)
        await runner.routing.command(ClockResumed("asked"))
        clock_now = runner.routing.floor.state.contacts["asked"].clock
        assert clock_now is not None
        assert clock_now.paused == clock.now() - began
        # It was due before the usual one and still is: later by as long as it was paused.
        assert runner.routing.board().queues[0].due[0] == clock_now.due_at(clock.now())
        served += [await served_by(runner, "anna"), await served_by(runner, "anna")]
        assert served == ["soon", "asked", "usual"]
        await runner.close()

    run(story)


async def served_by(runner: Runner, who: str) -> str:
    """The letter that this agent gets next; he writes the answer and takes a break."""
    routing = runner.routing
    await routing.command(AgentSignedIn(who, "n1", Reach.BROWSER), AgentStateAsked(who, AgentState.AVAILABLE))
    (lease,) = routing.floor.state.leases.values()
    contact = lease.contact
    [answer, _] = await routing.command(
        OfferAccepted(lease.offer, lease.fence), AgentStateAsked(who, AgentState.PAUSED, "break")
    )
    await routing.command(EngagementEnded(str(answer.engagement), TalkEnd.AGENT))
    return contact


def post(runner: Runner, clock: LoopClock, seed: int, per_minute: float = 1.8) -> SimulatedCalls:
    kept: Any = Nothing()
    return SimulatedCalls(
        runner.routing,
        node=POST,
        ids=IdSource(clock, Random(seed)),
        choose=Random(seed),
        conversations=kept,
        places=[Place("mail", "acme", channel="mail", deferred=Deferred(due_in=HOUR, asked=0.5))],
        agents=("anna", "ben"),
        per_minute=per_minute,
        number=str,
        reason="break",
    )


def test_simulated_letters_are_each_answered_once_whatever_is_cut() -> None:
    async def story(clock: LoopClock) -> None:
        journal = MemoryJournal()
        for seed in range(4):
            runner = await started(clock, journal)
            letters = post(runner, clock, seed)
            await letters.begin()
            await asyncio.sleep(2_000)
            paused = {one.id for one in runner.routing.floor.state.contacts.values() if one.clock and one.clock.since}
            for timer in letters._timers:
                timer.cancel()
            await cut(runner)
        runner = await started(clock, journal)
        assert paused
        letters = post(runner, clock, 9, per_minute=1e-6)
        await letters.begin()
        await asyncio.sleep(40_000)
        assert not runner.routing.floor.state.contacts
        assert runner.routing.floor.stuck(clock.now()) == []
        await letters.end()
        await runner.close()
        check_all(journal, paused)

    run(story)


def check_all(journal: MemoryJournal, paused: set[str]) -> None:
    """Each letter was offered by its turn, none while its clock stood still, and each has one answer."""
    floor, replay = Floor(), Replay()
    answered: list[str] = []
    for entry in journal.entries:
        assert replay.check(entry) is None
        for event in told.decode(entry.decisions):
            if isinstance(event, told.Offered):
                assert not floor.state.visits[event.visit].held
                first = min(one.order for one in floor.state.visits.values() if not (one.held or one.offers))
                assert floor.state.visits[event.visit].order == first
            floor.apply(event, entry.at)
            if isinstance(event, told.QueueLeft) and event.how is VisitEnd.ANSWERED:
                answered.append(event.contact)
    assert paused <= set(answered)
    assert len(answered) > 100
