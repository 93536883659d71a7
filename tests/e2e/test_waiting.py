"""What a caller meets in line and during a talk: the longest wait, music on hold, another codec than the agent's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from support.baresip import Baresip
from support.center import PASSWORD, Center
from support.desk import Desk
from support.sound import RATE, Samples, hears
from support.telephones import AGENT_TONE, CALLER_TONE, anns_phone, customer

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECOND = 1_000_000


def loudness(samples: Samples) -> float:
    """Effective value in dB of full scale."""
    return float(20 * np.log10(max(np.sqrt(np.mean(samples**2)), 1e-3) / 32_768)) if len(samples) else -200.0


def music(samples: Samples) -> bool:
    """Whether there is something to hear in the last second, and it is not the agent."""
    last = samples[-RATE:]
    return len(samples) >= 2 * RATE and loudness(last) > -50 and not hears(last, AGENT_TONE)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def supervisor(shared: Center) -> AsyncIterator[Desk]:
    async with Desk(shared.ready["web"], "boss", PASSWORD) as desk:
        yield desk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def agent(shared: Center) -> AsyncIterator[Desk]:
    async with Desk(shared.ready["web"], "ann", PASSWORD) as desk:
        yield desk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alaw_caller(shared: Center, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Baresip]:
    """A customer whose phone speaks nothing but A-law."""
    async with customer(shared, tmp_path_factory.mktemp("caller"), codecs="PCMA") as it:
        yield it


async def available(agent: Desk) -> None:
    """Signed in and waiting for work, whatever the test before left."""
    await agent.post("/api/desk/sign-in", {})
    await agent.post("/api/desk/state", {"state": "available"})
    await agent.until("/api/desk", lambda desk: desk["agent"]["state"] == "available")


@asynccontextmanager
async def talking(
    shared: Center, agent: Desk, caller: Baresip, folder: Path, *, transport: str = "udp"
) -> AsyncIterator[Baresip]:
    """Ann's mu-law phone in a talk with the caller; both have hung up afterwards."""
    async with anns_phone(shared, folder, transport=transport) as desk_phone:
        await available(agent)
        await caller.dial(f"sip:103@{shared.ready['sip']}")
        await desk_phone.until("CALL_INCOMING")
        await desk_phone.accept()
        await agent.until("/api/desk", lambda desk: desk["engagement"] and desk["engagement"]["state"] == "talking")
        seen = len(caller.events)
        yield desk_phone
        await caller.hang_up()
        await caller.until("CALL_CLOSED", after=seen)
        await desk_phone.until("CALL_CLOSED")
        await agent.until("/api/desk", lambda desk: desk["engagement"] is None)


async def test_a_caller_with_a_law_and_an_agent_with_mu_law_hear_each_other(
    shared: Center, agent: Desk, alaw_caller: Baresip, tmp_path: Path
) -> None:
    async with talking(shared, agent, alaw_caller, tmp_path / "desk") as desk_phone:
        await agent.until(
            "/api/desk",
            lambda _: hears(alaw_caller.heard(), AGENT_TONE) and hears(desk_phone.heard(), CALLER_TONE),
        )


async def test_hold_pressed_on_the_agents_phone_gives_the_caller_music(
    shared: Center, agent: Desk, supervisor: Desk, alaw_caller: Baresip, tmp_path: Path
) -> None:
    async with talking(shared, agent, alaw_caller, tmp_path / "desk") as desk_phone:
        await agent.until("/api/desk", lambda _: hears(alaw_caller.heard(), AGENT_TONE))
        await desk_phone.command("hold")
        await agent.until("/api/desk", lambda desk: desk["engagement"]["state"] == "held")
        held_from = len(alaw_caller.heard())
        await agent.until("/api/desk", lambda _: music(alaw_caller.heard()[held_from:]))
        await desk_phone.command("resume")
        await agent.until("/api/desk", lambda desk: desk["engagement"]["state"] == "talking")
        # What the agent hears from now on cannot be told: baresip 1.0 plays nothing more after a hold of its own.
        resumed_from = len(alaw_caller.heard())
        await agent.until("/api/desk", lambda _: hears(alaw_caller.heard()[resumed_from:], AGENT_TONE))
    page = await supervisor.until("/api/contacts", lambda page: page["contacts"][0]["closed_at"])
    seen = await supervisor.get(f"/api/contacts/{page['contacts'][0]['id']}")
    assert seen["engagements"][0]["hold_time"] > 0


async def test_the_longest_wait_is_over_and_the_flow_goes_on(
    shared: Center, agent: Desk, supervisor: Desk, alaw_caller: Baresip, tmp_path: Path
) -> None:
    async with anns_phone(shared, tmp_path / "desk") as desk_phone:
        await agent.post("/api/desk/sign-in", {})
        await agent.post("/api/desk/state", {"state": "paused", "reason": "break"})
        seen = len(alaw_caller.events)
        await alaw_caller.dial(f"sip:102@{shared.ready['sip']}")
        await alaw_caller.until("CALL_ESTABLISHED", after=seen)
        await alaw_caller.until("CALL_CLOSED", after=seen)
        assert [event for event in desk_phone.events if event.get("type") == "CALL_INCOMING"] == []
    assert loudness(alaw_caller.heard()) > -50
    page = await supervisor.until("/api/contacts", lambda page: page["contacts"][0]["closed_at"])
    contact = await supervisor.get(f"/api/contacts/{page['contacts'][0]['id']}")
    assert contact["how"] == "finished"
    (visit,) = contact["visits"]
    assert visit["how"] == "max wait"
    # Not before its two seconds were over; how soon after that is for the Floor's own tests, where no machine is slow.
    assert visit["entered_at"] + 2 * SECOND <= visit["left_at"] <= contact["closed_at"]
    assert contact["offers"] == contact["engagements"] == []


async def test_a_phone_whose_connection_is_gone_is_not_rung(shared: Center, agent: Desk, tmp_path: Path) -> None:
    async with anns_phone(shared, tmp_path / "desk", transport="tcp") as desk_phone:
        await available(agent)
        await agent.until("/api/desk", lambda desk: desk["agent"]["reachable"])
        await desk_phone.switch_off()
        await agent.until("/api/desk", lambda desk: not desk["agent"]["reachable"])
