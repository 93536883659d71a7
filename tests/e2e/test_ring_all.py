"""A call that rings at two phones at once: one answers and is heard, the other is told so and its agent is free."""

import asyncio
import contextlib
import os
import subprocess
import sys
from pathlib import Path

from support.baresip import Baresip, phone
from support.center import ENVIRONMENT, PASSWORD, Center
from support.desk import Desk
from support.ports import free_port
from support.sound import hears
from support.telephones import AGENT_TONE, CALLER_TONE, account
from switchboard.bench.telephones import Telephones
from switchboard.kit.clock import SystemClock

PATIENCE = 20.0
"""Seconds."""


def organization(port: int) -> str:
    """What is added: a queue that rings all. Dora's phone registers, Cleo's is at that port and answers nothing."""
    agent = "roles: [agent], password: {env: E2E_PASSWORD}, agent: {queues: [both], reach: phone, phone:"
    return f"""\
organization: {{key: tests, name: Tests}}
queues:
  - {{key: both, client: brand, name: Both, strategy: ring all, ring_time: 60s, max_wait: 10m, wrap_up: 0s}}
phones:
  - {{key: desk-cleo, user_name: desk-cleo, contact: 'sip:cleo@127.0.0.1:{port}'}}
  - {{key: desk-dora, user_name: desk-dora, password: {{env: E2E_PASSWORD}}}}
people:
  - {{key: cleo, user_name: cleo, name: Cleo Agent, {agent} desk-cleo}}}}
  - {{key: dora, user_name: dora, name: Dora Agent, {agent} desk-dora}}}}
flows:
  - {{key: both, client: brand, name: Both, language: en, steps: [{{enqueue: {{queue: both}}}}, hangup]}}
numbers:
  - {{number: "108", client: brand, flow: both}}
"""


async def add(data: Path, text: str) -> None:
    """Into the running center, whose calls and people follow at once."""
    file = data.parent / "ring-all.yaml"
    file.write_text(text)
    await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "switchboard", "apply", str(file), "--data", str(data)],
        check=True,
        env={**os.environ, **ENVIRONMENT},
        capture_output=True,
    )


async def test_one_answers_and_is_heard_and_the_other_stops_and_is_free(
    running: Center, data: Path, caller: Baresip, tmp_path: Path
) -> None:
    clock, here = SystemClock(), ("127.0.0.1", free_port())
    host, _, port = running.ready["sip"].rpartition(":")
    await add(data, organization(here[1]))
    line = account(running, "desk-dora", register=True)
    async with contextlib.AsyncExitStack() as stack:
        theirs = await stack.enter_async_context(phone(tmp_path / "dora", tone=AGENT_TONE, account=line))
        await theirs.registered()
        other = await Telephones.open(clock, at=here, center=(host, int(port)))
        stack.callback(other.close)
        cleo, dora, boss = [
            await stack.enter_async_context(Desk(running.ready["web"], name, PASSWORD))
            for name in ("cleo", "dora", "boss")
        ]
        await cleo.available()
        await dora.available()
        await caller.dial(f"sip:108@{running.ready['sip']}")
        await theirs.until("CALL_INCOMING")
        rung = await asyncio.wait_for(other.rung.get(), PATIENCE)
        assert rung.agent == "cleo"

        await theirs.accept()
        who, reason, _ = await asyncio.wait_for(other.stopped.get(), PATIENCE)
        assert (who, reason) == ("cleo", 'SIP;cause=200;text="Call completed elsewhere"')
        await dora.until("/api/desk", lambda seen: seen["engagement"] and seen["engagement"]["state"] == "talking")
        free = await cleo.until("/api/desk", lambda seen: seen["agent"]["state"] == "available")
        assert free["offer"] is None
        await dora.until(
            "/api/desk", lambda _: hears(caller.heard(), AGENT_TONE) and hears(theirs.heard(), CALLER_TONE)
        )
        page = await boss.get("/api/contacts")
        seen = await boss.get(f"/api/contacts/{page['contacts'][0]['id']}")
        ends = {offer["agent_name"]: offer["end"] for offer in seen["offers"]}
        assert ends == {"Cleo Agent": "answered elsewhere", "Dora Agent": "accepted"}
        await caller.hang_up()
        await dora.until("/api/desk", lambda seen: seen["engagement"] is None)
