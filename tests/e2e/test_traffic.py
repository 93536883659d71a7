"""`demo --traffic`: a newcomer's board moves and his records fill, and it ends without a trace on the Floor."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from support.center import center
from support.desk import Desk
from support.evidence import assert_sound, contacts, journal

pytestmark = pytest.mark.e2e

DEMO = ("demo", "--web-port", "0", "--sip-port", "0", "--media-workers", "1", "--traffic", "120/min", "--json")


def lives(board: dict[str, Any]) -> bool:
    """Simulated colleagues talk and wrap up, and everything that is simulated says so."""
    queues = [one for one in board["queues"] if "(simulated)" in one["name"]]
    states = {one["state"] for one in board["agents"] if "(simulated)" in one["name"]}
    return len(queues) == 2 and {"engaged", "available"} <= states


async def replayed(data: Path) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "switchboard", "replay", "--data", str(data), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, said.decode()


async def test_a_demo_with_traffic_lives_and_leaves_nothing_behind(tmp_path: Path) -> None:
    data = tmp_path / "demo"
    async with center([*DEMO, "--data", str(data)], log=tmp_path / "log") as running:
        # Simulated colleagues cannot sign in, and nobody is told that they could.
        people = {tuple(person["roles"]): person for person in running.ready["people"]}
        assert all("(simulated)" not in person["name"] for person in people.values())
        supervisor = people["supervisor",]
        async with Desk(running.ready["web"], supervisor["user_name"], supervisor["password"]) as boss:
            await boss.until("/api/board", lives)
            await boss.until(
                "/api/contacts",
                lambda found: any(
                    one["channel"] == "simulated" and one["agent_name"] is not None for one in found["contacts"]
                ),
            )
        # The journal of a center that works can be decided anew beside it.
        code, said = await replayed(data)
        assert code == 0, said
        assert ", 0 differences" in said
        await running.stop()
        assert running.process.returncode == 0, running.log()
    simulated = [one for one in contacts(data) if one["channel"] == "simulated"]
    assert len(simulated) > 3
    assert all(one["closed_at"] is not None for one in simulated)
    assert_sound(journal(data))
