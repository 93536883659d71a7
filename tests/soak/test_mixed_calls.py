"""Mixed calls for a long time: whatever a call takes must be given back. `make soak`; not part of `make test`.

SOAK_MINUTES says how long (20), SOAK_RATE how many calls a second (5). The report is
docs/reports/soak.md.
"""

import asyncio
import json
import os
import platform
import random
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from support.soaking import Crowd
from switchboard.kit.clock import SystemClock
from switchboard.kit.tasks import Tasks

MINUTES = float(os.environ.get("SOAK_MINUTES", "20"))
RATE = float(os.environ.get("SOAK_RATE", "5"))
AGENTS = 40
PHASES = 6
"""The first is the warm-up; after each the center comes to rest and is measured."""
SECONDS = 60
MEMORY_SHARE, MEMORY_BYTES = 0.10, 12 * 1024 * 1024
"""What a process may have grown by from the warm-up to the end: whichever is more."""
REPORT = Path(__file__).parents[2] / "docs" / "reports" / "soak.md"


@dataclass(frozen=True, slots=True)
class Rest:
    """The center at rest. Sums over its processes, in the order of `pids`; memory is resident bytes
    without pages of files, which the system takes back when it needs them: readers map the database."""

    calls: int
    memory: tuple[int, ...]
    descriptors: tuple[int, ...]
    datagram_sockets: tuple[int, ...]
    tasks: int
    metrics: dict[str, float]


@asynccontextmanager
async def bench(agents_at: str) -> AsyncIterator[tuple[dict[str, Any], dict[str, Any]]]:
    """A running `bench serve` (its ready line), and its result, which is filled when the block has ended."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "switchboard", "bench", "serve", "--sip", "127.0.0.1:0", "--music", "--record",
        "--agents", str(AGENTS), "--agents-at", agents_at, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    result: dict[str, Any] = {}
    try:
        yield json.loads(await asyncio.wait_for(process.stdout.readline(), SECONDS)), result
        process.send_signal(signal.SIGTERM)
        result.update(json.loads(await asyncio.wait_for(process.stdout.readline(), SECONDS)))
        assert await asyncio.wait_for(process.wait(), SECONDS) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def metrics(web: httpx.AsyncClient) -> dict[str, float]:
    """Sums over the labels, except `outcome` and `reason`, which stay in the name."""
    answer = await web.get("/metrics")
    assert answer.status_code == 200, answer.text
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            kind = sample.labels.get("outcome") or sample.labels.get("reason") or sample.labels.get("quantile")
            name = f"{sample.name} {kind}" if kind else sample.name
            found[name] = found.get(name, 0.0) + sample.value
    return found


async def at_rest(web: httpx.AsyncClient, pids: Sequence[int], calls: int) -> Rest:
    """Wait until no call and no leg is left, then measure."""
    async with asyncio.timeout(SECONDS):
        while True:
            seen = await metrics(web)
            if not any(
                seen.get(name) for name in ("switchboard_calls", "switchboard_media_legs", "switchboard_waiting")
            ):
                break
            await asyncio.sleep(0.5)
    processes = [psutil.Process(pid) for pid in pids]
    return Rest(
        calls=calls,
        memory=tuple(held.rss - held.shared for held in (each.memory_info() for each in processes)),
        descriptors=tuple(each.num_fds() for each in processes),
        datagram_sockets=tuple(len(each.net_connections("udp")) for each in processes),
        tasks=int(seen["switchboard_tasks"]),
        metrics=seen,
    )


@pytest.mark.timeout(MINUTES * 60 + 600)
async def test_nothing_grows() -> None:
    chance = random.Random(4)
    async with Tasks("soak") as tasks:
        crowd = Crowd(chance, tasks)
        async with bench(await crowd.start()) as (ready, result), httpx.AsyncClient(base_url=ready["web"]) as web:
            rests = [await at_rest(web, ready["pids"], 0)]
            calls = 0
            for _ in range(PHASES):
                calls += await for_a_while(crowd, ready["sip"], chance)
                rests.append(await at_rest(web, ready["pids"], calls))
        await crowd.stack.close()
    REPORT.write_text(report(rests, result, crowd), encoding="utf-8")
    check(rests, crowd)


async def for_a_while(crowd: Crowd, center: str, chance: random.Random) -> int:
    """One phase's calls, at random moments; returns how many, when all are over."""
    clock = SystemClock()
    began = clock.monotonic()
    made = 0
    while clock.monotonic() - began < MINUTES * 60 / PHASES:
        crowd.call(center)
        made += 1
        await asyncio.sleep(chance.expovariate(RATE))
    async with asyncio.timeout(SECONDS):
        while crowd.open:  # noqa: ASYNC110  # calls end in a hundred places
            await asyncio.sleep(0.1)
    return made


def check(rests: Sequence[Rest], crowd: Crowd) -> None:
    """From the warm-up to the end nothing may have grown but the count of calls."""
    warm, last = rests[1], rests[-1]
    for name in ("memory", "descriptors", "datagram_sockets"):
        for before, after in zip(getattr(warm, name), getattr(last, name), strict=True):
            allowed = max(MEMORY_BYTES, MEMORY_SHARE * before) if name == "memory" else 8
            assert after - before <= allowed, f"{name} grew from {before} to {after}"
    assert last.tasks - warm.tasks <= 2, f"tasks grew from {warm.tasks} to {last.tasks}"
    assert last.metrics["switchboard_batches_failed_total"] == 0
    assert last.metrics["switchboard_calls_arrived_total arrived"] > 0
    answered_wrongly = {how for how in crowd.outcomes if how.startswith(("unknown", "no common"))}
    assert answered_wrongly <= {"unknown number: 404", "no common codec: 488"}


def report(rests: Sequence[Rest], result: dict[str, Any], crowd: Crowd) -> str:
    rows = "\n".join(
        f"| {rest.calls} | {_megabytes(rest.memory)} | {_listed(rest.descriptors)} "
        f"| {_listed(rest.datagram_sockets)} | {rest.tasks} |"
        for rest in rests
    )
    outcomes = "\n".join(f"| {how} | {count} |" for how, count in sorted(crowd.outcomes.items()))
    figures = "\n".join(f"| {name} | {value} |" for name, value in sorted(result.items()))
    return f"""# Soak: mixed calls

`make soak`: {MINUTES:g} minutes at {RATE:g} calls/s against `switchboard bench serve --music --record` with {AGENTS}
agents, Python {platform.python_version()}, {os.cpu_count()} cores. The center was measured at rest {len(rests)} times;
the second row is after the warm-up. Figures per process: the main one first, then the media workers.

| calls so far | resident memory (MB) | descriptors | datagram sockets | tasks |
|---|---|---|---|---|
{rows}

| how calls ended | count |
|---|---|
{outcomes}

| the bench's own figures | |
|---|---|
{figures}
"""


def _megabytes(values: Sequence[int]) -> str:
    return " + ".join(f"{value / 1_048_576:.1f}" for value in values)


def _listed(values: Sequence[int]) -> str:
    return " + ".join(str(value) for value in values)
