"""Work that is done later, by whoever is free, exactly as often as it needs to succeed once.

    jobs = Jobs(database, clock=clock, ids=ids)
    await jobs.add(connection, organization, "transcode", payload, key=recording)     # in a transaction

A row, not a message: claimed under a lease, kept alive by a heartbeat, taken over from a dead worker, put
off after a failure, and laid aside as dead when it keeps failing. `storage.worker` runs them.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import Column, Index, Table, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.kit.clock import Clock, microseconds
from switchboard.kit.ids import IdSource
from switchboard.storage.backoff import backoff
from switchboard.storage.database import Database
from switchboard.storage.schema import Blob, Moment, Number, Text, metadata

LEASE: Final = 30.0
"""Seconds after the last heartbeat until a job may be taken over."""

ATTEMPTS: Final = 8
"""Tries before a job is laid aside, unless it says otherwise."""

ERROR_LENGTH: Final = 500


class State(StrEnum):
    """Waiting -> running -> (gone when done) | waiting again | dead."""

    WAITING = "waiting"
    RUNNING = "running"
    DEAD = "dead"


job: Final = Table(
    "job",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("payload", Blob, nullable=False),
    Column("key", Text),
    Column("state", Text, nullable=False),
    # Waiting: when it may start. Running: when its lease ends.
    Column("due_at", Moment, nullable=False),
    Column("attempt", Number, nullable=False),
    Column("attempts", Number, nullable=False),
    Column("owner", Text),
    Column("error", Text),
    Column("created_at", Moment, nullable=False),
    Index(None, "state", "due_at"),
)
# Two jobs of one kind never wait or run under one key; one that died does not stand in the way of the next.
_ALIVE = and_(job.c.key.is_not(None), job.c.state != State.DEAD.value)
Index(
    "uq_job_alive", job.c.organization, job.c.kind, job.c.key,
    unique=True, sqlite_where=_ALIVE, postgresql_where=_ALIVE,
)  # fmt: skip

periodic: Final = Table(
    "periodic",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("payload", Blob, nullable=False),
    Column("every", Number, nullable=False),
    Column("next_at", Moment, nullable=False),
    Index(None, "next_at"),
)


class Job(NamedTuple):
    """A claimed job. `owner` and `attempt` prove the claim: whoever lost it cannot finish the job."""

    organization: str
    id: str
    kind: str
    payload: bytes
    attempt: int
    attempts: int
    owner: str


class DeadJob(NamedTuple):
    """A job laid aside, for an administrator to look at."""

    organization: str
    id: str
    kind: str
    attempt: int
    error: str | None
    created_at: int


class Jobs:
    """The job table. Nothing here runs a job."""

    def __init__(
        self, database: Database, *, clock: Clock, ids: IdSource, added: Callable[[], None] | None = None
    ) -> None:
        """added: called after each commit that brought a job; give it `Worker.wake`."""
        self._database = database
        self._clock = clock
        self._ids = ids
        self.added = added

    async def add(
        self,
        connection: AsyncConnection,
        organization: str,
        kind: str,
        payload: bytes,
        *,
        key: str | None = None,
        at: int | None = None,
        attempts: int = ATTEMPTS,
    ) -> bool:
        """Save a job in the caller's transaction; False when one with this key is already waiting or running.

        at: earliest start, UTC epoch microseconds; None is now. attempts: tries before it is laid aside.
        """
        now = self._clock.now()
        values = {
            "organization": organization,
            "id": self._ids.next(),
            "kind": kind,
            "payload": payload,
            "key": key,
            "state": State.WAITING,
            "due_at": now if at is None else at,
            "attempt": 0,
            "attempts": attempts,
            "created_at": now,
        }
        statement = self._database.dialect.insert(job).values(values)
        if key is not None:
            # The id is new, so all that can collide is the key.
            statement = statement.on_conflict_do_nothing()
        added = (await connection.execute(statement)).rowcount == 1
        if added and self.added is not None:
            self._database.after_commit(connection, self.added)
        return added

    async def every(
        self,
        connection: AsyncConnection,
        organization: str,
        key: str,
        kind: str,
        payload: bytes,
        seconds: float,
    ) -> None:
        """Add a job of this kind every so many seconds; at most one of them waits or runs at a time.

        Called again with the same key it changes the row and keeps the rhythm.
        """
        values = {
            "organization": organization,
            "key": key,
            "kind": kind,
            "payload": payload,
            "every": microseconds(seconds),
            "next_at": self._clock.now() + microseconds(seconds),
        }
        await connection.execute(self._database.dialect.upsert(periodic, values, change=("kind", "payload", "every")))

    async def plan(self) -> int:
        """Add the periodic jobs that are due; returns how many. Rounds missed are made up for by one."""
        now = self._clock.now()
        due = periodic.c.next_at <= now
        async with self._database.reading() as connection:
            if (await connection.execute(select(periodic.c.key).where(due).limit(1))).first() is None:
                return 0
        planned = 0
        async with self._database.transaction() as connection:
            found = await connection.execute(select(periodic).where(due).with_for_update(skip_locked=True))
            for row in found.all():
                planned += await self.add(
                    connection, row.organization, row.kind, row.payload, key=f"periodic {row.key}"
                )
                missed = (now - row.next_at) // row.every
                await connection.execute(
                    update(periodic)
                    .where(periodic.c.organization == row.organization, periodic.c.key == row.key)
                    .values(next_at=row.next_at + (missed + 1) * row.every)
                )
        return planned

    async def claim(self, owner: str, kinds: Sequence[str], most: int) -> list[Job]:
        """Take up to `most` jobs that are due, or whose worker has died, under a lease of 30 s.

        owner: who works, unique to a process's life. kinds: what it can do.
        """
        now = self._clock.now()
        ready = and_(job.c.state.in_((State.WAITING, State.RUNNING)), job.c.due_at <= now, job.c.kind.in_(kinds))
        async with self._database.reading() as connection:
            if (await connection.execute(select(job.c.id).where(ready).limit(1))).first() is None:
                return []
        chosen = (select(job.c.id).where(ready).order_by(job.c.due_at, job.c.id).limit(most)).with_for_update(
            skip_locked=True
        )
        async with self._database.transaction() as connection:
            taken = await connection.execute(
                update(job)
                .where(job.c.id.in_(chosen))
                .values(
                    state=State.RUNNING,
                    owner=owner,
                    attempt=job.c.attempt + 1,
                    due_at=now + microseconds(LEASE),
                )
                .returning(*(job.c[name] for name in Job._fields))
            )
            return sorted((Job(*row) for row in taken), key=lambda claimed: claimed.id)

    async def keep(self, owner: str, held: Sequence[Job]) -> None:
        """Heartbeat: put the end of the owner's leases off by 30 s from now."""
        claims = or_(*(_claim(one) for one in held))
        async with self._database.transaction() as connection:
            await connection.execute(
                update(job).where(claims, job.c.owner == owner).values(due_at=self._clock.now() + microseconds(LEASE))
            )

    async def done(self, finished: Job) -> bool:
        """The job succeeded and goes; False when it had been taken over meanwhile."""
        async with self._database.transaction() as connection:
            return (await connection.execute(delete(job).where(_claim(finished)))).rowcount == 1

    async def failed(self, claimed: Job, error: str) -> bool:
        """Put the job off, or lay it aside after its last attempt; False when it had been taken over.

        error: what went wrong, without personal data; kept with the job.
        """
        last = claimed.attempt >= claimed.attempts
        pause = 0.0 if last else backoff(claimed.attempt)
        async with self._database.transaction() as connection:
            changed = await connection.execute(
                update(job)
                .where(_claim(claimed))
                .values(
                    state=State.DEAD if last else State.WAITING,
                    due_at=self._clock.now() + microseconds(pause),
                    owner=None,
                    error=error[:ERROR_LENGTH],
                )
            )
        return changed.rowcount == 1

    async def dead(self, organization: str, most: int = 100) -> list[DeadJob]:
        """The jobs laid aside, newest first."""
        columns = [job.c[name] for name in DeadJob._fields]
        query = select(*columns).where(job.c.organization == organization, job.c.state == State.DEAD)
        async with self._database.reading() as connection:
            found = await connection.execute(query.order_by(job.c.id.desc()).limit(most))
            return [DeadJob(*row) for row in found]

    async def revive(self, organization: str, id: str) -> bool:  # noqa: A002
        """Give a dead job all its attempts again; False when there is none or its key is in use."""
        async with self._database.transaction() as connection:
            twin = job.alias()
            in_use = (
                select(twin.c.id)
                .where(
                    twin.c.organization == organization,
                    twin.c.kind == job.c.kind,
                    twin.c.key == job.c.key,
                    twin.c.state != State.DEAD,
                )
                .exists()
            )
            changed = await connection.execute(
                update(job)
                .where(job.c.organization == organization, job.c.id == id, job.c.state == State.DEAD, ~in_use)
                .values(state=State.WAITING, attempt=0, due_at=self._clock.now())
            )
            if changed.rowcount == 1 and self.added is not None:
                self._database.after_commit(connection, self.added)
        return changed.rowcount == 1


def _claim(claimed: Job) -> Any:
    """True for the row as long as this claim on it holds."""
    return and_(
        job.c.organization == claimed.organization,
        job.c.id == claimed.id,
        job.c.owner == claimed.owner,
        job.c.attempt == claimed.attempt,
        job.c.state == State.RUNNING,
    )
