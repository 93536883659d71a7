"""One call that rings at three phones: the first who answers talks, the others stop, and many ring in turns."""

import asyncio
from functools import partial
from typing import Any

from support.clock import LoopClock, run
from support.voice import Scene, scene
from switchboard.agents.model import Reach
from switchboard.channels.voice import turns
from switchboard.channels.voice.reactions import react
from switchboard.channels.voice.turns import Turns
from switchboard.conversations.model import OfferEnd, VisitEnd
from switchboard.routing.commands import ContactArrived
from switchboard.routing.events import EngagementOpened, Offered, OfferEnded, QueueEntered, QueueLeft
from switchboard.routing.model import Found, Why

PHONES = (1, 2, 3)
WHY = Why("ring all", Found.AGENT, 0.0, ringing=len(PHONES))


def offered(offer: int) -> Offered:
    at = {"visit": "c1.v1", "contact": "c1", "queue": "q1", "agent": f"agent{offer}", "reach": Reach.PHONE}
    return Offered(offer, 1, **at, node="main", agent_node="main", deadline=60, why=WHY, together=True)  # type: ignore[arg-type]


def ended(offer: int, end: OfferEnd) -> OfferEnded:
    return OfferEnded(offer, "c1.v1", "c1", "q1", f"agent{offer}", end, made=0)


async def ringing(*, ports: int) -> tuple[Scene, Turns]:
    """A call that shall ring at three phones. ports: media ports that are at hand."""
    at = scene([{"enqueue": {"queue": "support"}}])
    at.call.begin(ContactArrived("c1", "brand", "voice", "main", worker=7), ())
    await asyncio.sleep(0)
    at.worker.ports_left = ports
    in_turns = Turns()
    react({"c1": at.call}, [QueueEntered("c1.v1", "c1", "q1", place=55, number=1)], in_turns)
    react({"c1": at.call}, [offered(one) for one in PHONES], in_turns)
    return at, in_turns


async def test_the_first_who_answers_talks_and_the_others_are_told_that_it_was_taken_elsewhere() -> None:
    at, in_turns = await ringing(ports=3)
    assert len(at.agents) == len(PHONES)
    taken: list[Any] = [
        ended(2, OfferEnd.ACCEPTED),
        *(ended(one, OfferEnd.ANSWERED_ELSEWHERE) for one in (1, 3)),
        QueueLeft("c1.v1", "c1", "q1", VisitEnd.ANSWERED, 0),
        EngagementOpened("e1", "c1", "agent2", "q1", 2, "c1.v1", 0),
    ]
    react({"c1": at.call}, taken, in_turns)
    assert [agent.hung_up for agent in at.agents] == [[True], [], [True]]
    assert [agent.talks for agent in at.agents] == [False, True, False]
    at.call.closed()
    assert [agent.hung_up for agent in at.agents] == [[True], [False], [True]]


def test_a_phone_whose_turn_comes_after_the_answer_does_not_ring() -> None:
    async def story(_: LoopClock) -> None:
        at, _in_turns = await ringing(ports=0)
        at.routing.lease = False
        at.worker.ports_left = 3
        await asyncio.sleep(2 * turns.LOOK)
        assert at.agents == []

    run(story)


def test_phones_wait_for_ports_and_ring_in_the_end_without() -> None:
    async def story(_: LoopClock) -> None:
        waiting, _first = await ringing(ports=0)
        refilled, _second = await ringing(ports=0)
        await asyncio.sleep(turns.PATIENCE / 2)
        assert waiting.agents == refilled.agents == []
        refilled.worker.ports_left = 3
        await asyncio.sleep(2 * turns.LOOK)
        assert len(refilled.agents) == len(PHONES)
        assert waiting.agents == []
        await asyncio.sleep(turns.PATIENCE)
        assert len(waiting.agents) == len(PHONES)

    run(story)


def test_phones_wait_for_ports_again_after_others_have_waited_in_vain() -> None:
    async def story(_: LoopClock) -> None:
        ready, done = [False], list[str]()
        in_turns = Turns()
        in_turns.do(partial(done.append, "in vain"), lambda: False)
        await asyncio.sleep(2 * turns.PATIENCE)
        assert done == ["in vain"]
        in_turns.do(partial(done.append, "later"), lambda: ready[0])
        await asyncio.sleep(turns.PATIENCE / 2)
        assert done == ["in vain"]
        ready[0] = True
        await asyncio.sleep(2 * turns.LOOK)
        assert done == ["in vain", "later"]

    run(story)


def test_many_take_a_share_of_each_turn_in_order_and_one_that_fails_stops_nobody() -> None:
    async def story(_: LoopClock) -> None:
        loop: Any = asyncio.get_running_loop()
        in_turns, done, seen = Turns(), list[int](), list[int]()

        def one(number: int) -> None:
            loop._jumping.skipped += turns.SHARE / 3
            done.append(number)
            if number == 4:
                raise ValueError

        for number in range(10):
            in_turns.do(partial(one, number))
        while len(done) < 10:
            seen.append(len(done))
            await asyncio.sleep(0)
        assert done == list(range(10))
        assert seen == [3, 6, 9] or seen == [4, 8]
        await asyncio.sleep(0)
        in_turns.do(partial(one, 10))
        assert done[-1] == 10

    run(story)
