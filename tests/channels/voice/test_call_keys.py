"""Keys in a call: at once while a prompt plays, on its own clock after it, and out of the line."""

import asyncio
from typing import Any

from support.clock import run
from support.voice import Scene, scene
from switchboard.channels.voice.reactions import react
from switchboard.conversations.model import ContactEnd, VisitEnd
from switchboard.conversations.store import contact_step
from switchboard.routing.commands import (
    ContactArrived,
    ContactBrokeOut,
    ContactFinished,
    ContactLeft,
    ContactQueued,
)
from switchboard.routing.events import ContactClosed, QueueEntered, QueueLeft
from switchboard.routing.model import Refusal

ARRIVED = ContactArrived("c1", "brand", "voice", "main", worker=7)
ENTERED = QueueEntered("c1.v1", "c1", "q1", place=55, number=1)
LEFT_BY_KEY = QueueLeft("c1.v1", "c1", "q1", VisitEnd.BROKE_OUT, 0)
ENQUEUE = {"enqueue": {"queue": "support", "keys": {"0": [{"say": {"text": "Sorry."}}], "5": ["back"]}}}
MENU = {"menu": {"text": "Hello.", "keys": {"1": [ENQUEUE]}, "missing": {"limit": 1}}}


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def begun(*steps: Any) -> Scene:
    at = scene(list(steps))
    at.call.begin(ARRIVED, ())
    await settled()
    return at


def told(at: Scene, *events: Any) -> None:
    react({"c1": at.call}, events)


def steps_of(at: Scene) -> list[tuple[Any, ...]]:
    rows = [change.parameters for change in at.routing.along if change.table is contact_step]
    return [(row["number"], row["kind"], row["said"]) for row in rows]


async def test_a_key_stops_the_prompt_at_once_and_the_choice_travels_with_the_next_command() -> None:
    at = await begun(MENU)
    at.caller.on_digit("1")
    assert at.caller.media.said[-1] == ("stop",)
    assert at.routing.told[1:] == [ContactQueued("c1", "q1", measured=True)]
    assert steps_of(at) == [(1, "menu", "1")]


def test_the_time_for_a_key_runs_on_the_calls_own_clock() -> None:
    async def story(_: Any) -> None:
        at = await begun(MENU)
        at.caller.media.finish()
        await asyncio.sleep(4.9)
        assert at.routing.told == [ARRIVED]
        await asyncio.sleep(0.2)
        assert at.routing.told[-1] == ContactFinished("c1", why="no choice")
        assert steps_of(at) == [(1, "menu", "no key")]

    run(story)


def test_a_key_in_time_stops_the_clock() -> None:
    async def story(_: Any) -> None:
        at = await begun(MENU)
        at.caller.media.finish()
        await asyncio.sleep(4)
        at.call.digit("1")
        await asyncio.sleep(60)
        assert at.routing.told[1:] == [ContactQueued("c1", "q1", measured=True)]

    run(story)


async def test_out_of_the_line_by_a_key_and_back_to_the_old_place() -> None:
    at = await begun(ENQUEUE)
    told(at, ENTERED)
    at.call.digit("7")
    at.call.digit("5")
    at.call.digit("5")
    assert at.routing.told[2:] == [ContactBrokeOut("c1")]
    told(at, LEFT_BY_KEY)
    assert at.routing.told[3:] == [ContactQueued("c1", "q1", place=55, measured=True)]
    assert steps_of(at) == [(1, "broke out", "5")]


async def test_out_of_the_line_with_a_thank_you() -> None:
    at = await begun(ENQUEUE)
    told(at, ENTERED)
    at.call.digit("0")
    told(at, LEFT_BY_KEY)
    assert at.caller.media.said[-1] == ("play", "/Sorry..ul")
    at.caller.media.finish()
    assert at.routing.told[-1] == ContactFinished("c1", why="thanks")


async def test_an_agent_who_was_quicker_than_the_key_has_the_caller() -> None:
    at = await begun(ENQUEUE)
    told(at, ENTERED)
    at.routing.refusal = Refusal.NOT_WAITING
    at.call.digit("0")
    await settled()
    assert at.over == []
    assert at.routing.told[-1] == ContactBrokeOut("c1")


async def test_who_hangs_up_in_a_menu_leaves_his_choices() -> None:
    inner = {"menu": {"text": "Sorry.", "keys": {"2": []}}}
    at = await begun({"menu": {"text": "Hello.", "keys": {"1": [inner]}}})
    at.call.digit("1")
    assert steps_of(at) == []
    at.caller.on_left()
    assert at.routing.told[-1] == ContactLeft("c1")
    assert steps_of(at) == [(1, "menu", "1")]


async def test_keys_after_the_end_change_nothing() -> None:
    at = await begun(MENU)
    told(at, ContactClosed("c1", "brand", "voice", ContactEnd.LEFT, 0))
    at.call.digit("1")
    assert at.routing.told == [ARRIVED]


async def test_a_call_without_choices_writes_no_row() -> None:
    at = await begun({"enqueue": {"queue": "support"}})
    assert at.routing.along == []
