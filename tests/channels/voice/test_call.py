"""A call carries out what its flow wants and what the Floor decided, and never acts before it is saved."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from support.voice import KeptMedia, Scene, scene
from switchboard.agents.model import Reach
from switchboard.channels.voice import call as module
from switchboard.channels.voice.reactions import react, rows_along
from switchboard.conversations.model import ContactEnd, OfferEnd, TalkEnd, VisitEnd
from switchboard.flows.service import Emergency
from switchboard.routing.commands import ContactArrived, ContactBrokeOut, ContactFinished, ContactLeft, ContactQueued
from switchboard.routing.events import (
    ContactClosed,
    EngagementOpened,
    EngagementTalkEnded,
    Held,
    Offered,
    OfferEnded,
    QueueEntered,
    QueueLeft,
    Resumed,
)
from switchboard.routing.model import Found, Refusal, Requirement, Step, Wanted, Why
from switchboard.routing.service import OneAgent, SkillLevel

ARRIVED = ContactArrived("c1", "brand", "voice", "main", worker=7)
ENTERED = QueueEntered("c1.v1", "c1", "q1", place=0, number=1)
OFFERED = Offered(
    1, 1, "c1.v1", "c1", "q1", "ann", Reach.PHONE, "main", "main", 20, Why("longest idle", Found.AGENT, 0.0)
)
ACCEPTED = OfferEnded(1, "c1.v1", "c1", "q1", "ann", OfferEnd.ACCEPTED, 0)
OPENED = EngagementOpened("c1.e1", "c1", "ann", "q1", 1, "c1.v1", 0)
ENQUEUE = {"enqueue": {"queue": "support"}}


def told(at: Scene, *events: Any) -> None:
    """One committed batch of the Floor."""
    react({"c1": at.call}, events)


async def begun(*steps: Any) -> Scene:
    at = scene(list(steps))
    at.call.begin(ARRIVED, ())
    await asyncio.sleep(0)
    return at


async def talking() -> Scene:
    at = await begun(ENQUEUE)
    told(at, ENTERED, OFFERED)
    told(at, ACCEPTED, QueueLeft("c1.v1", "c1", "q1", VisitEnd.ANSWERED, 0), OPENED)
    return at


async def test_arriving_and_queueing_are_one_batch() -> None:
    at = await begun({"enqueue": {"queue": "support", "requires": {"english": 3}, "priority": 2}})
    queued = ContactQueued("c1", "q1", priority=2, requirements=(Requirement("id-english", 3),), measured=True)
    assert at.routing.told == [ARRIVED, queued]
    assert at.caller.answered == 0


async def test_who_is_wanted_goes_to_the_line_by_ids() -> None:
    at = await begun({"enqueue": {"queue": "support", "who": "agent:anna", "look_for": [{"who": "a", "for": 5}]}})
    wanted = Wanted(OneAgent("id-anna"), (Step(SkillLevel("id-a"), 5_000_000),))
    assert at.routing.told[1] == ContactQueued("c1", "q1", wanted=wanted, measured=True)


async def test_a_greeting_is_played_before_the_line_is_entered() -> None:
    at = await begun({"say": {"text": "Hello."}}, ENQUEUE)
    assert at.routing.told == [ARRIVED]
    assert at.caller.media.said == [("silence",), ("play", "/Hello..ul")]
    at.caller.media.finish()
    assert at.routing.told[1:] == [ContactQueued("c1", "q1", measured=True)]


async def test_waiting_is_answered_with_music() -> None:
    at = await begun(ENQUEUE)
    told(at, ENTERED)
    assert at.caller.answered == 1
    assert at.caller.media.said[-1] == ("music", "/music.ul")


async def test_two_people_hear_each_other() -> None:
    at = await talking()
    assert at.worker.hears["c1"] == {1: [(101, 1.0)], 101: [(1, 1.0)]}
    assert at.agents[0].talks
    assert at.agents[0].hung_up == []


async def test_hold_gives_music_to_the_customer_and_nothing_to_the_agent() -> None:
    at = await talking()
    told(at, Held("c1.e1", "c1", "ann"))
    assert at.worker.hears["c1"] == {}
    assert at.caller.media.said[-1] == ("music", "/music.ul")
    told(at, Resumed("c1.e1", "c1", "ann", 5))
    assert at.worker.hears["c1"] == {1: [(101, 1.0)], 101: [(1, 1.0)]}


async def test_a_leg_that_takes_the_place_of_a_muted_one_is_muted_before_it_is_connected() -> None:
    at = await talking()
    at.call.mute(True)
    new = at.agents[0].media = KeptMedia(200)
    at.call.media_changed(1)
    assert new.said[0] == ("mute", True)
    assert at.worker.hears["c1"] == {1: [(200, 1.0)], 200: [(1, 1.0)]}


async def test_a_phone_that_holds_is_sent_nothing() -> None:
    at = await talking()
    media = at.agents[0].media
    assert media is not None
    at.agents[0].listens = False
    told(at, Held("c1.e1", "c1", "ann"))
    assert media.said[-1] == ("quiet",)
    at.agents[0].listens = True
    told(at, Resumed("c1.e1", "c1", "ann", 5))
    assert media.said[-1] == ("silence",)


@pytest.mark.parametrize("end", [end for end in OfferEnd if end is not OfferEnd.ACCEPTED])
async def test_every_other_end_of_an_offer_stops_the_ringing(end: OfferEnd) -> None:
    at = await begun(ENQUEUE)
    told(at, ENTERED, OFFERED)
    told(at, OfferEnded(1, "c1.v1", "c1", "q1", "ann", end, 0))
    assert at.agents[0].hung_up == [end in (OfferEnd.WITHDRAWN, OfferEnd.ANSWERED_ELSEWHERE)]
    assert at.call.side(1) is None


async def test_nobody_is_rung_for_a_lease_that_has_ended() -> None:
    at = await begun(ENQUEUE)
    at.routing.lease = False
    told(at, ENTERED, OFFERED)
    assert at.agents == []


async def test_the_flow_goes_on_when_the_line_is_left() -> None:
    at = await begun({"enqueue": {"queue": "support", "max_wait": [{"say": {"text": "Sorry."}}]}})
    told(at, ENTERED)
    told(at, QueueLeft("c1.v1", "c1", "q1", VisitEnd.MAX_WAIT, 0))
    assert at.caller.media.said[-1] == ("play", "/Sorry..ul")
    at.caller.media.finish()
    assert at.routing.told[-1] == ContactFinished("c1", why="flow ended")


async def test_a_contact_closed_in_the_same_batch_does_not_go_on_with_its_flow() -> None:
    at = await begun({"enqueue": {"queue": "support"}}, {"say": {"text": "Sorry."}})
    told(at, ENTERED)
    closed = ContactClosed("c1", "brand", "voice", ContactEnd.ABANDONED, 0)
    told(at, QueueLeft("c1.v1", "c1", "q1", VisitEnd.ABANDONED, 0), closed)
    assert at.caller.hung_up == [480]
    assert ("play", "/Sorry..ul") not in at.caller.media.said
    assert at.over == ["c1"]


async def test_the_end_of_the_talk_ends_both_sides_once() -> None:
    at = await talking()
    ended = EngagementTalkEnded("c1.e1", "c1", "ann", TalkEnd.AGENT, 10)
    told(at, ended, ContactClosed("c1", "brand", "voice", ContactEnd.ANSWERED, 0))
    assert at.agents[0].hung_up == [False]
    assert at.caller.hung_up == [480]
    assert at.worker.hears["c1"] == {}
    at.call.closed()
    assert at.over == ["c1"]


async def test_a_batch_that_was_not_saved_turns_the_customer_away() -> None:
    at = scene([ENQUEUE])
    at.routing.fails = 1
    at.call.begin(ARRIVED, ())
    await asyncio.sleep(0)
    assert at.caller.hung_up[0] == 503
    assert at.over == ["c1"]


async def test_a_customer_who_left_is_told_again_until_it_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY", 0.0)
    at = await begun(ENQUEUE)
    at.routing.fails = 2
    at.caller.on_left()
    for _ in range(50):
        await asyncio.sleep(0)
    assert at.routing.told[-1] == ContactLeft("c1")


async def test_a_contact_that_the_floor_does_not_have_is_over() -> None:
    at = scene([ENQUEUE])
    at.routing.refusal = Refusal.UNKNOWN_CONTACT
    at.call.begin(ARRIVED, ())
    await asyncio.sleep(0)
    assert at.over == ["c1"]


async def test_a_queue_that_is_not_there_is_passed_over() -> None:
    at = scene([ENQUEUE, {"say": {"text": "Sorry."}}])
    at.routing.refusal = Refusal.UNKNOWN_QUEUE
    at.call.begin(ARRIVED, ())
    await asyncio.sleep(0)
    assert at.caller.media.said[-1] == ("play", "/Sorry..ul")


async def test_muting_reaches_the_agents_leg() -> None:
    at = await talking()
    at.call.mute(True)
    media = at.agents[0].media
    assert media is not None
    assert media.said[-1] == ("mute", True)


async def test_keys_go_to_the_customer_while_the_two_talk() -> None:
    at = await talking()
    assert at.call.press("1*#")
    assert at.caller.media.said[-1] == ("digits", "1*#")


async def test_keys_go_nowhere_on_hold_nor_after_the_talk() -> None:
    at = await begun(ENQUEUE)
    assert not at.call.press("1")
    at = await talking()
    told(at, Held("c1.e1", "c1", "ann"))
    assert not at.call.press("1")
    told(at, Resumed("c1.e1", "c1", "ann", 5), EngagementTalkEnded("c1.e1", "c1", "ann", TalkEnd.AGENT, 10))
    assert not at.call.press("1")
    assert ("digits", "1") not in at.caller.media.said


async def test_how_a_talk_sounded_is_saved_with_its_end() -> None:
    at = await talking()
    ended = EngagementTalkEnded("c1.e1", "c1", "ann", TalkEnd.CUSTOMER, 10)
    assert rows_along({"other": at.call}, [ended]) == []
    (row,) = rows_along({"c1": at.call}, [ended])
    assert (row.parameters["id"], row.parameters["bad_sound_time"]) == ("c1.e1", 0)
    told(at, ended)
    assert rows_along({"c1": at.call}, [ended]) == []


DOWN = Emergency("m1", None, "Down.", None, "en", "/down.ul", False, 0, 10, "sue")
CLOSED = replace(DOWN, ends=True)


async def test_an_announcement_reaches_those_in_a_step_and_those_in_line_whose_music_goes_on() -> None:
    at = await begun({"say": {"text": "Hello."}}, ENQUEUE)
    at.call.announce(DOWN)
    assert at.caller.media.said[-1] == ("play", "/down.ul")
    at.caller.media.finish()
    assert at.caller.media.said[-1] == ("play", "/Hello..ul")
    at.caller.media.finish()
    told(at, ENTERED)
    at.call.announce(DOWN)
    assert at.caller.media.said[-2:] == [("music", "/music.ul"), ("play", "/down.ul")]
    at.caller.media.finish()
    assert at.caller.media.said[-1] == ("play", "/down.ul")
    assert at.routing.told[1:] == [ContactQueued("c1", "q1", measured=True)]


async def test_one_that_ends_the_call_takes_him_out_of_line() -> None:
    at = await begun(ENQUEUE)
    told(at, ENTERED)
    at.call.announce(CLOSED)
    assert at.routing.told[-1] == ContactBrokeOut("c1")
    told(at, QueueLeft("c1.v1", "c1", "q1", VisitEnd.BROKE_OUT, 0))
    assert at.caller.media.said[-1] == ("play", "/down.ul")
    at.caller.media.finish()
    assert at.routing.told[-1] == ContactFinished("c1", why="announcement")


async def test_who_talks_hears_nothing_of_it() -> None:
    at = await talking()
    before = list(at.caller.media.said)
    at.call.announce(CLOSED)
    assert at.caller.media.said == before
    assert not any(isinstance(command, ContactBrokeOut) for command in at.routing.told)
