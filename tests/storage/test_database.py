"""Reading and transactions mean the same on SQLite and PostgreSQL."""

import asyncio

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from switchboard.kit.errors import Invalid
from switchboard.storage.database import Database
from switchboard.storage.journal import journal_snapshot as table


def row(seq: int, body: bytes = b"x") -> dict[str, object]:
    return {"organization": "o", "seq": seq, "format": 1, "body": body}


async def count(database: Database) -> int:
    async with database.reading() as connection:
        return await connection.scalar(select(func.count()).select_from(table).where(table.c.organization == "o"))


async def test_a_transaction_is_saved_when_its_block_ends(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(table.insert().values(row(1)))
        assert await count(database) == 0
    assert await count(database) == 1


async def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    told: list[str] = []

    async def fail() -> None:
        async with database.transaction() as connection:
            database.after_commit(connection, lambda: told.append("saved"))
            await connection.execute(table.insert().values(row(1)))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await count(database) == 0
    assert told == []


async def test_those_who_wait_for_the_commit_are_told_after_it(database: Database) -> None:
    told: list[str] = []
    async with database.transaction() as connection:
        database.after_commit(connection, lambda: told.append("saved"))
        await connection.execute(table.insert().values(row(1)))
        assert told == []
    assert told == ["saved"]


async def test_reading_sees_one_moment(database: Database) -> None:
    async with database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(table)) == 0
        async with database.transaction() as writing:
            await writing.execute(table.insert().values(row(1)))
        assert await connection.scalar(select(func.count()).select_from(table)) == 0
    assert await count(database) == 1


async def test_reading_cannot_write(database: Database) -> None:
    async with database.reading() as connection:
        with pytest.raises(DBAPIError):
            await connection.execute(table.insert().values(row(1)))
    async with database.transaction() as connection:
        await connection.execute(table.insert().values(row(1)))


async def test_transactions_at_the_same_time_all_succeed(database: Database) -> None:
    async def add(seq: int) -> None:
        async with database.transaction() as connection:
            await connection.execute(table.insert().values(row(seq)))

    await asyncio.gather(*(add(seq) for seq in range(20)))
    assert await count(database) == 20


async def test_a_transaction_inside_a_transaction_is_an_error_and_no_deadlock(database: Database) -> None:
    async with database.transaction():
        with pytest.raises(RuntimeError):
            async with database.transaction():
                pass
        # Another task is not inside it, though it inherits our context.
        assert not await asyncio.create_task(_inside(database))


async def _inside(database: Database) -> bool:
    return database.in_transaction()


async def test_upsert_changes_what_is_there(database: Database) -> None:
    for body in (b"first", b"second"):
        async with database.transaction() as connection:
            await connection.execute(database.dialect.upsert(table, row(1, body)))
    async with database.reading() as connection:
        assert await connection.scalar(select(table.c.body)) == b"second"


async def test_upsert_that_changes_nothing_leaves_what_is_there(database: Database) -> None:
    for body in (b"first", b"second"):
        async with database.transaction() as connection:
            await connection.execute(database.dialect.upsert(table, row(1, body), change=()))
    async with database.reading() as connection:
        assert await connection.scalar(select(table.c.body)) == b"first"


async def test_upsert_of_several_rows(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(database.dialect.upsert(table, [row(1), row(2)]))
        await connection.execute(database.dialect.upsert(table), [row(2, b"new"), row(3, b"new")])
    async with database.reading() as connection:
        found = await connection.execute(select(table.c.seq, table.c.body).order_by(table.c.seq))
        assert [tuple(one) for one in found] == [(1, b"x"), (2, b"new"), (3, b"new")]


@pytest.mark.parametrize("url", ["", "mysql://x/y", "nonsense"])
def test_an_address_that_is_none_is_named(url: str) -> None:
    with pytest.raises(Invalid) as caught:
        Database.open(url)
    assert caught.value.field == "database"
