"""A center that is killed five times while calls come and go, each time at another moment.

After each restart whoever waited or talked is closed, once, as cut off; nobody is engaged with a caller who is no
longer there; and the next calls are answered by the same agents.
"""

import asyncio
import os
import random
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from e2e.test_every_arrival import AGENTS, CROWD, LINE, ledger, nobody_calls, organization, people
from support import evidence, sipp
from support.center import ENVIRONMENT, center, serving, start
from support.ports import free_port
from support.stranger import stranger
from support.switch import switch

KILLS = 5
SEED = 20261122
CALLS = 30
"""Brought in each life: more than the agents can take, so that some wait, some ring and some talk."""


async def test_five_kills_at_any_moment_leave_nobody_in_line_twice_and_no_agent_engaged_with_nobody(
    data: Path, tmp_path: Path
) -> None:
    moments = random.Random(SEED)
    log, port, arguments = tmp_path / "center.log", free_port(), serving(data)
    (tmp_path / "crowd.yaml").write_text(organization(port))
    apply = [sys.executable, "-m", "switchboard", "apply", str(tmp_path / "crowd.yaml"), "--data", str(data)]
    await asyncio.to_thread(subprocess.run, apply, check=True, env={**os.environ, **ENVIRONMENT}, capture_output=True)
    callers: set[str] = set()
    unheard: set[str] = set()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(sipp.answering(port, tmp_path / "agents"))
        for life in range(KILLS):
            running = await start(arguments, log=log, environment=ENVIRONMENT)
            sip = running.ready["sip"]
            assert evidence.rows(data, "SELECT id FROM contact WHERE closed_at IS NULL") == []
            async with AsyncExitStack() as this_life:
                boss = await this_life.enter_async_context(people(running))
                board = await boss.get("/api/board")
                assert {agent["state"] for agent in board["agents"]} <= {"available", "signed out"}
                assert sum(queue["waiting"] for queue in board["queues"]) == 0
                carrier = this_life.enter_context(stranger(sipp.CARRIER, sip))
                calls = await this_life.enter_async_context(switch(carrier, f"+493055{life}"))
                first = [calls.bring(CROWD) for _ in range(CALLS // 2)]
                await calls.taken(first, moments.randrange(AGENTS, CALLS // 2))
                calls.hang_up(*moments.sample(first, CALLS // 4))
                second = [calls.bring(moments.choice([CROWD, LINE])) for _ in range(CALLS // 2)]
                await calls.taken(second, moments.randrange(1, CALLS // 2))
                await running.kill()
                brought = list(calls.calls.values())
                callers |= {one.caller for one in brought}
                unheard |= {one.caller for one in brought if one.unheard}
            while any(evidence.alive(pid) for pid in running.ready["pids"]):  # noqa: ASYNC110 - nobody tells when
                await asyncio.sleep(0.05)

        async with center(arguments, log=log, environment=ENVIRONMENT) as running, people(running) as boss:
            await sipp.call(sip, CROWD, calls=6, at_once=2, log=tmp_path / "callers")
            await nobody_calls(boss)

    rows = ledger(data)
    assert [row["end"] for row in rows.pop("anonymous")] == ["answered"] * 6
    assert {caller: len(of) for caller, of in rows.items() if len(of) != 1} == {}
    assert rows.keys() <= callers
    assert callers - rows.keys() <= unheard, "somebody was answered and is not on record"
    lines = evidence.rows(data, "SELECT contact, count(*) AS times FROM queue_visit GROUP BY contact HAVING times > 1")
    assert lines == [], "somebody stood in line twice"
    assert evidence.rows(data, "SELECT id FROM engagement WHERE closed_at IS NULL") == []
    evidence.assert_sound(evidence.journal(data))
