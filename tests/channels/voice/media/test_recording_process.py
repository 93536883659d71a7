"""Recording in a real worker process: what it tells, and what is left when it is killed."""

import asyncio
import os
import signal
from pathlib import Path

from support.media import Phone
from support.media_pool import PATIENCE, Watched, watched_pool
from switchboard.channels.voice.media.control import RecordingClosed, RecordingFailed
from switchboard.channels.voice.media.link import RecordingReport
from switchboard.channels.voice.media.pool import MediaLeg
from switchboard.protocols.recording.chunks import Header, Kind, read

HEADER = Header("org", "rec", "con", "eng", 0)
LOST = 1.0
"""Seconds of a recording that may be missing after a kill."""
SLACK = 0.3
"""Seconds that a busy machine may take to start the recording or to deliver the signal."""


async def talking(watched: Watched, tasks: asyncio.TaskGroup) -> tuple[MediaLeg, MediaLeg, list[asyncio.Task[None]]]:
    """Two phones that speak with each other in real time."""
    worker = watched.pool.choose()
    legs, talks = [], []
    for frequency in (400, 700):
        phone = Phone(frequency)
        leg = worker.open_leg()
        leg.connect(phone.address, 0)
        legs.append(leg)
        talks.append(tasks.create_task(watched.talk(phone, leg)))
    one, other = legs
    worker.set_matrix("call", {one.id: [(other.id, 1.0)], other.id: [(one.id, 1.0)]})
    return one, other, talks


async def test_a_recording_is_closed_and_told_when_it_ends(tmp_path: Path) -> None:
    told: asyncio.Queue[RecordingReport] = asyncio.Queue()
    path = tmp_path / "org/rec.swr"
    async with watched_pool() as watched, asyncio.TaskGroup() as tasks:
        one, other, talks = await talking(watched, tasks)
        worker = watched.pool.choose()
        worker.record(HEADER, str(path), one, other, told.put_nowait)
        await asyncio.sleep(0.5)
        worker.pause_recording("rec", Kind.PAUSED)
        await asyncio.sleep(0.3)
        worker.pause_recording("rec", None)
        await asyncio.sleep(0.3)
        worker.stop_recording("rec")
        report = await asyncio.wait_for(told.get(), PATIENCE)
        for talk in talks:
            talk.cancel()
    found = read(path.read_bytes())
    assert report == RecordingClosed("rec", found.samples, path.stat().st_size)
    assert found.ended
    assert {chunk.kind for chunk in found.chunks} == {Kind.SOUND, Kind.PAUSED}


async def test_a_killed_worker_loses_at_most_the_last_second(tmp_path: Path) -> None:
    path = tmp_path / "rec.swr"
    loop = asyncio.get_running_loop()
    async with watched_pool() as watched, asyncio.TaskGroup() as tasks:
        one, other, talks = await talking(watched, tasks)
        worker = watched.pool.choose()
        began = loop.time()
        worker.record(HEADER, str(path), one, other, lambda _: None)
        await asyncio.sleep(3.7)
        killed = loop.time()
        os.kill(worker.pid, signal.SIGKILL)
        await asyncio.wait_for(watched.died.get(), PATIENCE)
        for talk in talks:
            talk.cancel()
    found = read(path.read_bytes())
    assert found.samples / 8_000 >= killed - began - LOST - SLACK
    assert not found.ended
    assert any(chunk.kind == Kind.SOUND and set(chunk.payload) != {0xFF} for chunk in found.chunks)


async def test_a_folder_that_cannot_be_written_is_told_and_the_worker_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    told: asyncio.Queue[RecordingReport] = asyncio.Queue()
    async with watched_pool() as watched:
        worker = watched.pool.choose()
        worker.record(HEADER, str(tmp_path / "file/rec.swr"), worker.open_leg(), None, told.put_nowait)
        report = await asyncio.wait_for(told.get(), PATIENCE)
        assert report == RecordingFailed("rec", "File exists")
        assert worker.alive
