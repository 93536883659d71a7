"""Real SIP phones at both ends: baresip calls, the center answers, baresip takes the call."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from support.baresip import Baresip
from support.center import PASSWORD, Center
from support.desk import Desk
from support.sound import hears

CALLER_TONE, AGENT_TONE = 440, 1000


@pytest.fixture
def running(shared: Center) -> Center:
    """One center for all of them: each leaves nobody in line and nobody signed in."""
    return shared


@pytest.fixture
async def ann(running: Center) -> AsyncIterator[Desk]:
    async with Desk(running.ready["web"], "ann", PASSWORD) as desk:
        yield desk
        await desk.leave()


async def record(boss: Desk, holds: Any) -> dict[str, Any]:
    """The latest contact's whole record, once `holds` is true of it."""
    page = await boss.until("/api/contacts", lambda page: page["contacts"])
    return dict(await boss.until(f"/api/contacts/{page['contacts'][0]['id']}", holds))


async def talk(running: Center, ann: Desk, caller: Baresip, desk_phone: Baresip) -> None:
    """From an idle agent to two people who talk."""
    await ann.available()
    await caller.dial(f"sip:100@{running.ready['sip']}")
    await desk_phone.until("CALL_INCOMING")
    await desk_phone.accept()
    await ann.until("/api/desk", lambda desk: desk["engagement"] and desk["engagement"]["state"] == "talking")


async def test_a_caller_waits_talks_and_hangs_up(
    running: Center, ann: Desk, boss: Desk, caller: Baresip, desk_phone: Baresip
) -> None:
    await talk(running, ann, caller, desk_phone)
    await ann.until("/api/desk", lambda _: hears(caller.heard(), AGENT_TONE) and hears(desk_phone.heard(), CALLER_TONE))
    await caller.hang_up()
    await desk_phone.until("CALL_CLOSED")
    desk = await ann.until("/api/desk", lambda desk: desk["agent"]["state"] == "wrap-up")
    engagement = desk["engagement"]["engagement"]
    await ann.post(
        f"/api/desk/engagements/{engagement}/wrap-up",
        {"disposition": "solved", "note": "Cable was loose.", "finish": True},
    )
    await ann.until("/api/desk", lambda desk: desk["agent"]["state"] == "available")
    seen = await record(boss, lambda contact: contact["engagements"] and contact["engagements"][0]["closed_at"])
    assert seen["how"] == "answered"
    assert [visit["how"] for visit in seen["visits"]] == ["answered"]
    assert [offer["end"] for offer in seen["offers"]] == ["accepted"]
    talked = seen["engagements"][0]
    assert talked["agent_name"] == "Ann Agent"
    assert talked["disposition"] == "Solved"
    assert talked["note"] == "Cable was loose."
    assert talked["talk_time"] > 0
    assert talked["ring_time"] > 0
    assert talked["hold_time"] == 0


async def test_the_agent_hangs_up_first(
    running: Center, ann: Desk, boss: Desk, caller: Baresip, desk_phone: Baresip
) -> None:
    await talk(running, ann, caller, desk_phone)
    await desk_phone.hang_up()
    await caller.until("CALL_CLOSED")
    seen = await record(boss, lambda contact: contact["closed_at"])
    assert seen["how"] == "answered"


async def test_a_caller_who_hangs_up_while_the_phone_rings_is_not_the_agents_fault(
    running: Center, ann: Desk, boss: Desk, caller: Baresip, desk_phone: Baresip
) -> None:
    await ann.available()
    await caller.dial(f"sip:100@{running.ready['sip']}")
    await desk_phone.until("CALL_INCOMING")
    await caller.hang_up()
    await desk_phone.until("CALL_CLOSED")
    await ann.until("/api/desk", lambda desk: desk["agent"]["state"] == "available")
    seen = await record(boss, lambda contact: contact["closed_at"])
    assert seen["how"] == "abandoned"
    assert [offer["end"] for offer in seen["offers"]] == ["caller left"]


async def test_a_caller_who_hangs_up_during_the_greeting_leaves_no_visit(
    running: Center, ann: Desk, boss: Desk, caller: Baresip
) -> None:
    await caller.dial(f"sip:100@{running.ready['sip']}")
    await caller.until("CALL_ESTABLISHED")
    await caller.hang_up()
    seen = await record(boss, lambda contact: contact["closed_at"])
    assert (seen["how"], seen["visits"]) == ("left", [])


