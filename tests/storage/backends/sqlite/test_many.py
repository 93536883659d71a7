"""Inserts of many rows: the same rows, in far fewer runs of a statement."""

import sqlite3
from collections.abc import Iterator

import pytest

from switchboard.storage.backends.sqlite import many

INSERT = "INSERT INTO visit (id, note) VALUES (?, ?)"


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE visit (id INTEGER PRIMARY KEY, note TEXT)")
    yield connection
    connection.close()


def run(connection: sqlite3.Connection, sql: str, rows: list[tuple[object, ...]]) -> list[str]:
    """Run it and give the beginnings of the statements that the database ran."""
    ran: list[str] = []
    connection.set_trace_callback(ran.append)
    many.run(connection, sql, rows)
    connection.set_trace_callback(None)
    return ran


@pytest.mark.parametrize(("count", "statements"), [(1, 1), (2, 1), (3, 2), (7, 3), (32, 1), (100, 4)])
def test_rows_of_an_insert_go_in_few_statements(connection: sqlite3.Connection, count: int, statements: int) -> None:
    rows: list[tuple[object, ...]] = [(number, f"note {number}, (?, ?)") for number in range(count)]
    assert len(run(connection, INSERT, rows)) == statements
    assert connection.execute("SELECT * FROM visit ORDER BY id").fetchall() == rows


def test_what_adds_to_a_row_meets_it_twice_in_one_statement(connection: sqlite3.Connection) -> None:
    adding = INSERT + " ON CONFLICT (id) DO UPDATE SET note = visit.note || excluded.note"
    assert len(run(connection, adding, [(1, "a"), (1, "b"), (2, "c"), (1, "d")])) == 1
    assert connection.execute("SELECT * FROM visit ORDER BY id").fetchall() == [(1, "abd"), (2, "c")]


def test_any_other_statement_is_run_for_each_row(connection: sqlite3.Connection) -> None:
    run(connection, INSERT, [(1, "a"), (2, "b")])
    assert len(run(connection, "UPDATE visit SET note = ? WHERE id = ?", [("x", 1), ("y", 2)])) == 2
    assert connection.execute("SELECT * FROM visit ORDER BY id").fetchall() == [(1, "x"), (2, "y")]


def test_an_insert_with_a_constant_among_its_places_is_run_for_each_row(connection: sqlite3.Connection) -> None:
    assert len(run(connection, "INSERT INTO visit (id, note) VALUES (?, 'so')", [(1,), (2,)])) == 2
    assert connection.execute("SELECT * FROM visit ORDER BY id").fetchall() == [(1, "so"), (2, "so")]


def test_a_row_that_is_there_already_fails_all_of_its_statement(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN")
    with pytest.raises(sqlite3.IntegrityError):
        many.run(connection, INSERT, [(1, "a"), (2, "b"), (1, "c"), (3, "d")])
    connection.execute("ROLLBACK")
    assert connection.execute("SELECT count(*) FROM visit").fetchone() == (0,)
