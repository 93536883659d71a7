"""What is too old goes: files, exports, and all of the row but the sign that there was a recording."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import structlog

from switchboard.kit.clock import Clock
from switchboard.quality import store
from switchboard.quality.decide import DAY
from switchboard.quality.exports import WAVEFORM
from switchboard.quality.model import Format, RecordingLine, RecordingState
from switchboard.quality.shelf import NOUN
from switchboard.storage.database import Database
from switchboard.storage.jobs import Job, Jobs
from switchboard.storage.worker import Worker
from switchboard.tenancy.model import SYSTEM
from switchboard.tenancy.service import Audit, Change

_log = structlog.get_logger(__name__)

KIND: Final = "expire recordings"
EVERY: Final = 3_600.0
"""Seconds between two rounds."""

AT_ONCE: Final = 200


class Retention:
    """Deletes what has expired. folder: of recordings."""

    def __init__(self, database: Database, clock: Clock, audit: Audit, folder: Path) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._folder = folder

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

    async def expire(self, organization: str) -> int:
        """Delete every recording whose time is over; returns how many."""
        deleted = 0
        while True:
            async with self._database.reading() as connection:
                due = await store.expired(connection, organization, self._clock.now(), AT_ONCE)
            for line in due:
                await self._delete(organization, line)
            deleted += len(due)
            if len(due) < AT_ONCE:
                break
        await self._clear_exports(organization)
        if deleted:
            _log.info("recordings_expired", count=deleted)
        return deleted

    async def forget(self, organization: str, client: str, contacts: Sequence[str]) -> int:
        """Delete the recordings of these contacts; returns how many. One that is being made goes with its time."""
        deleted = 0
        for first in range(0, len(contacts), AT_ONCE):
            some = contacts[first : first + AT_ONCE]
            async with self._database.reading() as connection:
                found = await store.whole_of(connection, organization, client, some)
            for line in found:
                await self._delete(organization, line)
            deleted += len(found)
        return deleted

    async def _delete(self, organization: str, line: RecordingLine) -> None:
        """Files first: a row that says "deleted" must be true. Doing it again does no harm."""
        suffixes = [*(f".{one}" for one in Format), f".{WAVEFORM}"]
        await asyncio.to_thread(_unlink, self._folder / line.place, suffixes)
        change = Change("deleted", NOUN, line.id, {"contact": [line.contact, None]})
        table = store.recording
        async with self._database.transaction() as connection:
            await store.forget_exports(connection, organization, line.id)
            await connection.execute(
                table.update()
                .where(table.c.organization == organization, table.c.client == line.client, table.c.id == line.id)
                .values(state=RecordingState.DELETED.value, place="", size=None)
            )
            await self._audit.record(connection, organization, SYSTEM, [change])

    async def _clear_exports(self, organization: str) -> None:
        """Exports are for downloading: after a day they are made again when somebody asks."""
        async with self._database.reading() as connection:
            old = await store.old_exports(connection, organization, self._clock.now() - DAY, AT_ONCE)
        for _, format_, place in old:
            await asyncio.to_thread((self._folder / place).with_suffix(f".{format_}").unlink, missing_ok=True)
        async with self._database.transaction() as connection:
            for id_ in {id_ for id_, _, _ in old}:
                await store.forget_exports(connection, organization, id_)


def _unlink(path: Path, suffixes: Sequence[str]) -> None:
    """Delete a file and those beside it; what is not there is deleted already."""
    for suffix in suffixes:
        path.with_suffix(suffix).unlink(missing_ok=True)
    path.unlink(missing_ok=True)
