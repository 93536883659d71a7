"""A call that goes from one line to another: music without a break, an honest wait, the place kept; and a full line."""

import asyncio
from typing import Any

from support.clock import LoopClock, run
from support.voice import Scene, scene
from switchboard.channels.voice.reactions import react, rows_along
from switchboard.channels.voice.waiting import Plan
from switchboard.conversations.model import LONGER_WAIT, VisitEnd
from switchboard.flows.model import Spoken
from switchboard.measures.waiting import Rise
from switchboard.routing.commands import ContactArrived, ContactBrokeOut, ContactFinished, ContactQueued
from switchboard.routing.events import QueueEntered, QueueLeft, QueueRefused
from switchboard.routing.model import Announcements
from switchboard.routing.overflow import Passage, Reason
from switchboard.routing.service import Standing

SECOND = 1_000_000
ARRIVED = ContactArrived("c1", "brand", "voice", "main", worker=7)
ENTERED = QueueEntered("c1.v1", "c1", "q1", place=55, number=1)
LEFT = QueueLeft("c1.v1", "c1", "q1", VisitEnd.OVERFLOWED_MAX_WAIT, 0)
MOVED = QueueEntered("c1.v2", "c1", "q2", place=55, number=1, passage=Passage(passed=("q1",), why=Reason.MAX_WAIT))
ENQUEUE = {
    "enqueue": {
        "queue": "support",
        "full": [{"say": {"text": "Sorry."}}],
        "max_wait": [{"say": {"text": "Hello."}}],
        "keys": {"5": ["back"]},
    }
}
PLAN = Announcements(SECOND, 10 * SECOND)


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def begun(plan: Plan | None = None) -> Scene:
    at = scene([ENQUEUE]) if plan is None else scene([ENQUEUE], plan=plan)
    at.call.begin(ARRIVED, ())
    await settled()
    return at


def music(at: Scene) -> list[Any]:
    return [said for said in at.caller.media.said if said[0] in ("music", "silence")]


async def test_from_one_line_to_the_next_the_music_goes_on_and_the_flow_hears_nothing() -> None:
    at = await begun()
    react({"c1": at.call}, [ENTERED])
    before = music(at)
    react({"c1": at.call}, [LEFT, MOVED])
    assert music(at) == before
    assert len(at.routing.told) == 2
    # The other line ends as any line does.
    react({"c1": at.call}, [QueueLeft("c1.v2", "c1", "q2", VisitEnd.MAX_WAIT, 0)])
    await settled()
    assert [said for said in at.caller.media.said if said[0] == "play"]


async def test_a_full_line_lets_the_flow_go_on_unless_another_has_him() -> None:
    at = await begun()
    react({"c1": at.call}, [QueueRefused("c1.v1", "c1", "q1", VisitEnd.FULL)])
    await settled()
    assert [said for said in at.caller.media.said if said[0] == "play"]
    at.caller.media.finish()
    await settled()
    assert isinstance(at.routing.told[-1], ContactFinished)
    at = await begun()
    react({"c1": at.call}, [QueueRefused("c1.v1", "c1", "q1", VisitEnd.OVERFLOWED_FULL), MOVED])
    await settled()
    assert not [said for said in at.caller.media.said if said[0] == "play"]
    assert len(music(at)) == 1


async def test_back_from_a_key_leads_to_the_old_place_in_the_line_of_the_flow() -> None:
    at = await begun()
    react({"c1": at.call}, [QueueRefused("c1.v1", "c1", "q1", VisitEnd.OVERFLOWED_FULL), MOVED])
    at.caller.on_digit("5")
    await settled()
    assert at.routing.told[-1] == ContactBrokeOut("c1")
    react({"c1": at.call}, [QueueLeft("c1.v2", "c1", "q2", VisitEnd.BROKE_OUT, 0)])
    await settled()
    (again,) = [one for one in at.routing.told[2:] if isinstance(one, ContactQueued)]
    assert (again.queue, again.place) == ("q1", 55)


def test_a_longer_wait_in_the_other_line_is_told_with_its_reason() -> None:
    class Every(dict[Spoken, str]):
        def get(self, key: Spoken, default: Any = None) -> str:  # type: ignore[override]  # every text is spoken
            return key.text

    async def story(_: LoopClock) -> None:
        at = await begun(Plan(PLAN, "en", Every(), {}))
        react({"c1": at.call}, [ENTERED])
        at.routing.stands = Standing(1, 0, 3, 100.0, 10.0, 20.0)
        await asyncio.sleep(2)
        at.caller.media.finish()
        react({"c1": at.call}, [LEFT, MOVED])
        at.routing.stands = Standing(1, 0, 3, 100.0, 500.0, 590.0)
        await asyncio.sleep(2)
        said = [text for one in at.caller.media.said if one[0] == "play" for text in one[1:]]
        assert any("10 minutes" in str(text) for text in said), said
        (row,) = rows_along({"c1": at.call}, [QueueLeft("c1.v2", "c1", "q2", VisitEnd.ANSWERED, 0)])
        assert (row.parameters["kind"], row.parameters["said"]) == (LONGER_WAIT, Rise.ANOTHER_LINE.value)
        at.call.closed()

    run(story)
