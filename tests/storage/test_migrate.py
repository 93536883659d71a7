"""Migrations: forward, all or nothing, and written from the difference between the code and a database."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Table, inspect

from support.databases import PostgresqlServer
from switchboard.kit.errors import Unavailable
from switchboard.storage import migrate
from switchboard.storage.database import Database
from switchboard.storage.schema import Document, Text, metadata


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'switchboard.db'}"
    import asyncio

    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    return asyncio.run(server.empty())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Migrations of its own for the test: the environment of the product and no revisions."""
    copy = tmp_path / "migrations"
    (copy / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako"):
        (copy / name).write_text((migrate.FOLDER / name).read_text())
    monkeypatch.setattr(migrate, "FOLDER", copy)
    return copy


@contextlib.contextmanager
def new_table() -> Iterator[Table]:
    """A table that the code has for the length of the block."""
    table = Table("test_colour", metadata, Column("organization", Text, primary_key=True), Column("why", Document))
    try:
        yield table
    finally:
        metadata.remove(table)


def tables(url: str) -> set[str]:
    found: set[str] = set()
    migrate._run(url, lambda connection: found.update(inspect(connection).get_table_names()))
    return found


def test_from_nothing_to_the_code_and_on(url: str, folder: Path) -> None:
    first = migrate.make_revision(url, "the beginning")
    assert "def upgrade" in first.read_text()
    assert "def downgrade" not in first.read_text()
    assert migrate.check(url) != (), "the database is still empty"
    migrate.upgrade(url)
    assert migrate.check(url) == []
    assert set(metadata.tables) <= tables(url)

    with new_table():
        assert "test_colour" in str(migrate.check(url))
        second = migrate.make_revision(url, "queues get a colour")
        migrate.upgrade(url)
        assert migrate.check(url) == []
    assert migrate.newest() is not None
    assert second != first
    assert "test_colour" in tables(url)
    migrate.upgrade(url)


def test_a_migration_that_fails_leaves_the_database_as_it_was(url: str, folder: Path) -> None:
    with new_table():
        revision = migrate.make_revision(url, "breaks")
    revision.write_text(revision.read_text() + "    raise LookupError\n")
    with pytest.raises(LookupError):
        migrate.upgrade(url)
    assert tables(url) <= {"alembic_version"}


def test_a_database_of_a_newer_version_is_refused(url: str, folder: Path) -> None:
    with new_table():
        revision = migrate.make_revision(url, "from the future")
    migrate.upgrade(url)
    revision.unlink()
    with pytest.raises(Unavailable, match="newer version"):
        migrate.upgrade(url)


async def test_a_running_process_migrates_its_own_database(folder: Path) -> None:
    database = Database.open("sqlite://")
    await database.migrate()
    async with database.reading() as connection:
        assert await connection.run_sync(lambda plain: inspect(plain).get_table_names()) is not None
    await database.close()
