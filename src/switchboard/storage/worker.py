"""Runs jobs: as many at a time as it may, each finished by itself, so that a slow one holds no other up.

worker = Worker(jobs, owner=ids.next(), clock=clock)
worker.on("transcode", transcode)              # async (Job) -> None; an exception is a failed attempt
tasks.start(worker.run(), name="jobs")
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

import structlog
from sqlalchemy.exc import SQLAlchemyError

from switchboard.kit.errors import Unavailable
from switchboard.kit.tasks import Tasks
from switchboard.storage.jobs import LEASE, Job, Jobs

_log = structlog.get_logger(__name__)

AT_ONCE: Final = 8
"""Jobs running at the same time."""

LOOK: Final = 2.0
"""Seconds between looks at the table when nobody wakes the worker."""

BEAT: Final = LEASE / 3
"""Seconds between heartbeats."""

Work: TypeAlias = Callable[[Job], Awaitable[None]]


class Worker:
    """One process's hands. A job whose worker dies is taken over by another after the lease."""

    def __init__(self, jobs: Jobs, *, owner: str, at_once: int = AT_ONCE) -> None:
        """owner: unique to this life of the process. at_once: jobs running at the same time."""
        self._jobs = jobs
        self._owner = owner
        self._at_once = at_once
        self._work: dict[str, Work] = {}
        self._held: dict[str, Job] = {}
        self._due = asyncio.Event()
        self._tasks = Tasks("jobs")
        jobs.added = self.wake

    def on(self, kind: str, work: Work) -> None:
        """How jobs of this kind are done. It may be called twice for one job, so it is idempotent."""
        self._work[kind] = work

    def wake(self) -> None:
        """A job was added, or one has ended and left room."""
        self._due.set()

    async def run(self) -> None:
        """Work until cancelled; what runs then is taken up again after its lease."""
        try:
            self._tasks.start(self._beat(), name="heartbeat")
            while True:
                self._due.clear()
                try:
                    await self.round()
                except (SQLAlchemyError, Unavailable) as error:
                    _log.error("jobs_unreachable", error=type(error).__name__)
                try:
                    async with asyncio.timeout(LOOK):
                        await self._due.wait()
                except TimeoutError:
                    continue
        finally:
            await self._tasks.close()

    async def round(self) -> int:
        """Plan what is due, claim what there is room for and start it; returns how many were started."""
        await self._jobs.plan()
        room = self._at_once - len(self._held)
        if room <= 0:
            return 0
        claimed = await self._jobs.claim(self._owner, sorted(self._work), room)
        for one in claimed:
            self._held[one.id] = one
            self._tasks.start(self._do(one), name=one.kind)
        return len(claimed)

    async def beat(self) -> None:
        """Keep the leases of what runs."""
        if self._held:
            await self._jobs.keep(self._owner, list(self._held.values()))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            await self.beat()

    async def _do(self, claimed: Job) -> None:
        try:
            try:
                await self._work[claimed.kind](claimed)
            except Exception as error:  # noqa: BLE001  # work may fail in any way; it is tried again
                _log.warning("job_failed", kind=claimed.kind, attempt=claimed.attempt, exc_info=error)
                kept = await self._jobs.failed(claimed, type(error).__name__)
            else:
                kept = await self._jobs.done(claimed)
            if not kept:
                _log.warning("job_lost", kind=claimed.kind, attempt=claimed.attempt)
        finally:
            del self._held[claimed.id]
            self.wake()
