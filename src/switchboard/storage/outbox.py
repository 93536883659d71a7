"""Telling upwards: events saved with the data, then delivered at least once.

    outbox = Outbox(database, clock=clock)
    outbox.on("person dismissed", reactions.end_sessions)                  # in app.py
    await outbox.add(connection, organization, "person dismissed", payload)   # in a service's transaction
    tasks.start(outbox.deliver_forever(), name="outbox")

A reaction may be called twice for one message, so it is idempotent. One that fails is tried again, later and
later, for ever and with an error in the log; the others go on. Messages are delivered in the order of
saving as long as none fails. What takes long belongs into a job (`storage.jobs`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NamedTuple, TypeAlias

import structlog
from sqlalchemy import Column, Index, Table, delete, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.kit.clock import Clock, microseconds
from switchboard.kit.errors import Unavailable
from switchboard.storage import rows
from switchboard.storage.backoff import backoff
from switchboard.storage.database import Database
from switchboard.storage.rows import RowChange
from switchboard.storage.schema import Blob, Moment, Number, Serial, Text, metadata

_log = structlog.get_logger(__name__)

outbox: Final = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("organization", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload", Blob, nullable=False),
    Column("at", Moment, nullable=False),
    # When it may be delivered: put off while somebody is at it, and further after a failure.
    Column("due_at", Moment, nullable=False),
    Column("attempts", Number, nullable=False),
    Index(None, "due_at", "id"),
)

PAGE: Final = 100
"""Messages taken at a time."""

LEASE: Final = 60.0
"""Seconds a node may take for one page before another node tries the rest."""

LOOK: Final = 5.0
"""Seconds between looks when nobody wakes the dispatcher: for retries and for other nodes' messages."""


class Message(NamedTuple):
    """Something to tell, for the reactions registered for `kind`. The payload carries its own version."""

    kind: str
    payload: bytes


class Delivery(NamedTuple):
    """A message as a reaction gets it. id: the same at every attempt. at: when it was saved, UTC epoch us."""

    id: int
    organization: str
    kind: str
    payload: bytes
    at: int
    attempts: int


React: TypeAlias = Callable[[Delivery], Awaitable[None]]


class Outbox:
    """The messages of one process's database and who reacts to them."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._reactions: dict[str, list[React]] = {}
        self._due = asyncio.Event()

    def on(self, kind: str, react: React) -> None:
        """Call `react` for every message of this kind. A kind nobody reacts to counts as delivered."""
        self._reactions.setdefault(kind, []).append(react)

    async def add(self, connection: AsyncConnection, organization: str, kind: str, payload: bytes) -> None:
        """Save a message in the caller's transaction; it is delivered after the commit."""
        now = self._clock.now()
        values = {
            "organization": organization,
            "kind": kind,
            "payload": payload,
            "at": now,
            "due_at": now,
            "attempts": 0,
        }
        await connection.execute(outbox.insert().values(values))
        self._database.after_commit(connection, self.wake)

    def wake(self) -> None:
        """There is something new."""
        self._due.set()

    async def deliver_forever(self) -> None:
        """Deliver whatever is due, until cancelled."""
        while True:
            self._due.clear()
            try:
                if await self.deliver() == PAGE:
                    continue
            except (SQLAlchemyError, Unavailable) as error:
                _log.error("outbox_unreachable", error=type(error).__name__)
            try:
                async with asyncio.timeout(LOOK):
                    await self._due.wait()
            except TimeoutError:
                continue

    async def deliver(self) -> int:
        """Deliver one page of what is due; returns how many messages were taken."""
        page = await self._take()
        delivered = [message.id for message in page if await self._delivered(message)]
        if delivered:
            async with self._database.transaction() as connection:
                await connection.execute(delete(outbox).where(outbox.c.id.in_(delivered)))
        return len(page)

    async def waiting(self) -> int:
        """Messages not yet delivered."""
        async with self._database.reading() as connection:
            return await connection.scalar(select(func.count()).select_from(outbox)) or 0

    async def _take(self) -> Sequence[Delivery]:
        now = self._clock.now()
        due = select(outbox.c.id).where(outbox.c.due_at <= now).order_by(outbox.c.id).limit(PAGE)
        async with self._database.reading() as connection:
            if await connection.scalar(due.limit(1)) is None:
                return []
        async with self._database.transaction() as connection:
            taken = await connection.execute(
                update(outbox)
                .where(outbox.c.id.in_(due.with_for_update(skip_locked=True)))
                .values(due_at=now + microseconds(LEASE), attempts=outbox.c.attempts + 1)
                .returning(*(outbox.c[name] for name in Delivery._fields))
            )
            return sorted(Delivery(*row) for row in taken)

    async def _delivered(self, message: Delivery) -> bool:
        try:
            for react in self._reactions.get(message.kind, ()):
                await react(message)
        except Exception as error:  # noqa: BLE001  # a reaction may fail in any way; it is tried again
            pause = backoff(message.attempts)
            _log.error(
                "reaction_failed",
                kind=message.kind,
                attempts=message.attempts,
                retry_in=pause,
                exc_info=error,
            )
            async with self._database.transaction() as connection:
                await connection.execute(
                    update(outbox)
                    .where(outbox.c.id == message.id)
                    .values(due_at=self._clock.now() + microseconds(pause))
                )
            return False
        return True


def row_of(organization: str, message: Message, at: int) -> RowChange:
    """The change that saves a message, for the group-commit writer."""
    return rows.insert(
        outbox,
        organization=organization,
        kind=message.kind,
        payload=message.payload,
        at=at,
        due_at=at,
        attempts=0,
    )
