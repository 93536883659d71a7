"""kill -9 under load: no acknowledged entry is lost, no gap, no row that tells another story."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from support.databases import PostgresqlServer
from support.ledger import visit
from switchboard.kit.clock import SystemClock
from switchboard.storage import rows
from switchboard.storage.database import Database
from switchboard.storage.journal import Journal, JournalEntry
from switchboard.storage.writer import Batch, GroupCommitWriter

LOAD = """
import asyncio, sys
from support.ledger import visit
from switchboard.kit.clock import SystemClock
from switchboard.storage import rows
from switchboard.storage.database import Database
from switchboard.storage.journal import JournalEntry
from switchboard.storage.writer import Batch, GroupCommitWriter

async def main():
    writer = GroupCommitWriter(Database.open(sys.argv[1]), clock=SystemClock())
    seq = 0

    async def caller():
        nonlocal seq
        while True:
            seq += 1
            mine = seq
            row = rows.insert(visit, organization="o", id=str(mine))
            await writer.append(Batch("o", 1, JournalEntry("o", mine, 1, 1, b"i" * 150, b"d" * 600), rows=[row]))
            sys.stdout.write(f"{mine}\\n")
            sys.stdout.flush()

    await asyncio.gather(*(caller() for _ in range(50)))

asyncio.run(main())
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        return await server.with_tables()
    address = f"sqlite:///{tmp_path / 'switchboard.db'}"
    database = Database.open(address)
    await database.create_all()
    await database.close()
    return address


def acknowledged_before_kill(url: str, enough: int) -> list[int]:
    """Run the load, kill it in the middle of it, return what it said was saved."""
    with subprocess.Popen(
        [sys.executable, "-c", LOAD, url],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(enough)]
        process.kill()
        said += process.stdout.readlines()
    # The kill may have cut the last line in two.
    return [int(line) for line in said if line.endswith("\n")]


async def test_no_acknowledged_entry_is_lost(url: str) -> None:
    acknowledged = acknowledged_before_kill(url, random.Random().randint(200, 1_000))
    database = Database.open(url)
    kept = [entry.seq async for entry in Journal(database).read("o")]
    assert set(acknowledged) <= set(kept)
    assert kept == list(range(1, len(kept) + 1))
    async with database.reading() as connection:
        projected = set(await connection.scalars(select(visit.c.id)))
    assert projected == {str(seq) for seq in kept}
    # The next process goes on where this one stopped.
    writer = GroupCommitWriter(database, clock=SystemClock())
    following = len(kept) + 1
    await writer.append(
        Batch(
            "o",
            1,
            JournalEntry("o", following, 1, 1, b"i", b"d"),
            rows=[rows.insert(visit, organization="o", id=str(following))],
        )
    )
    await writer.close()
    await database.close()
