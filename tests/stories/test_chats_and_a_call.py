"""Simulated customers who write to agents with capacities: chats at once, a call between them, somebody who is silent.

The chat channel comes later: these contacts are those of `channels.simulated`, counted as chats.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

from support.clock import LoopClock, run
from support.floor import Runner, queue
from switchboard.agents.model import AgentState, Capacity, Reach
from switchboard.channels.simulated.service import Place, SimulatedCalls
from switchboard.conversations.model import TalkEnd
from switchboard.kit.ids import IdSource
from switchboard.routing import events as told
from switchboard.routing.commands import (
    ActivityTold,
    AgentSignedIn,
    AgentSignedOut,
    ContactArrived,
    ContactQueued,
    EngagementEnded,
    OfferAccepted,
    WrapUpFinished,
)
from switchboard.routing.floor import Floor
from switchboard.routing.model import AgentSettings, Exclusion, WhenNobody
from switchboard.routing.service import Configured

SECOND = 1_000_000
CAPACITY = Capacity({"voice": 1, "chat": 3}, {"chat": ("voice",)})


class NoRecords:
    """Stands for `Conversations`."""

    def came_from(self, organization: str, client: str, contact: str, number: str | None) -> list[Any]:
        return []


def house(clock: LoopClock, agents: Sequence[str]) -> Runner:
    settings = [AgentSettings(one, ("chats", "calls"), capacity=CAPACITY) for one in agents]
    queues = [queue("chats", when_nobody=WhenNobody.STAY, wrap_up=30 * SECOND), queue("calls")]
    return Runner(clock, Configured(queues, settings, {}))


def writers(runner: Runner, clock: LoopClock, agents: Sequence[str], per_minute: float) -> SimulatedCalls:
    records: Any = NoRecords()
    return SimulatedCalls(
        runner.routing,
        node="n1",
        ids=IdSource(clock, Random(2)),
        choose=Random(2),
        conversations=records,
        places=[Place("chats", "acme", channel="chat"), Place("calls", "acme", share=0.2, channel="voice")],
        agents=agents,
        per_minute=per_minute,
        number=lambda count: f"+4930{count:06}",
        reason="break",
    )


def held(floor: Floor, agent: str) -> Counter[str]:
    state = floor.state
    work = [state.engagements[one] for one in state.agents[agent].engagements]
    return Counter(one.channel for one in work if one.inactive_since is None)


def test_in_an_hour_of_chats_and_calls_nobody_has_more_than_he_may_and_the_room_is_used() -> None:
    agents = ("colleague-1", "colleague-2")

    async def story(clock: LoopClock) -> None:
        runner = house(clock, agents)
        seen: set[tuple[int, int]] = set()

        def look(_: object, __: int) -> None:
            for agent in agents:
                has = held(runner.routing.floor, agent)
                assert has["chat"] <= 3, has
                assert has["voice"] <= 1, has
                seen.add((has["chat"], has["voice"]))
            assert runner.routing.floor.stuck(clock.now()) == []

        runner.routing.subscribe(look)
        await runner.routing.start()
        calls = writers(runner, clock, agents, per_minute=6.0)
        await calls.begin()
        await asyncio.sleep(3_600)
        assert len(runner.of(told.EngagementClosed)) > 200
        # Three chats at once, and a call beside them; never a chat that came during a call.
        assert {(3, 0), (1, 1)} <= seen
        await calls.end()
        await runner.close()

    run(story)


def test_a_call_between_three_chats_and_one_who_falls_silent_and_writes_again() -> None:
    async def story(clock: LoopClock) -> None:
        runner = house(clock, ["anna"])
        routing = runner.routing
        await routing.start()
        await routing.command(AgentSignedIn("anna", "n1", Reach.PHONE))

        async def comes(contact: str, channel: str) -> None:
            where = "calls" if channel == "voice" else "chats"
            await routing.command(ContactArrived(contact, "acme", channel, "n1"), ContactQueued(contact, where))

        async def takes() -> str:
            [lease] = routing.floor.state.leases.values()
            [answer] = await routing.command(OfferAccepted(lease.offer, lease.fence))
            return answer.engagement or ""

        def rings() -> list[str]:
            return [lease.contact for lease in routing.floor.state.leases.values()]

        chats = []
        for number in range(3):
            await comes(f"chat-{number}", "chat")
            chats.append(await takes())
        desk = routing.desk("anna")
        assert desk is not None
        assert [one.contact for one in desk.work] == ["chat-2", "chat-1", "chat-0"]
        await comes("chat-3", "chat")
        assert rings() == []
        why = routing.why_waiting("chat-3")
        assert why is not None
        assert why.stops == {"anna": Exclusion.AT_CAPACITY}

        await comes("call", "voice")
        assert rings() == ["call"]
        call = await takes()
        # A chat's slot comes free during the call: nothing interrupts a call.
        await routing.command(ActivityTold(chats[0], active=False))
        assert rings() == []
        await routing.command(EngagementEnded(call, TalkEnd.CUSTOMER))
        assert rings() == ["chat-3"]
        chats.append(await takes())

        # He writes again: his agent has four, and nothing new comes before she is below three.
        await routing.command(ActivityTold(chats[0], active=True))
        assert held(routing.floor, "anna") == {"chat": 4}
        await comes("chat-4", "chat")
        await routing.command(EngagementEnded(chats[1], TalkEnd.AGENT), WrapUpFinished(chats[1]))
        assert rings() == []
        await routing.command(EngagementEnded(chats[2], TalkEnd.AGENT))
        # In wrap-up it still holds its slot, for thirty seconds at the most.
        assert rings() == []
        await asyncio.sleep(31)
        assert rings() == ["chat-4"]

        # Sign-out waits for all of it.
        await routing.command(AgentSignedOut("anna"))
        assert routing.floor.state.agents["anna"].state is AgentState.ENGAGED
        await routing.command(EngagementEnded(chats[0], TalkEnd.AGENT), EngagementEnded(chats[3], TalkEnd.AGENT))
        await asyncio.sleep(31)
        assert routing.floor.state.agents["anna"].state is AgentState.SIGNED_OUT
        await runner.close()

    run(story)
