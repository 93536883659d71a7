"""The group-commit writer: one commit after the other, each with everything that is pending when it begins.

At rest a batch is committed at once. Under load commits begin `PACE` apart, so that one serves many (decision
77). What a waiter may rely on:

- when `append` returns, the journal entry, the row changes and the outbox messages are on disk, all of them;
- when it raises WriteFailed, none of it is (or, after a lost connection, nobody knows): rebuild from the
  journal before deciding anything else;
- entries of one organization are saved without gaps: when one fails, those appended after it fail too;
- a batch that fails takes no neighbour with it: the group is tried again one by one.

Rows of one table are changed in the order of the batches; rows of different tables may not be, so tables
that projections write carry no foreign keys.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
import structlog

from switchboard.kit.clock import Clock
from switchboard.kit.errors import Unavailable
from switchboard.storage import journal, outbox
from switchboard.storage.commit import CommitLost, Unit
from switchboard.storage.compiled import Compiler
from switchboard.storage.database import Database
from switchboard.storage.journal import Journal, JournalEntry
from switchboard.storage.latency import Latencies
from switchboard.storage.outbox import Message
from switchboard.storage.projections import Projections
from switchboard.storage.rows import RowChange

_log = structlog.get_logger(__name__)

GROUP: Final = 500
"""Batches in one commit at most, so that the first of them does not wait for thousands."""

PACE: Final = 0.016
"""Seconds between the beginnings of two commits under load: what a batch waits at most for company, beside the commit
before it."""

AT_ONCE: Final = 5
"""Commits that may follow one after a rest without a pause: a new caller is saved first, then his call and what others
do meanwhile. Below 60 batches a second hardly any waits."""


class WriteFailed(Unavailable):
    """The batch was not saved. Its text names the kind of failure and no data."""


class Batch(msgspec.Struct, frozen=True):
    """What is saved together.

    entry: one input of the Floor with its decisions; None for a cold item. at: UTC epoch microseconds.
    rows: changes of projected tables, beside those that the registered projections make of `events`.
    messages: told upwards through the outbox.
    """

    organization: str
    at: int
    entry: JournalEntry | None = None
    rows: Sequence[RowChange] = ()
    events: Sequence[Any] = ()
    messages: Sequence[Message] = ()


class _Pending(msgspec.Struct, frozen=True):
    unit: Unit
    entry: JournalEntry | None
    tells: bool
    done: "asyncio.Future[None]"


class GroupCommitWriter:
    """One per process: it alone writes the journal. It starts with the first batch; `close` drains it.

    told: called after each commit that saved outbox messages; give it `OutboxDispatcher.wake`.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        projections: Projections | None = None,
        told: Callable[[], None] | None = None,
    ) -> None:
        self._database = database
        self._journal = Journal(database)
        self._clock = clock
        self._projections = projections or Projections()
        self._told = told
        self._compiler = Compiler(database.dialect)
        self._committer = database.backend.committer()
        self._pending: list[_Pending] = []
        self._last: dict[str, int] = {}
        self._due = 0.0
        self._wake = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        self.stats = WriterStats()

    def submit(self, batch: Batch) -> "asyncio.Future[None]":
        """Take the batch now, in the order of calls; the future ends when it is durable, or in WriteFailed.

        Raises KeyError or what a projection raises when the batch itself is wrong; nothing is taken then.
        Raises RuntimeError inside a transaction of the same task, which would wait for itself.
        """
        if self._closing:
            raise WriteFailed("The writer is closed")
        if self._database.in_transaction():
            raise RuntimeError("end the transaction before appending to the journal")
        chain = "" if batch.entry is None else batch.organization
        unit = Unit([self._compiler.step(change) for change in self._changes(batch)], chain)
        if self._task is None:
            # Not in a `kit.tasks.Tasks`: those are cancelled on close, this one ends when all is saved.
            self._task = asyncio.get_running_loop().create_task(self._run(), name="group-commit")
        done: asyncio.Future[None] = self._task.get_loop().create_future()
        self._pending.append(_Pending(unit, batch.entry, bool(batch.messages), done))
        self._wake.set()
        return done

    async def append(self, batch: Batch) -> None:
        """`submit` and wait. Cancelling the wait does not take the batch back."""
        await self.submit(batch)

    async def close(self) -> None:
        """Save what is pending, then stop."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await self._task
        await self._committer.close()

    def _changes(self, batch: Batch) -> list[RowChange]:
        changes = [] if batch.entry is None else [journal.row_of(batch.entry)]
        changes += batch.rows
        changes += self._projections.of(batch.organization, batch.events, batch.at)
        changes += [outbox.row_of(batch.organization, message, batch.at) for message in batch.messages]
        return changes

    async def _run(self) -> None:
        while self._pending or not self._closing:
            if not self._pending:
                self._wake.clear()
                await self._wake.wait()
                continue
            await self._paced()
            group, self._pending = self._pending[:GROUP], self._pending[GROUP:]
            await self._commit(group)
            # What those who waited decide upon it comes in the next pass of the loop, and belongs in the next commit.
            await asyncio.sleep(0)

    async def _paced(self) -> None:
        """Wait until the next commit may begin; a full group and a writer that closes do not wait."""
        loop = asyncio.get_running_loop()
        left = self._due - AT_ONCE * PACE - loop.time()
        if left > 0 and len(self._pending) < GROUP and not self._closing:
            await asyncio.sleep(left)
        self._due = max(self._due, loop.time()) + PACE

    async def _commit(self, taken: Sequence[_Pending]) -> None:
        """Save one group and wake its waiters. Whatever goes wrong reaches them; the loop goes on."""
        started = self._clock.monotonic()
        group: Sequence[_Pending] = taken
        try:
            group = await self._in_sequence(taken)
            outcomes = await self._committer.commit([pending.unit for pending in group]) if group else []
        except Exception as error:  # noqa: BLE001  # every waiter of the group gets it
            _log.error("commit_lost", batches=len(group), exc_info=error)
            self._last.clear()
            reason = str(error) if isinstance(error, CommitLost) else type(error).__name__
            for pending in group:
                _fail(pending, reason)
            return
        self.stats.committed(self._clock.monotonic() - started, len(group))
        self._wake_waiters(group, outcomes)

    async def _in_sequence(self, group: Sequence[_Pending]) -> list[_Pending]:
        """The group without the entries that do not follow the last one saved: they build upon nothing."""
        expected: dict[str, int] = {}
        kept = []
        for pending in group:
            entry = pending.entry
            if entry is not None:
                organization = entry.organization
                if organization not in self._last:
                    self._last[organization] = await self._journal.last_seq(organization)
                due = expected.get(organization, self._last[organization] + 1)
                if entry.seq != due:
                    _fail(pending, f"entry {entry.seq} does not follow {due - 1}")
                    continue
                expected[organization] = due + 1
            kept.append(pending)
        return kept

    def _wake_waiters(self, group: Sequence[_Pending], outcomes: Sequence[Exception | None]) -> None:
        tells = False
        for pending, error in zip(group, outcomes, strict=True):
            if error is not None:
                self.stats.failed += 1
                _log.error("batch_failed", error=type(error).__name__)
                _fail(pending, type(error).__name__)
                continue
            tells = tells or pending.tells
            if pending.entry is not None:
                self._last[pending.entry.organization] = pending.entry.seq
            if not pending.done.done():
                pending.done.set_result(None)
        if tells and self._told is not None:
            # From the loop and not from here: whatever it raises must not end the writer.
            asyncio.get_running_loop().call_soon(self._told)


def _fail(pending: _Pending, reason: str) -> None:
    if not pending.done.done():
        pending.done.set_exception(WriteFailed(f"Not saved: {reason}"))


class WriterStats:
    """What the writer did since the start."""

    def __init__(self) -> None:
        self.commits = 0
        self.batches = 0
        self.failed = 0
        self.latencies = Latencies()

    @property
    def fsyncs(self) -> int:
        """Commits that waited for the disk; the engine's own checkpoints come on top."""
        return self.commits

    def committed(self, seconds: float, batches: int) -> None:
        self.commits += 1
        self.batches += batches
        self.latencies.note(seconds)

    def commit_p(self, share: float) -> float:
        """Seconds within which this share of the newest commits ended; 0.0 before the first."""
        return self.latencies.at(share)
