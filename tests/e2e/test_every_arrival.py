"""Every INVITE leaves one row with one end in the ledger, whatever became of its call, also across kill -9.

What may be missing after a kill is bounded, and the bound is asserted: only an INVITE that was never answered with
more than 100 Trying, because whoever is answered, also with a refusal, stands in the ledger before (law 4). And
nothing is ever there twice.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from support import evidence, sipp
from support.center import ENVIRONMENT, PASSWORD, Center, center, serving, start
from support.desk import Desk
from support.ports import free_port, free_ports
from support.stranger import stranger
from support.switch import Brought, Switch, switch
from switchboard.routing import commands

AGENTS = 2
LEGS = 60
"""Legs that a center has media for; the ports of those that have ended rest for a while."""

CROWD, LINE, MENU, CLOSED, NOBODYS = "200", "104", "105", "201", "999"
BURST = [LINE, MENU, CROWD, NOBODYS] * 12
TAKEN = 6
"""So many of the burst have been taken when the center dies."""


def organization(port: int) -> str:
    closed = "steps: [{hours: {hours: never, closed: [{say: {text: Closed.}}, hangup]}}, hangup]"
    return (
        sipp.organization(AGENTS, port).replace(
            "flows:\n", f"flows:\n  - {{key: closed, client: brand, name: Closed, language: en, {closed}}}\n"
        )
        + f'  - {{number: "{CLOSED}", client: brand, flow: closed}}\n'
        + "hours:\n  - {key: never, client: brand, week: {}}\n"
    )


def few_ports() -> dict[str, str]:
    """The settings of a center that has media for `LEGS`."""
    first = free_ports(2 * LEGS)
    return {"SWITCHBOARD_MEDIA_PORT_FIRST": str(first), "SWITCHBOARD_MEDIA_PORT_LAST": str(first + 2 * LEGS - 1)}


@contextlib.asynccontextmanager
async def people(running: Center) -> AsyncIterator[Desk]:
    """Everybody who takes calls is available; gives the supervisor's desk."""
    async with AsyncExitStack() as stack:
        web = running.ready["web"]
        for number in range(AGENTS):
            await (await stack.enter_async_context(Desk(web, f"agent-{number}", PASSWORD))).available()
        yield await stack.enter_async_context(Desk(web, "boss", PASSWORD))


def talks(data: Path) -> int:
    return len(evidence.rows(data, "SELECT id FROM engagement"))


async def callers_of_all_kinds(calls: Switch, boss: Desk, data: Path) -> dict[str, list[Brought]]:
    """Some of each, by the end that the ledger must have."""
    went: dict[str, list[Brought]] = {}
    before = talks(data)
    went["out of hours"] = [calls.bring(CLOSED)]
    went["answered"] = [calls.bring(CROWD) for _ in range(AGENTS + 1)]
    assert await calls.answered(*went["answered"]) == [200] * (AGENTS + 1)
    await boss.until("/api/board", lambda _: talks(data) == before + AGENTS)
    # The last one waits until an agent is free again.
    calls.hang_up(*went["answered"][:2])
    await boss.until("/api/board", lambda _: talks(data) > before + AGENTS)
    calls.hang_up(*went["answered"][2:])

    went["abandoned in line"] = [calls.bring(LINE) for _ in range(3)]
    went["lost in the menu"] = [calls.bring(MENU) for _ in range(3)]
    assert await calls.answered(*went["abandoned in line"], *went["lost in the menu"]) == [200] * 6
    await boss.until("/api/board", lambda board: sum(queue["waiting"] for queue in board["queues"]) == 3)
    calls.hang_up(*went["abandoned in line"], *went["lost in the menu"])

    went["refused unknown number"] = [calls.bring(NOBODYS) for _ in range(3)]
    went["refused no common codec"] = [calls.bring(LINE, payload_types="18") for _ in range(2)]
    assert await calls.answered(*went["refused unknown number"]) == [404] * 3
    assert await calls.answered(*went["refused no common codec"]) == [488] * 2

    changed = went["changed their minds"] = [calls.bring(LINE) for _ in range(4)]
    for brought in changed:
        calls.cancel(brought)
    assert set(await calls.answered(*changed)) <= {200, 487}
    calls.hang_up(*changed)
    return went


async def too_many(calls: Switch) -> list[Brought]:
    """More than there is media for; returns those who were refused."""
    brought = [calls.bring(LINE) for _ in range(LEGS + 4)]
    assert set(await calls.answered(*brought)) <= {200, 503}
    calls.hang_up(*brought)
    refused = [one for one in brought if one.final == 503]
    assert refused
    return refused


