"""`switchboard bench serve`: the whole product with one queue, for outside drivers, until it is stopped.

Everything is as in `serve`: journal on disk with `synchronous=FULL`, web, media workers. The queue `support`
has no greeting, no announcements and no wrap-up; its members are N signed-in agents on SIP phones with fixed
addresses, and callers are accepted from 127.0.0.1.
"""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import orjson

from switchboard.agents.model import Reach
from switchboard.app.center import NODE, Center
from switchboard.app.rooms import Rooms
from switchboard.configuration.service import Sources
from switchboard.kit.clock import SystemClock
from switchboard.kit.garbage import keep_collections_short
from switchboard.routing.commands import AgentSignedIn
from switchboard.settings import Settings

AGENTS_AT: Final = "127.0.0.1:6300"


async def serve(
    sip: tuple[str, int],
    *,
    agents: int,
    record: bool,
    music: bool,
    agents_at: str = AGENTS_AT,
    strategy: str = "longest idle",
) -> None:
    """Print one JSON line when calls are taken and one with what it cost when stopped by SIGTERM or SIGINT.

    record: every call, into the bench's own folder. strategy: of the queue.
    """
    folder = Path(tempfile.mkdtemp(prefix="switchboard-bench-"))
    settings = Settings(data=folder, sip_host=sip[0], sip_port=sip[1], web_port=0, drain_seconds=0)
    clock = SystemClock()
    try:
        rooms = await Rooms.open(settings, clock)
        try:
            # JSON is YAML, too.
            document = orjson.dumps(
                organization(agents, music=music, record=record, agents_at=agents_at, strategy=strategy)
            )
            await rooms.configuration.apply(document, Sources({}, None))
        finally:
            await rooms.close()
        center = await Center.open(settings, clock)
        try:
            keep_collections_short()
            await _sign_in_everybody(center)
            await _until_stopped(center)
            result = _result(center, folder)
        finally:
            await center.close()
        _print(result)
    finally:
        shutil.rmtree(folder)


def organization(
    agents: int, *, music: bool, record: bool = False, agents_at: str = AGENTS_AT, strategy: str = "longest idle"
) -> dict[str, Any]:
    """The configuration file of the bench, as plain data. agents_at: HOST:PORT where all agents' phones are."""
    return {
        "organization": {"key": "bench", "name": "Bench"},
        "clients": [{"key": "bench", "name": "Bench", "time_zone": "UTC", "region": "DE"}],
        "queues": [
            {"key": "support", "client": "bench", "name": "Support", "ring_time": "60s", "wrap_up": "0s"}
            | {"strategy": strategy}
            | {"music": "music" if music else "silence"}
            | ({"recording": {"share": 100}} if record else {})
        ],
        "phones": [
            {"key": f"phone{k}", "user_name": f"phone{k}", "contact": f"sip:agent{k}@{agents_at}"}
            for k in range(1, agents + 1)
        ],
        "people": [
            {"key": f"agent{k}", "user_name": f"agent{k}", "name": f"Agent {k}", "roles": ["agent"]}
            | {"agent": {"queues": ["support"], "reach": "phone", "phone": f"phone{k}"}}
            for k in range(1, agents + 1)
        ],
        "flows": [
            {"key": "support", "client": "bench", "name": "Support", "language": "en"}
            | {"steps": [{"enqueue": {"queue": "support"}}, {"hangup": {}}]}
        ],
        "numbers": [{"number": "support", "client": "bench", "flow": "support"}],
        "trunks": [{"key": "driver", "name": "Driver", "addresses": ["127.0.0.1"]}],
    }


async def _sign_in_everybody(center: Center) -> None:
    (known,) = await center.rooms.tenancy.organizations()
    people = await center.rooms.tenancy.people(known.id)
    routing = center.floors.of(known.id)
    await routing.command(*(AgentSignedIn(person.id, NODE, Reach.PHONE) for person in people))


async def _until_stopped(center: Center) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    center.stalls.reset()
    host, port = center.stack.address
    _print({"ready": True, "pids": [os.getpid(), *center.pids], "sip": f"{host}:{port}", "web": center.web})
    await stopped.wait()


def _result(center: Center, folder: Path) -> dict[str, Any]:
    stats = center.writer.stats
    return {
        "commits": stats.commits,
        "fsyncs": stats.fsyncs,
        "batches": stats.batches,
        "commit_p95_ms": round(stats.commit_p(0.95) * 1_000, 3),
        "file_system": file_system(folder),
        "media_scheduling": sorted({worker.scheduling for worker in center.pool.workers}),
        "longest_stall_ms": round(center.stalls.longest * 1_000, 1),
        "busiest_look_ms": round(center.stalls.busiest * 1_000, 1),
    }


def file_system(path: Path) -> str:
    """The kind of file system that holds `path` (proc(5), mountinfo)."""
    mounts = [line.split() for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()]
    held = [line for line in mounts if path.resolve().is_relative_to(line[4])]
    if not held:
        return "unknown"
    nearest = max(held, key=lambda line: len(line[4]))
    return nearest[nearest.index("-") + 1]


def _print(line: dict[str, Any]) -> None:
    sys.stdout.write(orjson.dumps(line).decode() + "\n")
    sys.stdout.flush()
