"""Reading the journal back, and its snapshots."""

import pytest
from sqlalchemy import select

from switchboard.kit.clock import SystemClock
from switchboard.storage import journal as module
from switchboard.storage.database import Database
from switchboard.storage.journal import Journal, JournalEntry, Snapshot, journal_snapshot
from switchboard.storage.writer import Batch, GroupCommitWriter


async def write(database: Database, organization: str, count: int) -> None:
    writer = GroupCommitWriter(database, clock=SystemClock())
    for seq in range(1, count + 1):
        last = writer.submit(Batch(organization, seq, JournalEntry(organization, seq, seq, 1, b"i", b"d")))
    await last
    await writer.close()


async def test_an_empty_journal(database: Database) -> None:
    journal = Journal(database)
    assert [entry async for entry in journal.read("o")] == []
    assert await journal.last_seq("o") == 0
    assert await journal.latest_snapshot("o") is None


async def test_reading_goes_over_pages_and_stays_in_the_organization(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 3)
    await write(database, "o", 7)
    await write(database, "other", 2)
    journal = Journal(database)
    assert [entry.seq async for entry in journal.read("o")] == [1, 2, 3, 4, 5, 6, 7]
    assert [entry.seq async for entry in journal.read("o", after_seq=4)] == [5, 6, 7]
    assert [entry.seq async for entry in journal.read("other")] == [1, 2]
    assert await journal.last_seq("o") == 7


async def test_the_newest_snapshot_in_a_known_format_is_found(database: Database) -> None:
    journal = Journal(database)
    await journal.save_snapshot("o", 10, 1, b"old format")
    await journal.save_snapshot("o", 20, 2, b"new format")
    await journal.save_snapshot("other", 30, 1, b"other")
    assert await journal.latest_snapshot("o") == Snapshot(20, 2, b"new format")
    assert await journal.latest_snapshot("o", {1}) == Snapshot(10, 1, b"old format")
    assert await journal.latest_snapshot("o", {3}) is None


async def test_two_snapshots_are_kept_and_one_may_be_saved_again(database: Database) -> None:
    journal = Journal(database)
    for seq, body in ((1, b"a"), (2, b"b"), (3, b"c"), (3, b"d")):
        await journal.save_snapshot("o", seq, 1, body)
    async with database.reading() as connection:
        kept = await connection.execute(
            select(journal_snapshot.c.seq, journal_snapshot.c.body).order_by(journal_snapshot.c.seq)
        )
        assert [tuple(row) for row in kept] == [(2, b"b"), (3, b"d")]
