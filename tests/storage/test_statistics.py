"""SQLite looks things up in the index that was made for it, from the first row on."""

from switchboard.conversations import store
from switchboard.storage.backends.sqlite.statistics import statistics
from switchboard.storage.database import Database


async def test_what_belongs_to_a_contact_is_looked_up(sqlite_database: Database) -> None:
    async with sqlite_database.reading() as connection:
        for table in (store.queue_visit, store.offer, store.engagement, store.engagement_note):
            sql = f"SELECT * FROM {table.name} WHERE organization = 'o' AND contact IN ('a', 'b')"
            (step,) = [row[3] for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
            assert f"USING INDEX ix_{table.name}_contact (organization=? AND contact=?)" in step


def test_a_line_of_statistics() -> None:
    assert statistics(["organization", "queue", "contact"], unique=False) == "1000000 1000000 50000 4"
    assert statistics(["organization", "id"], unique=True) == "1000000 1000000 1"
