"""Results that are too old go, and what is left over of those that went."""

from typing import Final

import structlog

from switchboard.insight.reconciliation import store
from switchboard.kit.clock import MICROSECONDS, Clock
from switchboard.kit.ids import earliest
from switchboard.storage.database import Database
from switchboard.storage.jobs import Job, Jobs
from switchboard.storage.worker import Worker
from switchboard.tenancy.model import SYSTEM
from switchboard.tenancy.service import Audit, Change

_log = structlog.get_logger(__name__)

KIND: Final = "expire reconciliations"
NOUN: Final = "reconciliation"
EVERY: Final = 3_600.0
"""Seconds between two rounds."""

AT_ONCE: Final = 500
"""Differences of a kind in one transaction: others want to write, too."""

UNDER_WAY: Final = 3_600 * MICROSECONDS
"""A result younger than this may still be in the making: its differences come before it."""


class Retention:
    """Deletes what has expired."""

    def __init__(self, database: Database, clock: Clock, audit: Audit) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    def serve(self, worker: Worker) -> None:
        """Let this worker do the rounds."""
        worker.on(KIND, self.round)

    async def plan(self, jobs: Jobs, organization: str) -> None:
        """From now on a round every hour."""
        async with self._database.transaction() as connection:
            await jobs.every(connection, organization, KIND, KIND, b"", EVERY)

    async def round(self, job: Job) -> None:
        """The job."""
        await self.expire(job.organization)

    async def expire(self, organization: str) -> None:
        """Delete every result whose time is over, and differences that belong to none."""
        now = self._clock.now()
        async with self._database.reading() as connection:
            due = await store.expired(connection, organization, now)
        for one in due:
            async with self._database.transaction() as connection:
                await store.remove_head(connection, organization, one.client, one.id)
                await self._audit.record(connection, organization, SYSTEM, [Change("deleted", NOUN, one.id)])
        if due:
            _log.info("reconciliations_expired", count=len(due))
        while (left := await self._orphan(organization, earliest(now - UNDER_WAY))) is not None:
            await self.sweep(organization, left)

    async def sweep(self, organization: str, id_: str) -> None:
        """Take away the differences of a result that is gone."""
        more = True
        while more:
            async with self._database.transaction() as connection:
                more = await store.sweep(connection, organization, id_, AT_ONCE)

    async def _orphan(self, organization: str, before: str) -> str | None:
        async with self._database.reading() as connection:
            return await store.orphan(connection, organization, before)
