"""Background work cannot fail unseen, and ends with its owner."""

import asyncio

import pytest
import structlog

from switchboard.kit.tasks import Tasks


async def test_a_failure_is_logged_and_leaves_the_neighbours_alone() -> None:
    go_on = asyncio.Event()

    async def fails() -> None:
        raise ValueError("broken")

    with structlog.testing.capture_logs() as lines:
        async with Tasks("room") as tasks:
            failing = tasks.start(fails(), name="failing")
            other = tasks.start(go_on.wait(), name="other")
            await asyncio.wait([failing])
            assert not other.done()
            go_on.set()
            await other
    assert [(line["event"], line["task"]) for line in lines] == [("task_failed", "room:failing")]


async def test_close_cancels_what_runs_and_waits_for_its_end() -> None:
    tasks = Tasks("room")
    steps = []

    async def works() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            steps.append("cleaned up")

    tasks.start(works(), name="works")
    await asyncio.sleep(0)
    await tasks.close()
    assert steps == ["cleaned up"]
    assert len(tasks) == 0


async def test_what_is_started_during_close_ends_too() -> None:
    tasks = Tasks("room")
    late: list[asyncio.Task[object]] = []

    async def starts_another() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            late.append(tasks.start(asyncio.Event().wait(), name="late"))

    tasks.start(starts_another(), name="first")
    await asyncio.sleep(0)
    await tasks.close()
    assert late[0].cancelled()


@pytest.mark.parametrize("ends", [True, False])
async def test_drain_says_whether_everything_ended_by_itself(ends: bool) -> None:
    async with Tasks("room") as tasks:
        if ends:
            tasks.start(asyncio.sleep(0), name="short")
        else:
            tasks.start(asyncio.Event().wait(), name="endless")
        assert await tasks.drain(5.0 if ends else 0.0) is ends


async def test_draining_nothing_is_at_once_done() -> None:
    assert await Tasks("room").drain(1_000)
