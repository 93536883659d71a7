"""A crowd: sipp's callers from the carrier, over UDP and TCP, and sipp's phones as agents."""

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from support import evidence, sipp
from support.center import ENVIRONMENT, PASSWORD, Center
from support.desk import Desk
from support.ports import free_port
from support.sound import hears
from support.stranger import stranger
from support.telephones import CALLER_TONE, customer

pytestmark = pytest.mark.asyncio(loop_scope="module")

AGENTS = 8
CALLS = 60
"""By each transport."""


@dataclass
class Crowd:
    """The center with its agents, all available. data: its folder."""

    center: Center
    data: Path
    boss: Desk
    agents: list[Desk]

    async def contacts(self) -> list[dict[str, Any]]:
        """Every contact, newest first, once nothing is open."""
        await self.boss.until("/api/board", idle)
        found: list[dict[str, Any]] = []
        after = ""
        while True:
            page = await self.boss.get(f"/api/contacts?limit=200{after}")
            found += page["contacts"]
            if page["after"] is None:
                return found
            after = f"&after={page['after']}"


def idle(board: Any) -> bool:
    """Nobody waits, and every agent who is signed in is available or pauses."""
    at_rest = {agent["state"] for agent in board["agents"]} <= {"available", "paused"}
    return at_rest and not any(queue["waiting"] for queue in board["queues"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def crowd(shared: Center, shared_data: Path) -> AsyncIterator[Crowd]:
    port = free_port()
    file = shared_data.parent / "crowd.yaml"
    file.write_text(sipp.organization(AGENTS, port))
    async with AsyncExitStack() as stack:
        boss = await stack.enter_async_context(Desk(shared.ready["web"], "boss", PASSWORD))
        # Into the running center, whose calls and people follow at once.
        await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "switchboard", "apply", str(file), "--data", str(shared_data)],
            check=True,
            env={**os.environ, **ENVIRONMENT},
            capture_output=True,
        )
        await stack.enter_async_context(sipp.answering(port, shared_data.parent / "agents"))
        agents = [
            await stack.enter_async_context(Desk(shared.ready["web"], f"agent-{number}", PASSWORD))
            for number in range(AGENTS)
        ]
        await asyncio.gather(*(agent.available() for agent in agents))
        yield Crowd(shared, shared_data, boss, agents)


async def test_many_callers_by_udp_and_tcp_are_all_served_and_the_records_add_up(crowd: Crowd, tmp_path: Path) -> None:
    target = crowd.center.ready["sip"]
    async with customer(crowd.center, tmp_path / "caller") as caller:
        await caller.dial(f"sip:200@{target}")
        # One among them has ears: his agent's phone says back what it hears.
        await crowd.boss.until("/api/board", lambda _: hears(caller.heard(), CALLER_TONE))
        heard = len(caller.heard())
        async with asyncio.TaskGroup() as both:
            for transport in ("udp", "tcp"):
                many = sipp.call(target, "200", calls=CALLS, at_once=12, log=tmp_path / transport, transport=transport)
                both.create_task(many)
        assert hears(caller.heard()[heard:], CALLER_TONE, seconds=2)
        await caller.hang_up()
    contacts = await crowd.contacts()
    assert len(contacts) == 2 * CALLS + 1
    assert {contact["how"] for contact in contacts} == {"answered"}
    assert all(contact["closed_at"] for contact in contacts)
    assert {contact["agent_name"] for contact in contacts} == {f"Agent {number}" for number in range(AGENTS)}
    accepted = evidence.rows(crowd.data, "SELECT contact FROM offer WHERE \"end\" = 'accepted'")
    talks = evidence.rows(crowd.data, "SELECT contact FROM engagement WHERE closed_at IS NOT NULL")
    visits = evidence.rows(crowd.data, "SELECT contact FROM queue_visit WHERE how = 'answered'")
    expected = Counter(contact["id"] for contact in contacts)
    for rows in (accepted, talks, visits):
        assert Counter(row["contact"] for row in rows) == expected
    evidence.assert_sound(evidence.journal(crowd.data))


async def test_callers_who_hang_up_in_line_are_all_recorded_as_such(crowd: Crowd, tmp_path: Path) -> None:
    before = len(await crowd.contacts())
    for agent in crowd.agents:
        await agent.post("/api/desk/state", {"state": "paused", "reason": "break"})
    try:
        await sipp.call(crowd.center.ready["sip"], "200", calls=30, at_once=30, gives_up=0.3, log=tmp_path / "callers")
        contacts = await crowd.contacts()
    finally:
        for agent in crowd.agents:
            await agent.post("/api/desk/state", {"state": "available"})
    assert [contact["how"] for contact in contacts[: len(contacts) - before]] == ["abandoned"] * 30


async def test_callers_who_change_their_mind_at_once_leave_nothing_behind(crowd: Crowd) -> None:
    before = len(await crowd.contacts())
    statuses = []
    with stranger(sipp.CARRIER, crowd.center.ready["sip"]) as carrier:
        for _ in range(20):
            invite = carrier.invite("200")
            carrier.send(invite)
            # In the same breath, so that it meets a call that has not been answered.
            carrier.send(carrier.request("CANCEL", of=invite))
            final = await carrier.final(invite)
            statuses.append(final.status)
            if final.status == 200:
                bye = carrier.request("BYE", of=invite, answered=final)
                assert (await carrier.answer(bye)).status == 200
    assert set(statuses) <= {200, 487}
    assert 487 in statuses
    contacts = await crowd.contacts()
    assert all(contact["closed_at"] for contact in contacts)
    assert {contact["how"] for contact in contacts[: len(contacts) - before]} <= {"abandoned", "left", "answered"}
    evidence.assert_sound(evidence.journal(crowd.data))