async def nobody_calls(boss: Desk) -> None:
    """Wait until every contact is over."""
    await boss.until("/api/contacts?limit=200", lambda page: all(one["closed_at"] for one in page["contacts"]))


def ledger(data: Path) -> dict[str, list[dict[str, Any]]]:
    """Rows by the caller's number; those who hid it are "anonymous"."""
    query = (
        "SELECT c.id, c.how, c.\"end\", c.closed_at, coalesce(a.value, 'anonymous') AS caller"
        " FROM contact c LEFT JOIN contact_address a ON a.organization = c.organization AND a.contact = c.id"
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row in evidence.rows(data, query):
        found.setdefault(row["caller"], []).append(row)
    return found


def journaled(data: Path) -> set[str]:
    """The contacts that the Floor took."""
    asked = [command for entry in evidence.journal(data) for command in commands.decode(entry.input)]
    return {command.contact for command in asked if isinstance(command, commands.ContactArrived)}


async def test_invites_equal_ends(data: Path, tmp_path: Path) -> None:
    log, port, environment = tmp_path / "center.log", free_port(), {**ENVIRONMENT, **few_ports()}
    (tmp_path / "crowd.yaml").write_text(organization(port))
    apply = [sys.executable, "-m", "switchboard", "apply", str(tmp_path / "crowd.yaml"), "--data", str(data)]
    await asyncio.to_thread(subprocess.run, apply, check=True, env={**os.environ, **ENVIRONMENT}, capture_output=True)
    went: list[dict[str, list[Brought]]] = []
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(sipp.answering(port, tmp_path / "agents"))

        # A center with few ports, that is killed while calls of all kinds arrive.
        killed = await start(serving(data), log=log, environment=environment)
        sip = killed.ready["sip"]
        carrier = stack.enter_context(stranger(sipp.CARRIER, sip))
        calls = await stack.enter_async_context(switch(carrier, "+4930555"))
        async with people(killed) as boss:
            went.append(await callers_of_all_kinds(calls, boss, data))
            await nobody_calls(boss)
            burst = [calls.bring(number) for number in BURST]
            await calls.taken(burst, TAKEN)
            await killed.kill()
        # What it said just before it died counts as well: it is in the socket already.
        await asyncio.sleep(0.2)
        unheard = {one.caller for one in burst if one.unheard}
        while any(evidence.alive(pid) for pid in killed.ready["pids"]):  # noqa: ASYNC110 - nobody tells when
            await asyncio.sleep(0.05)

        # The next one, on the same data: who was cut off is closed, and work goes on.
        async with center(killed.arguments, log=log, environment=environment) as running, people(running) as boss:
            went.append(await callers_of_all_kinds(calls, boss, data))
            await sipp.call(sip, CROWD, calls=6, at_once=2, log=tmp_path / "callers")
            went.append({"refused at a limit": await too_many(calls)})
            await nobody_calls(boss)

    rows = ledger(data)
    crowd = rows.pop("anonymous")
    assert [row["end"] for row in crowd] == ["answered"] * 6
    # None twice, none that nobody brought, each with one end.
    assert {caller: len(of) for caller, of in rows.items() if len(of) != 1} == {}
    brought = {one.caller for one in calls.calls.values()}
    assert rows.keys() <= brought
    assert [row for (row,) in rows.values() if row["end"] is None or row["closed_at"] is None] == []
    assert evidence.rows(data, "SELECT sum(count) AS callers FROM turned_away") == [{"callers": None}]
    # None missing but who was never told anything.
    assert brought - rows.keys() <= unheard, "somebody was answered and is not on record"
    # What the Floor took is on record as taken, and nothing else is.
    taken = {row["id"] for (row,) in rows.values() if row["how"] != "refused"} | {row["id"] for row in crowd}
    assert taken == journaled(data)
    evidence.assert_sound(evidence.journal(data))

    for end, some in ((end, some) for kinds in went for end, some in kinds.items() if end != "changed their minds"):
        assert {rows[one.caller][0]["end"] for one in some} == {end}, end
    assert {rows[one.caller][0]["end"] for one in burst if one.final == 503} <= {"refused at a limit"}
    assert {rows[one.caller][0]["end"] for one in burst if one.final == 404} <= {"refused unknown number"}
    cut_off = [rows[one.caller][0] for one in burst if one.final == 200]
    assert {row["end"] for row in cut_off} <= {"signalling lost", "answered"}
    assert {row["how"] for row in cut_off} == {"signalling lost"}
