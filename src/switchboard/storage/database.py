"""The database as rooms see it: reading, and one transaction per request.

    database = Database.open("sqlite:///data/switchboard.db")      # or postgresql://user:password@host/name
    async with database.transaction() as connection:
        await connection.execute(database.dialect.upsert(customer, {...}))
    async with database.reading() as connection:
        row = (await connection.execute(select(customer).where(...))).one_or_none()

What happens on the Floor does not come this way but through `storage.writer`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Self

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.kit.errors import Invalid
from switchboard.storage import migrate
from switchboard.storage.backend import Backend
from switchboard.storage.backends.postgresql.backend import PostgresqlBackend
from switchboard.storage.backends.sqlite.backend import SqliteBackend
from switchboard.storage.dialect import Dialect
from switchboard.storage.schema import metadata

_inside: ContextVar["asyncio.Task[object] | None"] = ContextVar("_inside", default=None)


class Database:
    """One database, SQLite or PostgreSQL, for one process. Close it in the loop that used it."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._after: dict[int, list[Callable[[], None]]] = {}

    @classmethod
    def open(cls, url: str) -> Self:
        """The database at `url`; connects when first used.

        `sqlite:///path` (relative) or `sqlite:////path`, a file that is made when missing; `sqlite://`, a
        private one that is gone on close; `postgresql://user:password@host/name`. Raises Invalid.
        """
        try:
            parsed = make_url(url)
        except ArgumentError:
            raise Invalid("The database's address is not a URL", field="database") from None
        match parsed.get_backend_name():
            case "sqlite":
                return cls(SqliteBackend.at(parsed.database))
            case "postgresql" | "postgres":
                return cls(PostgresqlBackend(url))
            case other:
                raise Invalid(f"Databases are sqlite or postgresql, not {other}", field="database")

    @property
    def dialect(self) -> Dialect:
        """The few differences in SQL between the two."""
        return self.backend.dialect

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection that sees one moment of the database and cannot write. Reads never wait for writes."""
        return self.backend.reading()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One request's transaction: committed when the block ends, rolled back when it raises.

        On SQLite only one runs at a time, so keep slow work (hashing, network) out of it. A transaction
        inside a transaction of the same task would wait for itself: RuntimeError.
        """
        if self.in_transaction():
            raise RuntimeError("this task already has a transaction; pass its connection on")
        token = _inside.set(asyncio.current_task())
        try:
            async with self.backend.writing() as connection:
                after = self._after[id(connection)] = []
                try:
                    yield connection
                finally:
                    del self._after[id(connection)]
        finally:
            _inside.reset(token)
        for told in after:
            told()

    def in_transaction(self) -> bool:
        """Whether the running task is inside `transaction`."""
        return _inside.get() is not None and _inside.get() is asyncio.current_task()

    def after_commit(self, connection: AsyncConnection, told: Callable[[], None]) -> None:
        """Call `told` once the transaction that gave `connection` is durable; not at all if it fails.

        Raises KeyError when the connection is not one of a running `transaction`.
        """
        self._after[id(connection)].append(told)

    async def migrate(self) -> None:
        """Bring the tables to this version of the code. Raises Unavailable when they are newer than it."""
        async with self.backend.migrating() as connection:
            await connection.run_sync(migrate.run_upgrade)

    async def create_all(self) -> None:
        """Make every table known to the metadata, without migrations: for tests."""
        async with self.backend.migrating() as connection:
            await connection.run_sync(metadata.create_all)

    async def close(self) -> None:
        """Give back every connection."""
        await self.backend.close()
