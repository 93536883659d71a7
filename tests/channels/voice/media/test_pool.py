"""Real worker processes: started, used, killed, replaced, ended."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from support.media import Phone, sound_file
from support.media_pool import Watched, watched_pool
from switchboard.channels.voice.media.pool import BUSY, Digit, MediaLeg, MediaPool, MediaWorker, PlayEnded, Quality
from switchboard.kit.clock import SystemClock
from switchboard.kit.errors import Unavailable
from switchboard.kit.tasks import Tasks

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watched() -> AsyncIterator[Watched]:
    async with watched_pool() as pool:
        yield pool


async def gone(pid: int) -> None:
    """Wait until no process has that id, or it only waits to be collected."""
    while _runs(pid):  # noqa: ASYNC110  # nobody tells of the death of another's child
        await asyncio.sleep(0.01)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _mapped(pid: int) -> str:
    """What files the process has in memory."""
    return Path(f"/proc/{pid}/maps").read_text()


async def told_of(watched: Watched, worker: MediaWorker, *, ticks: bool) -> None:
    """Wait until the worker says of its last second that it spent time in ticks, or none."""
    async with asyncio.timeout(10):
        while (beat := worker.last_beat) is None or (beat.busy > 0) != ticks:
            await watched.frame()


async def test_a_worker_ticks_only_while_it_has_a_leg(watched: Watched) -> None:
    worker = watched.pool.choose()
    await told_of(watched, worker, ticks=False)
    leg = watched.watch(worker.open_leg())
    await told_of(watched, worker, ticks=True)
    leg.close()
    await told_of(watched, worker, ticks=False)


async def test_two_phones_talk_through_a_worker(watched: Watched) -> None:
    worker = watched.pool.choose()
    phones = [Phone(400), Phone(700, payload_type=8)]
    legs = [watched.watch(worker.open_leg()) for _ in phones]
    for leg, phone in zip(legs, phones, strict=True):
        leg.connect(phone.address, phone.payload_type)
    worker.set_matrix("call", {legs[0].id: [(legs[1].id, 1.0)], legs[1].id: [(legs[0].id, 1.0)]})
    talking = [asyncio.create_task(watched.talk(phone, leg)) for phone, leg in zip(phones, legs, strict=True)]
    async with asyncio.timeout(10):
        while len(phones[0].heard) < 50 or len(phones[1].heard) < 50:
            await watched.frame()
    assert abs(phones[0].hears([700])[700]) < 1
    assert abs(phones[1].hears([400])[400]) < 1
    for task in talking:
        task.cancel()
    last: asyncio.Queue[Quality] = asyncio.Queue()
    legs[0].on_quality = last.put_nowait
    legs[0].close()
    assert (await asyncio.wait_for(last.get(), 10)).received > 10
    legs[0].play("anything.ul")
    legs[0].close()


async def test_the_end_of_a_sound_calls_what_was_to_follow(watched: Watched, tmp_path: Path) -> None:
    leg = watched.watch(watched.pool.choose().open_leg())
    leg.connect(("127.0.0.1", 9), 0)
    ended = asyncio.Event()
    leg.play(sound_file(tmp_path / "long.ul", 400, 60.0), then=lambda: pytest.fail("it was replaced"))
    play = leg.play([sound_file(tmp_path / "short.ul", 400, 0.05)], then=ended.set)
    await asyncio.wait_for(ended.wait(), 10)
    assert (await watched.next(leg, PlayEnded)).play == play


async def test_a_missing_sound_does_not_hold_the_call_up(watched: Watched) -> None:
    leg = watched.watch(watched.pool.choose().open_leg())
    ended = asyncio.Event()
    leg.play("/missing.ul", then=ended.set)
    await asyncio.wait_for(ended.wait(), 10)
    assert "missing.ul" in (await watched.next(leg, PlayEnded)).failed


async def test_keys_pressed_by_one_leg_are_heard_by_another(watched: Watched) -> None:
    worker = watched.pool.choose()
    presser, listener = worker.open_leg(), watched.watch(worker.open_leg())
    presser.connect(listener.local_address, 0, 101)
    listener.connect(presser.local_address, 0, 101)
    presser.send_digits("19a")
    heard = [(await watched.next(listener, Digit)).digit for _ in range(3)]
    assert heard == ["1", "9", "A"]
    with pytest.raises(ValueError, match="'X'"):
        presser.send_digits("x")


async def test_a_killed_worker_is_told_and_replaced(watched: Watched) -> None:
    worker = watched.pool.choose()
    leg = worker.open_leg()
    os.kill(worker.pid, signal.SIGKILL)
    assert await asyncio.wait_for(watched.died.get(), 10) == worker.id
    assert not worker.alive
    with pytest.raises(Unavailable):
        worker.open_leg()
    leg.music("what is said to a dead worker goes nowhere")
    async with asyncio.timeout(10):
        while not watched.pool.workers:
            with pytest.raises(Unavailable):
                watched.pool.choose()
            await watched.frame()
    again = watched.pool.choose()
    assert again.id != worker.id
    assert again.pid != worker.pid
    again.open_leg()


async def test_calls_gather_in_one_worker_until_it_is_busy() -> None:
    async with watched_pool(workers=2) as watched:
        first = watched.pool.choose()
        legs = [watched.pool.choose().open_leg() for _ in range(BUSY)]
        assert {leg.worker for leg in legs} == {first}
        assert watched.pool.choose() is not first


async def test_closing_the_pool_ends_the_processes_without_a_word_of_death() -> None:
    async with watched_pool() as watched:
        pid = watched.pool.choose().pid
    await asyncio.wait_for(gone(pid), 10)
    assert watched.died.empty()


async def test_more_legs_than_the_reserve_can_be_opened_after_each_other(watched: Watched) -> None:
    worker = watched.pool.choose()
    legs: list[MediaLeg] = []
    async with asyncio.timeout(20):
        while len(legs) < 600:
            while not worker.ports_left:
                await watched.frame()
            legs.append(worker.open_leg())
    assert len({leg.local_address for leg in legs}) == 600
    for leg in legs:
        leg.close()
    async with asyncio.timeout(20):
        while worker.legs >= 600:
            await watched.frame()


async def test_when_all_ports_are_in_use_that_is_said_and_closing_helps() -> None:
    async with Tasks("test") as tasks:
        pool = MediaPool(clock=SystemClock(), tasks=tasks, ports=(30_200, 30_203), workers=1, webrtc=False)
        await pool.start()
        worker = pool.choose()
        legs = [worker.open_leg(), worker.open_leg()]
        assert [leg.local_address[1] for leg in legs] == [30_200, 30_202]
        with pytest.raises(Unavailable, match="ports"):
            worker.open_leg()
        with pytest.raises(Unavailable):
            pool.choose()
        legs[0].close()
        async with asyncio.timeout(20):
            while not worker.ports_left:  # noqa: ASYNC110  # a rest of five seconds, told by nobody
                await asyncio.sleep(0.05)
        await pool.close()


async def test_an_address_that_is_not_ours_leaves_no_worker_to_choose() -> None:
    async with Tasks("test") as tasks:
        pool = MediaPool(clock=SystemClock(), tasks=tasks, host="192.0.2.1", workers=1, webrtc=False)
        await pool.start()
        with pytest.raises(Unavailable):
            pool.choose()
        await pool.close()


async def test_a_worker_does_not_outlive_its_main_process() -> None:
    """Even when that was killed and could not say goodbye."""
    program = (
        "import asyncio\n"
        "from switchboard.channels.voice.media.pool import MediaPool\n"
        "from switchboard.kit.clock import SystemClock\n"
        "from switchboard.kit.logs import configure\n"
        "from switchboard.kit.tasks import Tasks\n"
        "configure()\n"
        "async def main():\n"
        "    pool = MediaPool(clock=SystemClock(), tasks=Tasks('x'), workers=1, webrtc=False)\n"
        "    await pool.start()\n"
        "    print(pool.choose().pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        pid = int(await asyncio.wait_for(process.stdout.readline(), 20))
    finally:
        process.kill()
        await process.wait()
    await asyncio.wait_for(gone(pid), 20)


async def test_a_worker_stays_small_and_loads_no_database_and_no_web(watched: Watched) -> None:
    worker = watched.pool.choose()
    maps = _mapped(worker.pid)
    assert not [name for name in ("sqlite", "asyncpg", "pydantic", "libav", "_rust.abi3") if name in maps]
    program = (
        "import sys, switchboard.channels.voice.media.worker\nprint(*{name.partition('.')[0] for name in sys.modules})"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert not {"sqlalchemy", "fastapi", "pydantic", "aiortc", "av", "uvicorn"} & set(out.decode().split())


async def test_signals_of_a_terminal_do_not_end_calls(watched: Watched) -> None:
    worker = watched.pool.choose()
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(worker.pid, number)
    leg = watched.watch(worker.open_leg())
    leg.play("/missing.ul")
    await watched.next(leg, PlayEnded)
    assert worker.alive


async def test_a_worker_that_does_not_start_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    async with Tasks("test") as tasks:
        pool = MediaPool(clock=SystemClock(), tasks=tasks, workers=1)
        with pytest.raises(Unavailable, match="ended before it was ready"):
            await pool.start()
        await pool.close()
