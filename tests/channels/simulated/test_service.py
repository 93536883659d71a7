"""Callers who are not there live a whole hour on a real Floor, and leave nothing behind."""

import asyncio
from random import Random
from typing import Any

from support.clock import LoopClock, run
from support.floor import Runner, agent, queue
from switchboard.agents.model import AgentState
from switchboard.channels.simulated.service import CHANNEL, Place, SimulatedCalls
from switchboard.conversations.model import VisitEnd
from switchboard.kit.ids import IdSource
from switchboard.routing import events as told
from switchboard.routing.model import WhenNobody
from switchboard.routing.service import Configured

SECOND = 1_000_000
COLLEAGUES = tuple(f"colleague-{number}" for number in range(6))


class KeptNumbers:
    """Stands for `Conversations`: which numbers would have been kept."""

    def __init__(self) -> None:
        self.numbers: list[str | None] = []

    def came_from(self, organization: str, client: str, contact: str, number: str | None) -> list[Any]:
        self.numbers.append(number)
        return []


def house(clock: LoopClock) -> tuple[Runner, SimulatedCalls, KeptNumbers]:
    runner = Runner(
        clock,
        Configured(
            [queue("support", wrap_up=60 * SECOND, when_nobody=WhenNobody.STAY)],
            [agent(one) for one in (*COLLEAGUES, "anna")],
            {},
        ),
    )
    kept: Any = KeptNumbers()
    calls = SimulatedCalls(
        runner.routing,
        node="n1",
        ids=IdSource(clock, Random(1)),
        choose=Random(1),
        conversations=kept,
        places=[Place("support", "acme", ("solved", "passed-on"))],
        agents=COLLEAGUES,
        per_minute=5.0,
        number=lambda count: f"+4930{count:06}",
        reason="break",
    )
    return runner, calls, kept


def test_an_hour_of_callers_who_ring_talk_and_give_up() -> None:
    async def story(clock: LoopClock) -> None:
        runner, calls, kept = house(clock)
        await runner.routing.start()
        await calls.begin()
        await asyncio.sleep(3_600)
        came = runner.of(told.ContactRegistered)
        assert 240 < len(came) < 360
        assert {one.channel for one in came} == {CHANNEL}
        assert len(set(kept.numbers)) == len(came)
        ends = {one.how for one in runner.of(told.QueueLeft)}
        assert {VisitEnd.ANSWERED, VisitEnd.ABANDONED} <= ends
        written = {one.disposition for one in runner.of(told.EngagementClosed)}
        assert written >= {"solved", "passed-on"}
        paused = [one for one in runner.of(told.AgentStateChanged) if one.state is AgentState.PAUSED]
        assert {one.reason for one in paused} == {"break"}
        # A colleague is simulated; Anna is not, and nobody signs her in.
        assert {one.agent for one in runner.of(told.Offered)} <= set(COLLEAGUES)
        assert runner.routing.desk("anna").agent.state is AgentState.SIGNED_OUT  # type: ignore[union-attr]
        assert calls.contacts == len(runner.routing._floor.state.contacts) + len(
            [one for one in runner.routing._floor.state.engagements.values() if one.talk_ended is not None]
        )
        await calls.end()
        await runner.close()

    run(story)


def test_when_it_ends_nothing_is_left_on_the_floor_and_nobody_rings_any_more() -> None:
    async def story(clock: LoopClock) -> None:
        runner, calls, _ = house(clock)
        await runner.routing.start()
        await calls.begin()
        await asyncio.sleep(300)
        await calls.end()
        state = runner.routing._floor.state
        assert not state.contacts
        assert not state.engagements
        assert {one.state for one in state.agents.values()} == {AgentState.SIGNED_OUT}
        entries = len(runner.journal.entries)
        await asyncio.sleep(600)
        assert len(runner.journal.entries) == entries
        await runner.close()

    run(story)