async def test_nobody_signed_in_is_announced_and_ends(running: Center, boss: Desk, caller: Baresip) -> None:
    await caller.dial(f"sip:100@{running.ready['sip']}")
    await caller.until("CALL_CLOSED")
    seen = await record(boss, lambda contact: contact["closed_at"])
    assert seen["how"] == "finished"
    assert [visit["how"] for visit in seen["visits"]] == ["nobody signed in"]


async def test_a_rejected_call_comes_back_to_its_place(
    running: Center, ann: Desk, boss: Desk, caller: Baresip, desk_phone: Baresip
) -> None:
    await ann.available()
    await caller.dial(f"sip:100@{running.ready['sip']}")
    await desk_phone.until("CALL_INCOMING")
    await desk_phone.hang_up()
    await boss.until("/api/board", lambda board: any(queue["waiting"] == 1 for queue in board["queues"]))
    seen = await record(boss, lambda contact: contact["offers"] and contact["offers"][0]["end"])
    assert seen["offers"][0]["end"] in {"busy", "rejected"}
    assert seen["closed_at"] is None
    await caller.hang_up()
    await record(boss, lambda contact: contact["how"] == "abandoned")


async def test_no_answer_makes_the_agent_not_responding_and_the_caller_waits_on(
    running: Center, ann: Desk, boss: Desk, caller: Baresip, desk_phone: Baresip
) -> None:
    await ann.available()
    await caller.dial(f"sip:101@{running.ready['sip']}")
    await desk_phone.until("CALL_INCOMING")
    await ann.until("/api/desk", lambda desk: desk["agent"]["state"] == "not responding")
    board = await boss.get("/api/board")
    assert [queue["waiting"] for queue in board["queues"] if queue["name"] == "Short ring"] == [1]
    events = len(desk_phone.events)
    await ann.post("/api/desk/state", {"state": "available"})
    await desk_phone.until("CALL_INCOMING", after=events)
    await desk_phone.accept()
    await ann.until("/api/desk", lambda desk: desk["agent"]["state"] == "engaged")
    await caller.hang_up()
    seen = await record(boss, lambda contact: contact["closed_at"])
    assert [offer["end"] for offer in seen["offers"]] == ["no answer", "accepted"]
    assert len(seen["visits"]) == 1


async def test_two_callers_for_one_agent_are_served_in_turn(
    running: Center, ann: Desk, boss: Desk, caller: Baresip, desk_phone: Baresip
) -> None:
    before = len((await boss.get("/api/contacts"))["contacts"])
    await talk(running, ann, caller, desk_phone)
    await caller.dial(f"sip:100@{running.ready['sip']}")
    await boss.until("/api/board", lambda board: any(queue["waiting"] == 1 for queue in board["queues"]))
    assert len((await boss.get("/api/contacts"))["contacts"]) == before + 2
    assert (await ann.get("/api/desk"))["offer"] is None


async def test_hold_gives_the_caller_music_and_resume_the_agent(
    running: Center, ann: Desk, caller: Baresip, desk_phone: Baresip
) -> None:
    await talk(running, ann, caller, desk_phone)
    engagement = (await ann.get("/api/desk"))["engagement"]["engagement"]
    await ann.until("/api/desk", lambda _: hears(caller.heard(), AGENT_TONE))
    await ann.post(f"/api/desk/engagements/{engagement}/hold")
    await ann.until("/api/desk", lambda desk: desk["engagement"]["state"] == "held")
    held_from = len(caller.heard())
    await ann.until(
        "/api/desk",
        lambda _: (
            len(caller.heard()) > held_from + 16_000 and not hears(caller.heard()[held_from + 8_000 :], AGENT_TONE)
        ),
    )
    await ann.post(f"/api/desk/engagements/{engagement}/resume")
    resumed_from = len(caller.heard())
    await ann.until("/api/desk", lambda _: hears(caller.heard()[resumed_from:], AGENT_TONE))


async def test_an_unknown_number_is_refused_and_in_the_ledger(running: Center, boss: Desk, caller: Baresip) -> None:
    await caller.dial(f"sip:999@{running.ready['sip']}")
    closed = await caller.until("CALL_CLOSED")
    assert "404" in closed["param"]
    refused = (await boss.get("/api/contacts"))["contacts"][0]
    assert refused["end"] == "refused unknown number"
