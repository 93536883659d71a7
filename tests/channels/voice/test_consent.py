"""Callers are told that talks are recorded: once, before the line, in their language; untold, nothing is recorded."""

import asyncio
from typing import Any

import pytest

from support.voice import Scene, scene
from switchboard.channels.voice.waiting import Plan, texts
from switchboard.conversations.model import VisitEnd
from switchboard.flows.model import Spoken
from switchboard.flows.service import Emergency
from switchboard.routing.commands import ContactArrived, ContactLeft, ContactQueued
from switchboard.routing.events import QueueLeft
from switchboard.routing.model import Notice

ARRIVED = ContactArrived("c1", "brand", "voice", "main", worker=7)
ENQUEUE = {"enqueue": {"queue": "support", "keys": {"0": [{"back": {}}]}}}
LEFT = QueueLeft("c1.v1", "c1", "q1", VisitEnd.MAX_WAIT, 0)
NOTICES = (Notice("Recorded."), Notice("Aufgezeichnet.", language="de"), Notice(sound="bell", language="fr"))
SPOKEN = {Spoken("Recorded.", "en"): "/recorded.ul", Spoken("Aufgezeichnet.", "de"): "/aufgezeichnet.ul"}
TOLD = Plan(None, "en", SPOKEN, {"bell": "/bell.ul"}, NOTICES)


async def begun(*steps: Any, plan: Plan = TOLD) -> Scene:
    at = scene(list(steps), plan=plan)
    at.call.begin(ARRIVED, ())
    await asyncio.sleep(0)
    return at


async def test_it_is_said_before_the_line_is_entered_and_keys_mean_nothing_meanwhile() -> None:
    at = await begun(ENQUEUE)
    assert (at.caller.answered, at.routing.told) == (1, [ARRIVED])
    assert at.caller.media.said[-1] == ("play", "/recorded.ul")
    at.call.digit("0")
    assert not at.tape.announced
    at.caller.media.finish()
    # With the rank of the moment in which he wanted to enter it.
    assert at.routing.told[1:] == [ContactQueued("c1", "q1", place=0, comes=True, measured=True)]
    assert at.tape.announced
    assert [change.parameters["said"] for change in at.routing.along] == ["announced"]


async def test_it_is_said_once_to_a_contact() -> None:
    at = await begun(ENQUEUE, {"enqueue": {"queue": "support"}})
    at.caller.media.finish()
    at.call.queue_left(LEFT)
    assert [said for said in at.caller.media.said if said[0] == "play"] == [("play", "/recorded.ul")]
    assert len([command for command in at.routing.told if isinstance(command, ContactQueued)]) == 2


async def test_a_file_that_cannot_be_read_lets_him_in_unannounced() -> None:
    at = await begun(ENQUEUE)
    at.caller.media.heard_out = False
    at.caller.media.finish()
    assert at.routing.told[1:] == [ContactQueued("c1", "q1", place=0, comes=True, measured=True)]
    assert not at.tape.announced


async def test_an_announcement_comes_after_it() -> None:
    at = await begun(ENQUEUE)
    at.call.announce(Emergency("m1", None, "Down.", None, "en", "/down.ul", False, 0, 10, "sue"))
    assert at.caller.media.said[-1] == ("play", "/recorded.ul")
    at.caller.media.finish()
    assert at.tape.announced
    assert at.routing.told[1:] == [ContactQueued("c1", "q1", place=0, comes=True, measured=True)]
    assert at.caller.media.said[-1] == ("play", "/down.ul")


async def test_who_hangs_up_meanwhile_enters_no_line() -> None:
    at = await begun(ENQUEUE)
    at.call.left()
    at.call.closed()
    assert at.routing.told[1:] == [ContactLeft("c1")]


@pytest.mark.parametrize(
    ("language", "path"),
    [("en", "/recorded.ul"), ("de-at", "/aufgezeichnet.ul"), ("fr", "/bell.ul"), ("sw", None)],
)
def test_each_language_hears_its_own(language: str, path: str | None) -> None:
    assert Plan(None, language, SPOKEN, {"bell": "/bell.ul"}, NOTICES).notice() == path


def test_a_language_without_one_hears_the_first_rather_than_none() -> None:
    only = (Notice("Aufgezeichnet.", language="de"),)
    assert Plan(None, "en", SPOKEN, {}, only).notice() == "/aufgezeichnet.ul"
    assert Plan(None, "en", SPOKEN, {}, ()).notice() is None


def test_they_are_spoken_ahead_and_first() -> None:
    assert next(iter(texts("sw", iter([]), [NOTICES]))) == Spoken("Recorded.", "sw")
