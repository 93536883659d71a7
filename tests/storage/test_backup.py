"""A backup taken while work goes on holds one moment and can be put back; a bad file changes nothing."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.databases import PostgresqlServer
from switchboard.kit.clock import SystemClock
from switchboard.kit.errors import Conflict, Invalid, NotFound, Unavailable
from switchboard.storage.backup import backup, restore
from switchboard.storage.database import Database
from switchboard.storage.journal import Journal, JournalEntry
from switchboard.storage.writer import Batch, GroupCommitWriter


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The address of a database with all tables that a test may open more than once."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'switchboard.db'}"
        database = Database.open(address)
        await database.create_all()
        await database.close()
        yield address
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    # The server's own programs: an older pg_dump on the machine refuses a newer server.
    monkeypatch.setenv("PATH", str(server.programs), prepend=os.pathsep)
    address = await server.with_tables()
    yield address
    await server.drop(address)


def entry(seq: int) -> Batch:
    return Batch("o", 1, JournalEntry("o", seq, 1, 1, b"input", b"decisions"))


async def seqs(url: str) -> list[int]:
    database = Database.open(url)
    try:
        return [one.seq async for one in Journal(database).read("o")]
    finally:
        await database.close()


async def test_a_backup_under_load_holds_one_moment(url: str, tmp_path: Path) -> None:
    database = Database.open(url)
    writer = GroupCommitWriter(database, clock=SystemClock())
    stop = asyncio.Event()

    async def load() -> int:
        seq = 0
        while not stop.is_set():
            seq += 1
            await writer.append(entry(seq))
        return seq

    loading = asyncio.create_task(load())
    while writer.stats.batches < 20:  # noqa: ASYNC110  # the load goes on while we look
        await asyncio.sleep(0)
    before = writer.stats.batches
    await backup(database, tmp_path / "kept")
    stop.set()
    written = await loading
    await writer.close()
    await database.close()
    assert len(await seqs(url)) == written

    await restore(url, tmp_path / "kept")
    kept = await seqs(url)
    assert kept == list(range(1, len(kept) + 1))
    assert before <= len(kept) <= written
    # What was put back works on.
    database = Database.open(url)
    writer = GroupCommitWriter(database, clock=SystemClock())
    await writer.append(entry(len(kept) + 1))
    await writer.close()
    await database.close()


async def test_a_backup_overwrites_nothing_and_leaves_nothing_half_done(url: str, tmp_path: Path) -> None:
    target = tmp_path / "kept"
    target.write_text("precious")
    database = Database.open(url)
    with pytest.raises(Conflict):
        await backup(database, target)
    assert target.read_text() == "precious"
    with pytest.raises(Unavailable):
        await backup(database, tmp_path / "missing" / "kept")
    await database.close()
    names = await asyncio.to_thread(lambda: [path.name for path in tmp_path.iterdir()])
    assert [name for name in names if "switchboard.db" not in name] == ["kept"]


async def test_a_backup_is_for_its_owner_only(url: str, tmp_path: Path) -> None:
    database = Database.open(url)
    await backup(database, tmp_path / "copy")
    await database.close()
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"garbage" * 1000])
async def test_a_damaged_file_changes_nothing(url: str, tmp_path: Path, content: bytes) -> None:
    database = Database.open(url)
    writer = GroupCommitWriter(database, clock=SystemClock())
    await writer.append(entry(1))
    await writer.close()
    await database.close()
    (tmp_path / "bad").write_bytes(content)
    with pytest.raises((Invalid, Unavailable)):
        await restore(url, tmp_path / "bad")
    assert await seqs(url) == [1]


async def test_a_file_that_is_not_there(url: str, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        await restore(url, tmp_path / "nothing")


async def test_a_missing_program_is_named(
    postgresql_server: PostgresqlServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database.open(postgresql_server.url("postgres"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="pg_dump is not installed"):
        await backup(database, tmp_path / "kept")
    await database.close()
