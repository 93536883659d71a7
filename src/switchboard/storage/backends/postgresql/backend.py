"""PostgreSQL through asyncpg."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import asyncpg
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from switchboard.kit.errors import Unavailable
from switchboard.storage.backends.postgresql.committer import DRIVER_ERRORS, PostgresqlCommitter
from switchboard.storage.dialect import POSTGRESQL, Dialect, json_text

POOL: Final = 8
"""Connections for requests; the group-commit writer and the bus have their own."""

MIGRATION_LOCK: Final = 0x53_57_42_44
"""Advisory lock: one node at a time changes the tables."""

CONNECT_LIMIT: Final = 10.0
"""Seconds a server may take to let us in."""

PROGRAM_LIMIT: Final = 3_600.0
"""Seconds a dump or its restore may take."""


class PostgresqlBackend:
    """One PostgreSQL database. Implements `storage.backend.Backend`.

    url: `postgresql://user:password@host:port/name`, with libpq's query parameters (`?host=/socket/folder`).
    """

    dialect: Dialect = POSTGRESQL
    errors: Final = DRIVER_ERRORS
    """What connections of `connect` raise, for those who may not know the driver."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._engine: AsyncEngine | None = None
        self._committers: list[PostgresqlCommitter] = []

    async def connect(self) -> Any:
        """A connection of the driver itself, in no pool: for the writer and for listening."""
        try:
            return await asyncpg.connect(self._url, timeout=CONNECT_LIMIT)
        except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            # The text of the driver's error may repeat the address with its password.
            raise Unavailable(f"PostgreSQL cannot be reached ({type(error).__name__})") from None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        # One moment for all statements, as on SQLite; the options travel with BEGIN and cost nothing.
        async with self._pool().connect() as plain:
            connection = await plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        async with self._pool().begin() as connection:
            yield connection

    @asynccontextmanager
    async def migrating(self) -> AsyncIterator[AsyncConnection]:
        async with self.writing() as connection:
            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
            yield connection

    def committer(self) -> PostgresqlCommitter:
        committer = PostgresqlCommitter(self.connect)
        self._committers.append(committer)
        return committer

    async def backup(self, target: Path) -> None:
        await self._program("pg_dump", "--format=custom", f"--file={target}")

    async def restore(self, source: Path) -> None:
        await self.close()
        await self._program(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--exit-on-error", "--single-transaction",
            str(source), into="--dbname",
        )  # fmt: skip

    async def close(self) -> None:
        for committer in self._committers:
            await committer.close()
        self._committers.clear()
        if self._engine is not None:
            await self._engine.dispose()
            self._engine = None

    def _pool(self) -> AsyncEngine:
        if self._engine is None:
            self._engine = create_async_engine(
                "postgresql+asyncpg://",
                async_creator=self.connect,
                pool_size=POOL,
                max_overflow=POOL,
                json_serializer=json_text,
            )
            event.listen(self._engine.sync_engine, "checkout", _check_open)
        return self._engine

    async def _program(self, name: str, *arguments: str, into: str = "--dbname") -> None:
        """Run one of PostgreSQL's own programs on this database. Raises Unavailable with its last line."""
        program = shutil.which(name)
        if program is None:
            raise Unavailable(f"{name} is not installed: it comes with PostgreSQL's client programs")
        address, environment = _without_password(self._url)
        process = await asyncio.create_subprocess_exec(
            program, *arguments, f"{into}={address}",
            env=environment, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(PROGRAM_LIMIT):
                _, said = await process.communicate()
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            raise
        if process.returncode:
            lines: Sequence[str] = said.decode(errors="replace").strip().splitlines() or ["no message"]
            raise Unavailable(f"{name} failed: {lines[-1]}")


def _check_open(connection: Any, _record: object, _proxy: object) -> None:
    """Before a pooled connection is handed out: one that the server ended is replaced, at no round trip."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _without_password(url: str) -> tuple[str, Mapping[str, str]]:
    """The address for a command line, which everybody on the machine can read, and the environment."""
    parts = urlsplit(url)
    environment = dict(os.environ)
    if parts.password is None:
        return url, environment
    environment["PGPASSWORD"] = parts.password
    user, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user.partition(':')[0]}@{host}").geturl(), environment
