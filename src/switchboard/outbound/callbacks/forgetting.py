"""Numbers and notes of call-backs that are over go when their queue's `retention` has passed: a round every hour."""

from typing import Final

import structlog

from switchboard.kit.clock import MICROSECONDS, Clock
from switchboard.outbound.callbacks import store
from switchboard.routing.model import CallbackRule
from switchboard.routing.service import Queues
from switchboard.storage.database import Database
from switchboard.storage.jobs import Job, Jobs
from switchboard.storage.worker import Worker

_log = structlog.get_logger(__name__)

KIND: Final = "forget call-backs"
EVERY: Final = 3_600.0
"""Seconds between two rounds."""
_DAY: Final = 86_400 * MICROSECONDS
_PLAIN: Final = CallbackRule().retention


class Forgetting:
    """What happened stays, and can be counted; whom it concerned does not."""

    def __init__(self, database: Database, clock: Clock, queues: Queues, jobs: Jobs) -> None:
        self._database = database
        self._clock = clock
        self._queues = queues
        self._jobs = jobs

    def serve(self, worker: Worker) -> None:
        """Let this worker do the rounds."""
        worker.on(KIND, self.round)

    async def plan(self, organization: str) -> None:
        """From now on a round every hour."""
        async with self._database.transaction() as connection:
            await self._jobs.every(connection, organization, KIND, KIND, b"", EVERY)

    async def round(self, job: Job) -> None:
        """The job."""
        await self.forget(job.organization)

    async def forget(self, organization: str) -> int:
        """Forget what is old enough; how many call-backs. Those of a queue that calls nobody back any more keep for
        as long as if it said nothing."""
        now, count = self._clock.now(), 0
        async with self._database.transaction() as connection:
            for id_, queue in (await self._queues.by_id(connection, organization)).items():
                days = _PLAIN if queue.callback is None else queue.callback.retention
                count += await store.forget(connection, organization, queue.client, id_, now - days * _DAY)
        if count:
            _log.info("callbacks_forgotten", count=count)
        return count
