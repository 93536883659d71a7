"""Processes killed in the middle of calls: what was acknowledged stays, what died is closed, work goes on."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from support import evidence
from support.baresip import Baresip
from support.center import ENVIRONMENT, PASSWORD, Center, center, serving, start
from support.desk import Desk
from support.sound import hears
from support.stranger import stranger
from support.telephones import AGENT_TONE, CALLER_TONE, anns_phone, customer

CARRIER = "127.0.0.2"
WAITING = 3
CROWD = 100


async def until(holds: Callable[[], object], *, seconds: float = 20) -> None:
    """Wait for something of the operating system that tells nobody when it happens."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.05)


async def talk(sip: str, ann: Desk, caller: Baresip, desk_phone: Baresip, number: str = "103") -> None:
    """From an available agent to two people who hear each other."""
    caller_saw, phone_saw = len(caller.events), len(desk_phone.events)
    await caller.dial(f"sip:{number}@{sip}")
    await desk_phone.until("CALL_INCOMING", after=phone_saw)
    await desk_phone.accept()
    await caller.until("CALL_ESTABLISHED", after=caller_saw)
    await ann.until("/api/desk", lambda desk: desk["engagement"] and desk["engagement"]["state"] == "talking")
    await ann.until("/api/desk", lambda _: hears(caller.heard(), AGENT_TONE) and hears(desk_phone.heard(), CALLER_TONE))


async def record(boss: Desk, contact: str, holds: Callable[[Any], object]) -> dict[str, Any]:
    return dict(await boss.until(f"/api/contacts/{contact}", holds))


async def calls_of_before(data: Path, log: Path, folder: Path) -> tuple[Center, int]:
    """A center with one talk and some waiting callers, killed. Returns it and how many batches it had told of."""
    running = await start(serving(data), log=log, environment=ENVIRONMENT)
    sip, web = running.ready["sip"], running.ready["web"]
    async with AsyncExitStack() as open_until_here:
        enter = open_until_here.enter_async_context
        ann, boss = await enter(Desk(web, "ann", PASSWORD)), await enter(Desk(web, "boss", PASSWORD))
        desk_phone = await enter(anns_phone(running, folder / "desk"))
        caller = await enter(customer(running, folder / "caller"))
        carrier = open_until_here.enter_context(stranger(CARRIER, sip))
        await ann.available()
        await talk(sip, ann, caller, desk_phone)
        for _ in range(WAITING):
            assert (await carrier.answer(carrier.invite("103"))).status == 200
        await boss.until("/api/board", lambda board: sum(queue["waiting"] for queue in board["queues"]) == WAITING)
        told = len(evidence.journal(data))
        await running.kill()
        assert running.process.returncode == -signal.SIGKILL
        await caller.switch_off()
        await desk_phone.switch_off()
    return running, told


async def test_the_center_killed_in_the_middle_of_calls_loses_nothing_and_goes_on(data: Path, tmp_path: Path) -> None:
    log = tmp_path / "center.log"
    killed, told = await calls_of_before(data, log, tmp_path / "before")
    await killed.gone()
    before = evidence.journal(data)
    assert len(before) >= told > 0

    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        running = await enter(center(killed.arguments, log=log, environment=ENVIRONMENT))
        sip = running.ready["sip"]
        assert sip == killed.ready["sip"]
        boss = await enter(Desk(running.ready["web"], "boss", PASSWORD))
        listed = (await boss.get("/api/contacts"))["contacts"]
        assert [contact["how"] for contact in listed] == ["signalling lost"] * (WAITING + 1)
        assert all(contact["closed_at"] for contact in listed)
        board = await boss.get("/api/board")
        assert [queue["waiting"] for queue in board["queues"] if queue["waiting"]] == []
        talked = await record(boss, listed[-1]["id"], lambda contact: contact["engagements"])
        assert [visit["how"] for visit in talked["visits"]] == ["answered"]
        assert talked["engagements"][0]["closed_at"] is not None
        assert talked["engagements"][0]["talk_time"] > 0
        waited = await record(boss, listed[0]["id"], lambda contact: contact["visits"])
        assert [visit["how"] for visit in waited["visits"]] == ["signalling lost"]

        # The agent is free, but her phone has not registered again: nobody rings into nothing.
        ann = await enter(Desk(running.ready["web"], "ann", PASSWORD))
        desk = await ann.get("/api/desk")
        assert (desk["agent"]["state"], desk["offer"], desk["engagement"]) == ("available", None, None)
        assert not desk["agent"]["reachable"]
        desk_phone = await enter(anns_phone(running, tmp_path / "after" / "desk"))
        await ann.until("/api/desk", lambda desk: desk["agent"]["reachable"])
        caller = await enter(customer(running, tmp_path / "after" / "caller"))
        await talk(sip, ann, caller, desk_phone)
        await caller.hang_up()
        page = await boss.until("/api/contacts", lambda page: page["contacts"][0]["closed_at"])
        assert page["contacts"][0]["how"] == "answered"

    after = evidence.journal(data)
    assert after[: len(before)] == before
    evidence.assert_sound(after)


async def test_every_caller_who_was_answered_is_on_record_though_it_was_killed_at_once(
    data: Path, tmp_path: Path
) -> None:
    log = tmp_path / "center.log"
    running = await start(serving(data), log=log, environment=ENVIRONMENT)
    async with Desk(running.ready["web"], "ann", PASSWORD) as ann:
        # Somebody must be signed in, so that there is a line to wait in.
        await ann.post("/api/desk/sign-in", {})
        await ann.post("/api/desk/state", {"state": "paused", "reason": "break"})
    with stranger(CARRIER, running.ready["sip"]) as carrier:
        for _ in range(CROWD):
            carrier.send(carrier.invite("103"))
        answered: set[str] = set()
        while len(answered) < CROWD // 2:
            if (response := await carrier.receive()).status == 200:
                answered.add(response.header("Call-ID"))
        await running.kill()
        # What it said just before it died counts as well.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.2):
                while True:
                    if (response := await carrier.receive()).status == 200:
                        answered.add(response.header("Call-ID"))
    before = evidence.journal(data)
    entered = evidence.contacts(data)
    assert len(entered) >= len(answered)
    async with center(running.arguments, log=log, environment=ENVIRONMENT):
        closed = evidence.contacts(data)
    assert [contact["id"] for contact in closed] == [contact["id"] for contact in entered]
    assert {contact["how"] for contact in closed} == {"signalling lost"}
    after = evidence.journal(data)
    assert after[: len(before)] == before
    evidence.assert_sound(after)


async def test_a_killed_media_worker_ends_its_calls_and_another_takes_the_next(
    running: Center, ann: Desk, boss: Desk, caller: Baresip, desk_phone: Baresip
) -> None:
    await ann.available()
    await talk(running.ready["sip"], ann, caller, desk_phone)
    (worker,) = running.ready["pids"]
    os.kill(worker, signal.SIGKILL)
    await caller.until("CALL_CLOSED")
    await desk_phone.until("CALL_CLOSED")
    page = await boss.until("/api/contacts", lambda page: page["contacts"][0]["closed_at"])
    assert page["contacts"][0]["how"] == "media lost"
    await until(lambda: running.log().count("media_worker_ready") == 2)
    await ann.until("/api/desk", lambda desk: desk["agent"]["state"] == "available")
    await talk(running.ready["sip"], ann, caller, desk_phone)
    await caller.hang_up()
    page = await boss.until("/api/contacts", lambda page: page["contacts"][0]["closed_at"])
    assert [contact["how"] for contact in page["contacts"]] == ["answered", "media lost"]
