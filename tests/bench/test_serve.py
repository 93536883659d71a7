"""`bench serve`: what it configures, what it says, and that it ends as an outside driver expects."""

import asyncio
import json
import signal
import sys
from pathlib import Path

import psutil
import pytest

from switchboard.app.rooms import Rooms
from switchboard.bench.serve import file_system, organization
from switchboard.configuration.service import Sources
from switchboard.configuration.yaml_text import write_yaml
from switchboard.kit.clock import SystemClock
from switchboard.routing.model import RecordingRule
from switchboard.settings import Settings

SECONDS = 60


@pytest.mark.parametrize("music", [True, False])
async def test_the_organization_can_be_applied_twice(tmp_path: Path, music: bool) -> None:
    rooms = await Rooms.open(Settings(data=tmp_path), SystemClock())
    try:
        document = write_yaml(organization(3, music=music), "Made for a test.\n").encode()
        first = await rooms.configuration.apply(document, Sources({}, None))
        again = await rooms.configuration.apply(document, Sources({}, None))
        assert len(first.difference.changes) >= 3 * 2
        assert list(again.difference.changes) == []
        (known,) = await rooms.tenancy.organizations()
        assert {person.key for person in await rooms.tenancy.people(known.id)} == {"agent1", "agent2", "agent3"}
    finally:
        await rooms.close()


@pytest.mark.parametrize("record", [True, False])
async def test_every_call_is_recorded_when_that_is_asked_for(tmp_path: Path, record: bool) -> None:
    rooms = await Rooms.open(Settings(data=tmp_path), SystemClock())
    try:
        document = write_yaml(organization(1, music=False, record=record), "Made for a test.\n").encode()
        await rooms.configuration.apply(document, Sources({}, None))
        (known,) = await rooms.tenancy.organizations()
        async with rooms.database.reading() as connection:
            (queue,) = (await rooms.queues.configured(connection, known.id)).values()
        assert queue.recording == (RecordingRule(share=100) if record else None)
    finally:
        await rooms.close()


def test_the_file_system_of_a_folder_is_named(tmp_path: Path) -> None:
    assert file_system(Path("/proc")) == "proc"
    assert file_system(tmp_path) not in {"unknown", ""}


@pytest.mark.e2e
async def test_it_says_when_it_is_ready_and_what_it_cost() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "switchboard", "bench", "serve", "--sip", "127.0.0.1:0", "--agents", "5",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        ready = json.loads(await asyncio.wait_for(process.stdout.readline(), SECONDS))
        assert ready["ready"] is True
        assert ready["pids"][0] == process.pid
        assert all(psutil.pid_exists(pid) for pid in ready["pids"])
        process.send_signal(signal.SIGTERM)
        result = json.loads(await asyncio.wait_for(process.stdout.readline(), SECONDS))
        await asyncio.wait_for(process.wait(), SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0
    wanted = {"commits", "fsyncs", "batches", "commit_p95_ms", "file_system", "media_scheduling"}
    assert wanted | {"longest_stall_ms", "busiest_look_ms"} <= set(result)
    assert result["commits"] >= 1
    assert not any(psutil.pid_exists(pid) for pid in ready["pids"])
