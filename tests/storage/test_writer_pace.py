"""When commits begin: at once at rest, `PACE` apart under load. On a simulated committer, under the jumping clock."""

import asyncio
import itertools
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

from support.clock import LoopClock, run
from support.ledger import visit
from switchboard.storage import rows
from switchboard.storage.commit import Unit
from switchboard.storage.database import Database
from switchboard.storage.dialect import SQLITE
from switchboard.storage.writer import AT_ONCE, GROUP, PACE, Batch, GroupCommitWriter


class Committer:
    """Commits take no time; begun: when each began and how many units it had."""

    def __init__(self) -> None:
        self.begun: list[tuple[float, int]] = []

    async def commit(self, units: Sequence[Unit]) -> list[Exception | None]:
        self.begun.append((asyncio.get_running_loop().time(), len(units)))
        return [None] * len(units)

    async def close(self) -> None: ...


def writer_on(committer: Committer, clock: LoopClock) -> GroupCommitWriter:
    backend = SimpleNamespace(committer=lambda: committer)
    database = SimpleNamespace(dialect=SQLITE, backend=backend, in_transaction=lambda: False)
    return GroupCommitWriter(cast(Database, cast(Any, database)), clock=clock)


def row(name: int) -> Batch:
    return Batch("o", 1, rows=[rows.insert(visit, organization="o", id=str(name), length=1)])


def test_at_rest_a_batch_is_committed_at_once() -> None:
    async def story(clock: LoopClock) -> None:
        committer = Committer()
        writer = writer_on(committer, clock)
        for number in range(3):
            await writer.append(row(number))
            await asyncio.sleep(1)
        assert committer.begun == [(0.0, 1), (1.0, 1), (2.0, 1)]

    run(story)


def test_after_a_rest_six_commits_follow_each_other_at_once() -> None:
    async def story(clock: LoopClock) -> None:
        committer = Committer()
        writer = writer_on(committer, clock)
        await asyncio.sleep(1)
        for number in range(AT_ONCE + 2):
            await writer.append(row(number))
        assert [round(when, 9) for when, _ in committer.begun] == [1.0] * 6 + [1.0 + PACE]

    run(story)


def test_under_load_commits_begin_a_pace_apart_and_serve_many() -> None:
    async def story(clock: LoopClock) -> None:
        committer = Committer()
        writer = writer_on(committer, clock)
        waiting = []
        for number in range(100):
            waiting.append(writer.submit(row(number)))
            await asyncio.sleep(PACE / 5)
        await asyncio.gather(*waiting)
        assert sum(units for _, units in committer.begun) == 100
        # What may follow at once is used up in the first half.
        begun = [when for when, _ in committer.begun if when >= 10 * PACE]
        assert all(round(later - earlier, 9) >= PACE for earlier, later in itertools.pairwise(begun))
        assert len(begun) >= 9

    run(story)


def test_a_full_group_does_not_wait() -> None:
    async def story(clock: LoopClock) -> None:
        committer = Committer()
        writer = writer_on(committer, clock)
        await asyncio.gather(*(writer.submit(row(number)) for number in range(2 * GROUP)))
        assert committer.begun == [(0.0, GROUP), (0.0, GROUP)]

    run(story)


def test_a_writer_that_closes_does_not_wait() -> None:
    async def story(clock: LoopClock) -> None:
        committer = Committer()
        writer = writer_on(committer, clock)
        for number in range(AT_ONCE + 1):
            await writer.append(row(number))
        last = writer.submit(row(AT_ONCE + 1))
        await writer.close()
        assert last.done()
        assert committer.begun == [(0.0, 1)] * (AT_ONCE + 2)

    run(story)
