"""The job table: claims are leases, a dead worker's jobs go to others, nothing is done twice at a time."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from support.clock import SetClock
from switchboard.kit.ids import IdSource
from switchboard.kit.tasks import Tasks
from switchboard.storage.backoff import backoff
from switchboard.storage.database import Database
from switchboard.storage.jobs import LEASE, Job, Jobs, job
from switchboard.storage.worker import Worker


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def jobs(database: Database, clock: SetClock) -> Jobs:
    import random

    return Jobs(database, clock=clock, ids=IdSource(clock, random.Random(1)))


async def add(database: Database, jobs: Jobs, kind: str = "export", **options: object) -> bool:
    async with database.transaction() as connection:
        return await jobs.add(connection, "o", kind, b"payload", **options)


async def count(database: Database) -> int:
    async with database.reading() as connection:
        return len((await connection.execute(select(job.c.id))).all())


async def test_a_job_is_claimed_once_and_goes_when_done(database: Database, jobs: Jobs) -> None:
    assert await add(database, jobs)
    (claimed,) = await jobs.claim("me", ["export"], 10)
    assert (claimed.organization, claimed.kind, claimed.payload, claimed.attempt) == (
        "o",
        "export",
        b"payload",
        1,
    )
    assert await jobs.claim("other", ["export"], 10) == []
    assert await jobs.done(claimed)
    assert await count(database) == 0


async def test_only_what_one_can_do_and_what_is_due_is_claimed(database: Database, jobs: Jobs, clock: SetClock) -> None:
    await add(database, jobs, "export")
    await add(database, jobs, "later", at=clock.now() + 60_000_000)
    assert await jobs.claim("me", ["later", "unheard"], 10) == []
    clock.pass_seconds(60)
    assert [one.kind for one in await jobs.claim("me", ["later"], 10)] == ["later"]


async def test_no_more_than_asked_for_and_the_oldest_first(database: Database, jobs: Jobs) -> None:
    for _ in range(5):
        await add(database, jobs)
    first = await jobs.claim("me", ["export"], 2)
    second = await jobs.claim("me", ["export"], 10)
    assert [len(first), len(second)] == [2, 3]
    assert len({one.id for one in first + second}) == 5


async def test_workers_claiming_at_once_share_the_jobs(database: Database, jobs: Jobs) -> None:
    for _ in range(30):
        await add(database, jobs)
    shares = await asyncio.gather(*(jobs.claim(f"worker {number}", ["export"], 10) for number in range(6)))
    ids = [one.id for share in shares for one in share]
    assert len(ids) == len(set(ids)) == 30


async def test_a_dead_workers_job_is_taken_over_and_its_late_end_counts_for_nothing(
    database: Database, jobs: Jobs, clock: SetClock
) -> None:
    await add(database, jobs)
    (lost,) = await jobs.claim("dead", ["export"], 1)
    clock.pass_seconds(LEASE)
    (taken,) = await jobs.claim("me", ["export"], 1)
    assert (taken.id, taken.attempt) == (lost.id, 2)
    assert not await jobs.done(lost)
    assert not await jobs.failed(lost, "late")
    assert await jobs.done(taken)


async def test_a_heartbeat_keeps_the_lease(database: Database, jobs: Jobs, clock: SetClock) -> None:
    await add(database, jobs)
    held = await jobs.claim("me", ["export"], 1)
    for _ in range(3):
        clock.pass_seconds(LEASE - 1)
        await jobs.keep("me", held)
    assert await jobs.claim("other", ["export"], 1) == []
    assert await jobs.done(held[0])


async def test_a_job_that_keeps_failing_is_put_off_then_laid_aside_then_revived(
    database: Database, jobs: Jobs, clock: SetClock
) -> None:
    await add(database, jobs, attempts=3, key="monthly")
    for attempt in (1, 2, 3):
        (claimed,) = await jobs.claim("me", ["export"], 1)
        assert claimed.attempt == attempt
        assert await jobs.failed(claimed, "LookupError")
        assert await jobs.claim("me", ["export"], 1) == []
        clock.pass_seconds(backoff(attempt))
    assert await jobs.claim("me", ["export"], 1) == []
    (dead,) = await jobs.dead("o")
    assert (dead.kind, dead.attempt, dead.error) == ("export", 3, "LookupError")
    assert await jobs.dead("other") == []
    assert not await jobs.revive("other", dead.id)
    assert await jobs.revive("o", dead.id)
    (again,) = await jobs.claim("me", ["export"], 1)
    assert again.attempt == 1


async def test_one_job_per_key_as_long_as_it_lives(database: Database, jobs: Jobs) -> None:
    assert await add(database, jobs, key="monthly", attempts=1)
    assert not await add(database, jobs, key="monthly")
    (claimed,) = await jobs.claim("me", ["export"], 1)
    assert not await add(database, jobs, key="monthly")
    assert await add(database, jobs, key="daily")
    assert await add(database, jobs, "transcode", key="monthly")
    await jobs.failed(claimed, "error")
    assert await add(database, jobs, key="monthly")
    (dead,) = await jobs.dead("o")
    assert not await jobs.revive("o", dead.id), "its key is in use by the living one"


async def test_periodic_jobs_are_planned_when_due_and_never_pile_up(
    database: Database, jobs: Jobs, clock: SetClock
) -> None:
    async with database.transaction() as connection:
        await jobs.every(connection, "o", "nightly", "export", b"1", 100.0)
    assert await jobs.plan() == 0
    clock.pass_seconds(250)
    assert await jobs.plan() == 1
    assert await jobs.plan() == 0
    clock.pass_seconds(50)
    assert await jobs.plan() == 0, "the one before still waits"
    (claimed,) = await jobs.claim("me", ["export"], 5)
    await jobs.done(claimed)
    async with database.transaction() as connection:
        await jobs.every(connection, "o", "nightly", "export", b"2", 100.0)
    clock.pass_seconds(100)
    assert await jobs.plan() == 1, "changing the row kept its rhythm"
    (claimed,) = await jobs.claim("me", ["export"], 5)
    assert claimed.payload == b"2"


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    async with Tasks("test") as running:
        yield running


async def test_a_worker_is_woken_and_a_slow_job_holds_no_other_up(database: Database, jobs: Jobs, tasks: Tasks) -> None:
    done: asyncio.Queue[str] = asyncio.Queue()
    slow = asyncio.Event()

    async def transcode(_: Job) -> None:
        await slow.wait()
        done.put_nowait("slow")

    async def export(_: Job) -> None:
        done.put_nowait("quick")

    worker = Worker(jobs, owner="me", at_once=2)
    worker.on("transcode", transcode)
    worker.on("export", export)
    await add(database, jobs, "transcode")
    running = tasks.start(worker.run(), name="worker")
    async with asyncio.timeout(10):
        for _ in range(5):
            await add(database, jobs)
            assert await done.get() == "quick"
        slow.set()
        assert await done.get() == "slow"
        while await count(database):  # noqa: ASYNC110  # the row goes after the work, in another task
            await asyncio.sleep(0)
    running.cancel()


async def test_a_worker_puts_off_what_fails(database: Database, jobs: Jobs, clock: SetClock) -> None:
    tried = asyncio.Event()

    async def fail(_: Job) -> None:
        tried.set()
        raise LookupError

    worker = Worker(jobs, owner="me")
    worker.on("export", fail)
    await add(database, jobs, attempts=1)
    assert await worker.round() == 1
    await tried.wait()
    await worker._tasks.drain(5)
    (dead,) = await jobs.dead("o")
    assert dead.error == "LookupError"
    await worker.beat()
