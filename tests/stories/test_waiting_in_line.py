"""Callers in line hear where they stand; one whose agent is lost is back at the head and hears that."""

import asyncio
from collections.abc import Sequence
from typing import Any

from support.clock import LoopClock, run
from support.floor import Runner, agent, queue
from support.voice import KeptAgent, KeptCaller, KeptMedia, KeptTape, KeptWorker, flow
from switchboard.agents.model import AgentState, Reach
from switchboard.channels.voice.call import Call
from switchboard.channels.voice.condition import Limits
from switchboard.channels.voice.known import NOTHING, Preferring
from switchboard.channels.voice.place import PlaceInLine
from switchboard.channels.voice.reactions import react
from switchboard.channels.voice.sound import TalkSound
from switchboard.channels.voice.troubles import Troubles
from switchboard.channels.voice.waiting import Plan, texts
from switchboard.conversations.model import TalkEnd
from switchboard.flows.model import Given
from switchboard.routing.commands import AgentSignedIn, ContactArrived, EngagementEnded, OfferAccepted, WorkReturned
from switchboard.routing.events import Event, Offered
from switchboard.routing.model import Announcements, WhenNobody
from switchboard.routing.service import Configured, as_written

SECOND = 1_000_000
EVERY_HALF_MINUTE = Announcements(10 * SECOND, 30 * SECOND)


class House:
    """A center with real routing and calls; only sound and signalling are kept instead of sent."""

    def __init__(self, clock: LoopClock, *agents: str) -> None:
        self.clock = clock
        self.runner = Runner(
            clock,
            Configured([queue(when_nobody=WhenNobody.STAY)], [agent(one) for one in agents], {}),
        )
        self.routing = self.runner.routing
        self.calls: dict[str, Call] = {}
        self.worker: Any = KeptWorker()
        self.offers: list[Offered] = []
        spoken = texts("en", iter([EVERY_HALF_MINUTE]))
        self.plan = Plan(EVERY_HALF_MINUTE, "en", {one: one.text for one in spoken}, {})

    async def open(self, *signed_in: str) -> None:
        await self.routing.start()
        self.routing.subscribe(self._hear)
        for one in signed_in:
            await self.routing.command(AgentSignedIn(one, "n1", Reach.BROWSER))

    def _hear(self, events: Sequence[Event], _: int) -> None:
        self.offers += [event for event in events if isinstance(event, Offered)]
        react(self.calls, events)

    async def call(self, contact: str, steps: Sequence[Any] = ({"enqueue": {"queue": "support"}},)) -> KeptMedia:
        caller: Any = KeptCaller()
        tape: Any = KeptTape()

        def ring(_: Call, offered: Any) -> Any:
            return KeptAgent(KeptMedia(100 + offered.offer))

        call = self.calls[contact] = Call(
            contact=contact,
            caller=caller,
            shown_number=None,
            worker=self.worker,
            routing=self.routing,
            flow=flow(list(steps)),
            given=lambda: Given(self.clock.now()),
            music=lambda _, __: "/music.ul",
            plan=lambda _: self.plan,
            sound=lambda one: TalkSound(Troubles(self.clock), "acme", one, Limits(), self.clock),
            place=PlaceInLine(
                contact, self.routing, as_written, Preferring(NOTHING, as_written, lambda _: True, self.clock.now)
            ),
            ring=ring,
            tape=tape,
            over=lambda ended: self.calls.pop(ended.contact),
        )
        call.begin(ContactArrived(contact, "acme", "voice", "n1", 7), ())
        await asyncio.sleep(0.1)
        media: KeptMedia = caller.media
        return media

    async def answer(self) -> str:
        """The offer that was made last is accepted; returns the engagement."""
        (accepted,) = await self.routing.command(OfferAccepted(self.offers[-1].offer, self.offers[-1].fence))
        assert accepted.engagement is not None
        return accepted.engagement

    async def close(self) -> None:
        for call in list(self.calls.values()):
            call.closed()
        await self.runner.close()


def heard(media: KeptMedia) -> list[tuple[str, ...]]:
    """What was played to him besides the music."""
    return [said[1:] for said in media.said if said[0] == "play"]


