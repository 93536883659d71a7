"""SIGTERM: calls may end, new ones are refused, and then nothing is left."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from support import evidence
from support.baresip import Baresip
from support.center import ENVIRONMENT, PASSWORD, Center, center, serving
from support.desk import Desk
from support.sound import hears
from support.stranger import stranger
from support.telephones import AGENT_TONE, CALLER_TONE, anns_phone, customer

CARRIER = "127.0.0.2"
LONG, SHORT = 60, 1
"""Seconds that calls may go on after SIGTERM."""


@asynccontextmanager
async def talk(data: Path, folder: Path, *, drain: int) -> AsyncIterator[tuple[Center, Baresip, Baresip]]:
    """A center with a customer and an agent who hear each other: it, the customer's phone, the agent's phone."""
    environment = {**ENVIRONMENT, "SWITCHBOARD_DRAIN_SECONDS": str(drain)}
    async with (
        center(serving(data), log=folder / "center.log", environment=environment) as running,
        Desk(running.ready["web"], "ann", PASSWORD) as ann,
        anns_phone(running, folder / "desk") as desk_phone,
        customer(running, folder / "caller") as caller,
    ):
        await ann.available()
        await caller.dial(f"sip:103@{running.ready['sip']}")
        await desk_phone.until("CALL_INCOMING")
        await desk_phone.accept()
        await ann.until(
            "/api/desk", lambda _: hears(caller.heard(), AGENT_TONE) and hears(desk_phone.heard(), CALLER_TONE)
        )
        yield running, caller, desk_phone
        # Phones say goodbye to the registrar, and would wait long for one that is gone.
        await caller.switch_off()
        await desk_phone.switch_off()


async def ended(running: Center) -> int:
    """The exit code, once it has stopped."""
    return await asyncio.wait_for(running.process.wait(), 30)


async def test_a_call_goes_on_while_new_ones_are_refused(data: Path, tmp_path: Path) -> None:
    async with talk(data, tmp_path, drain=LONG) as (running, caller, desk_phone):
        with stranger(CARRIER, running.ready["sip"]) as carrier:
            running.process.send_signal(signal.SIGTERM)
            # The signal has been taken in when the first call is refused; those before are let go again.
            while (refused := await carrier.answer(invite := carrier.invite("103"))).status == 200:
                await carrier.answer(carrier.request("BYE", of=invite, answered=refused))
            assert refused.status == 503
            stopping_from = len(caller.heard()), len(desk_phone.heard())
            async with Desk(running.ready["web"], "ann", PASSWORD) as ann:
                desk = await ann.until(
                    "/api/desk",
                    lambda _: (
                        hears(caller.heard()[stopping_from[0] :], AGENT_TONE)
                        and hears(desk_phone.heard()[stopping_from[1] :], CALLER_TONE)
                    ),
                )
                assert desk["engagement"]["state"] == "talking"
            assert running.process.returncode is None
        await caller.hang_up()
        await desk_phone.until("CALL_CLOSED")
        assert await ended(running) == 0
    assert not any(evidence.alive(pid) for pid in running.ready["pids"])
    assert not (data / "control.sock").exists()
    assert evidence.contacts(data)[0]["how"] == "answered"
    assert all(contact["closed_at"] for contact in evidence.contacts(data))
    evidence.assert_sound(evidence.journal(data))


async def test_calls_that_outlast_the_drain_time_are_hung_up(data: Path, tmp_path: Path) -> None:
    async with talk(data, tmp_path, drain=SHORT) as (running, caller, desk_phone):
        running.process.send_signal(signal.SIGTERM)
        await caller.until("CALL_CLOSED")
        await desk_phone.until("CALL_CLOSED")
        assert await ended(running) == 0
    assert not any(evidence.alive(pid) for pid in running.ready["pids"])
    assert [contact["how"] for contact in evidence.contacts(data)] == ["signalling lost"]
    evidence.assert_sound(evidence.journal(data))
