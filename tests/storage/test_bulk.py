"""Rows that are written once and many together are those that their changes would have left, indexes and all."""

import random
from pathlib import Path
from typing import Any

from sqlalchemy import select

from support.clock import START, SetClock
from switchboard.app.past import Past, Place
from switchboard.conversations import store
from switchboard.storage.bulk import filling, left_by
from switchboard.storage.database import Database
from switchboard.storage.writer import Batch, GroupCommitWriter

TABLES = (store.contact, store.contact_address, store.queue_visit, store.offer, store.engagement, store.engagement_note)
INDEXES = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' ORDER BY name"
STATISTICS = "SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY tbl, idx"


def past() -> Past:
    return Past(
        organization="org",
        places=[Place("brand", ["support", "sales"])],
        agents=["ann", "ben"],
        dispositions={"support": ["solved"], "sales": ["order"]},
        contacts=60,
        until=START,
        days=2,
        choose=random.Random(7),
    )


async def held(database: Database) -> dict[str, Any]:
    async with database.reading() as connection:
        rows = {
            table.name: {
                tuple(row) for row in await connection.execute(select(*table.c).with_only_columns(*plain(table)))
            }
            for table in TABLES
        }
        indexes = [tuple(row) for row in await connection.exec_driver_sql(INDEXES)]
        statistics = [tuple(row) for row in await connection.exec_driver_sql(STATISTICS)]
    return {"rows": rows, "indexes": indexes, "statistics": statistics}


def plain(table: Any) -> list[Any]:
    """The columns whose values can stand in a set."""
    return [column for column in table.c if column.name not in ("why", "sound") or table is store.contact]


async def test_a_filled_file_is_as_the_writer_would_have_left_it(tmp_path: Path) -> None:
    files = {name: tmp_path / f"{name}.db" for name in ("written", "filled")}
    for file in files.values():
        database = Database.open(f"sqlite:///{file}")
        await database.migrate()
        await database.close()
    database = Database.open(f"sqlite:///{files['written']}")
    writer = GroupCommitWriter(database, clock=SetClock())
    for changes in past().rows():
        await writer.append(Batch("org", START, rows=changes))
    await writer.close()
    written = await held(database)
    await database.close()
    count = 0
    async with filling(files["filled"]) as fill:
        for changes in past().rows():
            count += await fill.add(left_by(changes))
    database = Database.open(f"sqlite:///{files['filled']}")
    filled = await held(database)
    await database.close()
    assert len(written["rows"]["contact"]) == 60
    assert count >= sum(len(rows) for rows in filled["rows"].values())
    assert filled == written
