"""`bench desk`: what it measures, and what it says where there is no browser."""

import asyncio
import json
import sys

import pytest

from switchboard.bench.desk import run
from switchboard.kit.errors import Unavailable

SECONDS = 110


async def test_without_a_browser_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "playwright.async_api", None)
    with pytest.raises(Unavailable, match="pip install playwright"):
        await run(1)


@pytest.mark.e2e
async def test_it_measures_every_step_of_an_agents_call() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "switchboard", "bench", "desk", "--repetitions", "1",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await asyncio.wait_for(process.communicate(), SECONDS)
    assert process.returncode == 0
    result = json.loads(out)
    for name in ("accept_to_sound", "accept_to_voice", "reload_to_sound", "loss_noticed"):
        assert result[name]["of"] == 1
        assert 0 < result[name]["p95"] < 30_000
