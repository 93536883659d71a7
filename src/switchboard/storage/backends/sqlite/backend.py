"""SQLite in one file: WAL, synchronous=FULL, foreign keys; writers take turns inside the process."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy import AsyncAdaptedQueuePool
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from switchboard.kit.errors import Conflict, Invalid, Unavailable
from switchboard.storage.backends.sqlite.committer import SqliteCommitter
from switchboard.storage.backends.sqlite.driver import Connection
from switchboard.storage.backends.sqlite.statistics import tell_the_planner
from switchboard.storage.backends.sqlite.thread import SqliteThread
from switchboard.storage.dialect import SQLITE, Dialect, json_text

BUSY: Final = 5_000
"""Milliseconds to wait for a writer of another process."""

STATEMENTS: Final = 512
"""Prepared statements each connection keeps."""

LOG_PAGES: Final = 4_000
"""Pages (of 4 KiB) in the log before they are copied into the file: the busiest pages are then copied once in many
commits. What a start has to read after a crash grows with it: 16 MB."""

CACHE_KIB: Final = 16_384
"""Memory for pages, each connection: the ends of all trees that calls write to."""

MAPPED: Final = 2_147_418_112
"""Bytes of the file that those who read see as memory, the most that SQLite allows: no call and no copy for each page.
Whoever writes does not: what he changes goes into the log first."""

NO_PRAGMAS: Final[Mapping[str, str]] = {}

READING: Final[Mapping[str, str]] = {"query_only": "ON", "mmap_size": str(MAPPED)}

READERS: Final = 4
"""Connections that read at the same time; each has a thread."""


class Turns:
    """Who may write: one at a time. The group-commit writer waits for at most one transaction of a request.

    Requests queue for `_cold` first, so that only one of them at a time stands in the queue for `hot`.
    """

    def __init__(self) -> None:
        self.hot = asyncio.Lock()
        self._cold = asyncio.Lock()

    @asynccontextmanager
    async def cold(self) -> AsyncIterator[None]:
        async with self._cold, self.hot:
            yield


class SqliteBackend:
    """One SQLite file. Implements `storage.backend.Backend`."""

    dialect: Dialect = SQLITE

    def __init__(self, path: Path, *, durable: bool = True, folder: Path | None = None) -> None:
        """durable: whether a commit waits for the disk. folder: taken away on close."""
        self.path = path
        self._durable = durable
        self._folder = folder
        self._turns = Turns()
        self._engines: dict[str, AsyncEngine] = {}
        self._committers: list[SqliteCommitter] = []

    @classmethod
    def at(cls, path: str | None) -> Self:
        """The file at `path`; without one a private file that lives as long as this object is open."""
        if path and path != ":memory:":
            return cls(Path(path))
        folder = Path(tempfile.mkdtemp(prefix="switchboard-"))
        return cls(folder / "private.db", durable=False, folder=folder)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        async with self._engine("reading", "BEGIN", READING).connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        async with self._turns.cold(), self._engine("writing", "BEGIN IMMEDIATE", {}).begin() as connection:
            yield connection

    @asynccontextmanager
    async def migrating(self) -> AsyncIterator[AsyncConnection]:
        # Changing a table on SQLite means copying it and dropping the old one, which must not cascade.
        engine = self._engine("migrating", "BEGIN IMMEDIATE", {"foreign_keys": "OFF"})
        async with self._turns.cold(), engine.begin() as connection:
            yield connection
            await connection.run_sync(tell_the_planner)
            broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).fetchall()
            if broken:
                tables = ", ".join(sorted({row[0] for row in broken}))
                raise Conflict(f"The migration would leave rows without their parents in {tables}")

    def committer(self) -> SqliteCommitter:
        thread = SqliteThread(self._connect, name="group-commit")
        committer = SqliteCommitter(thread, self._turns.hot)
        self._committers.append(committer)
        return committer

    async def backup(self, target: Path) -> None:
        try:
            await asyncio.to_thread(self._backup, target)
        except sqlite3.Error as error:
            raise Unavailable(f"{target} cannot be written: {error}") from None

    async def restore(self, source: Path) -> None:
        await self.close()
        await asyncio.to_thread(self._restore, source)

    async def close(self) -> None:
        for committer in self._committers:
            await committer.close()
        self._committers.clear()
        for engine in self._engines.values():
            await engine.dispose()
        self._engines.clear()
        if self._folder is not None:
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    def _engine(self, purpose: str, begin: str, pragmas: Mapping[str, str]) -> AsyncEngine:
        """The engine for one purpose: they differ in pragmas and in how a transaction begins."""
        if purpose not in self._engines:

            async def connection() -> Any:
                return Connection(lambda: self._connect(pragmas), begin=begin)

            self._engines[purpose] = create_async_engine(
                "sqlite+aiosqlite://",
                async_creator=connection,
                poolclass=AsyncAdaptedQueuePool,
                pool_size=READERS if purpose == "reading" else 1,
                max_overflow=0,
                json_serializer=json_text,
            )
        return self._engines[purpose]

    def _connect(self, pragmas: Mapping[str, str] = NO_PRAGMAS) -> sqlite3.Connection:
        """A connection of the driver itself. Transactions begin where we say so, not where it thinks best."""
        connection = sqlite3.connect(
            self.path, isolation_level=None, cached_statements=STATEMENTS, check_same_thread=False
        )
        wanted = {
            "busy_timeout": str(BUSY),
            "journal_mode": "WAL",
            "synchronous": "FULL" if self._durable else "OFF",
            "foreign_keys": "ON",
            "temp_store": "MEMORY",
            "wal_autocheckpoint": str(LOG_PAGES),
            "cache_size": str(-CACHE_KIB),
            **pragmas,
        }
        for name, value in wanted.items():
            connection.execute(f"PRAGMA {name}={value}")
        return connection

    def _backup(self, target: Path) -> None:
        with (
            contextlib.closing(self._connect()) as source,
            contextlib.closing(sqlite3.connect(target)) as copy,
        ):
            # All pages in one step: a copy of one moment, and in WAL mode no writer waits for it.
            source.backup(copy, pages=-1)

    def _restore(self, source: Path) -> None:
        check(source)
        fresh = self.path.with_suffix(".restoring")
        shutil.copyfile(source, fresh)
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        # What the old file's log holds goes into it first: should we be stopped now, it is still whole.
        # An old file that is damaged may be why somebody restores.
        with contextlib.suppress(sqlite3.Error), contextlib.closing(self._connect()) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        # Before the new file is there: SQLite would play an old log into it.
        for leftover in (f"{self.path}-wal", f"{self.path}-shm"):
            Path(leftover).unlink(missing_ok=True)
        fresh.replace(self.path)


def check(path: Path) -> None:
    """Raises Invalid when the file is not a whole SQLite database of ours."""
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            verdict = connection.execute("PRAGMA quick_check").fetchone()[0]
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    except sqlite3.Error as error:
        raise Invalid(f"{path} is not a readable backup: {error}", field="source") from None
    if verdict != "ok":
        raise Invalid(f"{path} is damaged: {verdict}", field="source")
    if "journal" not in tables:
        raise Invalid(f"{path} is not a backup of Switchboard", field="source")
