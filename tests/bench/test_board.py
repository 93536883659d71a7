"""`bench board` measures a center of its own over real WebSockets and leaves nothing behind."""

import asyncio
import json
import sys

import pytest

SECONDS = 100


@pytest.mark.e2e
async def test_it_says_what_the_boards_cost() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "switchboard", "bench", "board", "--viewers", "12", "--events", "20", "--seconds", "1",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(SECONDS):
        told, _ = await process.communicate()
    assert process.returncode == 0
    result = json.loads(told.splitlines()[-1])
    assert result["viewers"] == 12
    assert result["filters"] == 5
    assert result["events_per_second"] > 0
    # Every board is told something, and none more often than ten times a second.
    assert 0 < result["frames_per_viewer_second"]["least"] <= result["frames_per_viewer_second"]["most"] <= 11
    assert set(result["cpu_share"]) == {"idle", "work", "viewers_at_rest", "both", "feed"}
    assert result["delay_ms"]["p50"] is not None