def test_number_two_becomes_the_next_and_is_cut_short_by_the_agent_who_answers() -> None:
    async def story(clock: LoopClock) -> None:
        house = House(clock, "anna")
        await house.open("anna")
        await house.call("c1")
        first = await house.answer()
        second, third = await house.call("c2"), await house.call("c3")
        await asyncio.sleep(11)
        assert [media.said[-1][1] for media in (second, third)] == [
            "You are the next in line.",
            "You are number 2 in line.",
        ]
        # Both have heard it to the end; the next announcement is cut by what happens meanwhile.
        second.finish()
        third.finish()
        await house.routing.command(EngagementEnded(first, TalkEnd.CUSTOMER))
        await asyncio.sleep(18)
        await house.answer()
        await asyncio.sleep(13)
        assert heard(third)[-1][0] == "You are the next in line."
        assert len(heard(second)) == 1
        await house.routing.command(EngagementEnded("c2.e1", TalkEnd.CUSTOMER))
        await house.answer()
        assert third.said[-1] == ("silence",)
        assert ("stop",) in third.said
        await asyncio.sleep(300)
        assert len(heard(third)) == 2
        await house.close()

    run(story)


def test_a_key_during_an_announcement_breaks_out_of_line_and_back_keeps_the_place() -> None:
    async def story(clock: LoopClock) -> None:
        house = House(clock, "anna")
        await house.open("anna")
        await house.call("talking")
        await house.answer()
        keys = {"1": [{"say": {"text": "Hello."}}, "back"], "2": [{"say": {"text": "Sorry."}}, "hangup"]}
        curious = await house.call("curious", [{"enqueue": {"queue": "support", "keys": keys}}, "hangup"])
        later = await house.call("later")
        await asyncio.sleep(11)
        assert heard(curious)[-1][0] == "You are the next in line."
        # In the middle of the sentence: the key cuts it, his flow speaks, and he stands where he stood.
        house.calls["curious"].digit("1")
        await asyncio.sleep(0.1)
        assert heard(curious)[-1] == ("/Hello..ul",)
        await asyncio.sleep(2)
        curious.finish()
        await asyncio.sleep(0.1)
        assert [house.routing.standing(one).ahead for one in ("curious", "later")] == [0, 1]  # type: ignore[union-attr]
        assert curious.said[-1] == ("music", "/music.ul")
        await asyncio.sleep(11)
        assert heard(curious)[-1][0] == "You are the next in line."
        house.calls["curious"].digit("2")
        await asyncio.sleep(0.1)
        assert heard(curious)[-1] == ("/Sorry..ul",)
        later.finish()
        await asyncio.sleep(30)
        assert heard(later)[-1][0] == "You are the next in line."
        # Whoever has left the line is told nothing more.
        assert heard(curious)[-1] == ("/Sorry..ul",)
        await house.close()

    run(story)


def test_an_estimate_that_rises_has_its_reason() -> None:
    async def story(clock: LoopClock) -> None:
        house = House(clock, "anna", "ben", "cleo")
        await house.open("anna", "ben", "cleo")
        for number in range(3):
            await house.call(f"c{number}")
            await house.answer()
        waiting = await house.call("waiting")
        await asyncio.sleep(11)
        before = heard(waiting)[-1][1]
        waiting.finish()
        for one in ("anna", "ben"):
            await house.routing.command(WorkReturned(one, TalkEnd.DISMISSED, sign_out=True))
        await asyncio.sleep(30)
        place, now = heard(waiting)[-1]
        assert before == "The waiting time is between 1 and 2 minutes."
        assert place == "You are number 3 in line."
        assert now == "The waiting time is between 10 and 15 minutes."
        line: Any = house.calls["waiting"]._line._waiting
        assert line.told.why == "others came before him"
        await house.close()

    run(story)


def test_an_agents_page_dies_and_his_customer_goes_to_the_next_agent_first_of_all() -> None:
    async def story(clock: LoopClock) -> None:
        house = House(clock, "anna", "ben")
        await house.open("anna")
        lost = await house.call("c1")
        await house.answer()
        await house.call("c2")
        await asyncio.sleep(100)
        await house.routing.command(WorkReturned("anna"))
        assert heard(lost)[-1] == (house.plan.wording.agent_lost,)
        assert ("music", "/music.ul") in lost.said
        assert house.calls["c1"].engagement is None
        await asyncio.sleep(5)
        lost.finish()
        await asyncio.sleep(10)
        assert heard(lost)[-1][0] == "You are the next in line."
        await house.routing.command(AgentSignedIn("ben", "n1", Reach.BROWSER))
        assert house.offers[-1].contact == "c1"
        await house.answer()
        assert house.worker.hears["c1"] == {
            1: [(100 + house.offers[-1].offer, 1.0)],
            100 + house.offers[-1].offer: [(1, 1.0)],
        }
        assert house.calls["c1"].engagement == "c1.e2"
        desk = house.routing.desk("anna")
        assert desk is not None
        assert (desk.agent.state, desk.agent.reason) == (AgentState.NOT_RESPONDING, TalkEnd.AGENT_LOST)
        await house.close()

    run(story)
