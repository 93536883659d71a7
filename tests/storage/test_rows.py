"""Row changes, as the group-commit writer carries them out on both databases."""

import sqlite3
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import bindparam, select
from sqlalchemy.schema import CreateTable

from support.ledger import rollup, visit
from switchboard.kit.clock import SystemClock
from switchboard.storage import rows
from switchboard.storage.backends.sqlite import many
from switchboard.storage.compiled import Compiler, Step, together
from switchboard.storage.database import Database
from switchboard.storage.dialect import SQLITE
from switchboard.storage.rows import RowChange
from switchboard.storage.writer import Batch, GroupCommitWriter

EMPTY = {"entered_at": None, "length": None, "why": None, "answered": None}


async def apply(database: Database, *changes: RowChange) -> None:
    writer = GroupCommitWriter(database, clock=SystemClock())
    await writer.append(Batch("o", 1, rows=changes))
    await writer.close()


async def visits(database: Database) -> dict[str, dict[str, object]]:
    async with database.reading() as connection:
        found = await connection.execute(select(visit).where(visit.c.organization == "o"))
        return {row.id: {name: row._mapping[name] for name in EMPTY} for row in found}


async def test_insert_with_any_set_of_columns(database: Database) -> None:
    await apply(
        database,
        rows.insert(visit, organization="o", id="a", length=3),
        rows.insert(visit, organization="o", id="b", why={"chosen": "x", "score": 1.5}, answered=True),
    )
    assert await visits(database) == {
        "a": EMPTY | {"length": 3},
        "b": EMPTY | {"why": {"chosen": "x", "score": 1.5}, "answered": True},
    }


async def test_upsert_changes_only_the_columns_it_names(database: Database) -> None:
    await apply(
        database,
        rows.upsert(visit, organization="o", id="a", length=3),
        rows.upsert(visit, organization="o", id="a", answered=False),
    )
    assert await visits(database) == {"a": EMPTY | {"length": 3, "answered": False}}


async def test_update_and_delete_go_by_the_key(database: Database) -> None:
    await apply(
        database,
        rows.insert(visit, organization="o", id="a", length=1),
        rows.insert(visit, organization="o", id="b", length=1),
        rows.insert(visit, organization="other", id="a", length=1),
        rows.update(visit, organization="o", id="a", length=2, why=None),
        rows.update(visit, organization="o", id="nobody", length=2),
        rows.delete(visit, organization="o", id="b"),
    )
    assert await visits(database) == {"a": EMPTY | {"length": 2}}


async def test_add_makes_and_adds(database: Database) -> None:
    await apply(
        database,
        *(rows.add(rollup, organization="o", day=1, visits=1, seconds=seconds) for seconds in (5, 7)),
        rows.add(rollup, organization="o", day=2, visits=1, seconds=1),
    )
    async with database.reading() as connection:
        found = await connection.execute(select(rollup).order_by(rollup.c.day))
        assert [tuple(row) for row in found] == [("o", 1, 2, 12), ("o", 2, 1, 1)]


END_ALL = (
    visit.update()
    .where(visit.c.organization == bindparam("of", type_=visit.c.organization.type), visit.c.answered.is_(None))
    .values(answered=False, length=bindparam("most", type_=visit.c.length.type))
)


async def test_any_other_statement(database: Database) -> None:
    await apply(
        database,
        rows.insert(visit, organization="o", id="a", answered=True, length=1),
        rows.insert(visit, organization="o", id="b"),
        rows.run(END_ALL, visit, of="o", most=9),
    )
    assert await visits(database) == {
        "a": EMPTY | {"answered": True, "length": 1},
        "b": EMPTY | {"answered": False, "length": 9},
    }


async def test_a_change_that_names_no_column_is_refused_before_anything_is_taken(
    sqlite_database: Database,
) -> None:
    with pytest.raises(KeyError):
        await apply(sqlite_database, rows.insert(visit, organization="o", id="a", colour="red"))
    with pytest.raises(KeyError):
        await apply(sqlite_database, rows.update(visit, id="a", length=1))
    with pytest.raises(KeyError):
        await apply(sqlite_database, rows.run(END_ALL, visit, of="o"))


def test_each_kind_of_change_is_compiled_once() -> None:
    compiler = Compiler(SQLITE)
    first, one = compiler.step(rows.insert(visit, organization="o", id="a"))
    second, other = compiler.step(rows.insert(visit, organization="o", id="b"))
    assert first is second
    assert (one, other) == (("o", "a"), ("o", "b"))
    assert compiler.step(rows.insert(visit, organization="o", id="a", length=1))[0] is not first


CHANGES = st.lists(
    st.sampled_from(
        [
            rows.insert(visit, organization="o", id="a"),
            rows.insert(visit, organization="o", id="b", length=5),
            rows.update(visit, organization="o", id="a", length=1),
            rows.update(visit, organization="o", id="b", length=2),
            rows.update(visit, organization="o", id="a", length=3, entered_at=4),
            rows.update(visit, organization="o", id="a", entered_at=1),
            rows.update(visit, organization="o", id="b", entered_at=2),
            rows.delete(visit, organization="o", id="a"),
            rows.add(rollup, organization="o", day=1, visits=1, seconds=1),
            rows.add(rollup, organization="o", day=2, visits=1, seconds=1),
            rows.upsert(rollup, organization="o", day=1, visits=1, seconds=1),
        ]
    ),
    max_size=40,
)


@given(CHANGES)
def test_running_together_leaves_what_running_one_by_one_leaves(changes: list[RowChange]) -> None:
    compiler = Compiler(SQLITE)
    steps = [compiler.step(change) for change in changes]
    alone = left_by(Step(compiled, [row]) for compiled, row in steps)
    assert alone is None or left_by(together(steps)) == alone


def left_by(steps: Iterable[Step]) -> list[list[object]] | None:
    """What is in both tables after these steps; None when a new row was there already."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for table in (visit, rollup):
        connection.execute(str(CreateTable(table).compile(dialect=SQLITE.engine)))
    try:
        for compiled, parameters in steps:
            many.run(connection, compiled.sql, parameters)
        return [connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in (visit, rollup)]
    except sqlite3.IntegrityError:
        return None
    finally:
        connection.close()


def test_updates_of_different_columns_are_run_in_two_steps_whatever_their_order() -> None:
    compiler = Compiler(SQLITE)
    changes = [
        change
        for id_ in ("a", "b", "c")
        for change in (
            rows.update(visit, organization="o", id=id_, length=1),
            rows.update(visit, organization="o", id=id_, entered_at=2),
        )
    ]
    assert [len(step.rows) for step in together([compiler.step(change) for change in changes])] == [3, 3]
