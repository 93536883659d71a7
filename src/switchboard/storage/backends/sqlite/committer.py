"""Group commits on SQLite: one thread with its own connection, one hop there and back per group."""

import asyncio
import sqlite3
from collections.abc import Sequence
from functools import partial
from typing import Final, TypeAlias

from switchboard.storage.backends.sqlite import many
from switchboard.storage.backends.sqlite.thread import SqliteThread
from switchboard.storage.commit import CommitLost, Outcome, Unit
from switchboard.storage.compiled import together

Outcomes: TypeAlias = list[Exception | None]

UNIT_ERRORS: Final = (sqlite3.Error, OverflowError, UnicodeError)
"""What a unit's own values can cause; the last two come from the driver before SQLite sees them."""


class SqliteCommitter:
    """Implements `storage.commit.Committer`.

    turn: held while writing, so that the process's own requests and this thread never fight over the file.
    """

    def __init__(self, thread: SqliteThread, turn: asyncio.Lock) -> None:
        self._thread = thread
        self._turn = turn

    async def commit(self, units: Sequence[Unit]) -> Outcomes:
        async with self._turn:
            return await self._thread.run(partial(_commit, units))

    async def close(self) -> None:
        await self._thread.close()


def _commit(units: Sequence[Unit], connection: sqlite3.Connection) -> Outcomes:
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            _apply(connection, units)
        except UNIT_ERRORS:
            # SQLite itself gives the transaction up when the disk is full or broken.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            connection.execute("BEGIN IMMEDIATE")
            outcomes = _one_by_one(connection, units)
        else:
            outcomes = [None] * len(units)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise CommitLost(str(error)) from error
    return outcomes


def _apply(connection: sqlite3.Connection, units: Sequence[Unit]) -> None:
    for compiled, rows in together([change for unit in units for change in unit.changes]):
        many.run(connection, compiled.sql, rows)


def _one_by_one(connection: sqlite3.Connection, units: Sequence[Unit]) -> Outcomes:
    outcome = Outcome()
    for unit in units:
        if not outcome.may_try(unit):
            continue
        connection.execute("SAVEPOINT unit")
        try:
            _apply(connection, [unit])
        except UNIT_ERRORS as error:
            if not connection.in_transaction:
                raise
            connection.execute("ROLLBACK TO unit")
            outcome.failed(unit, error)
        else:
            outcome.saved()
        connection.execute("RELEASE unit")
    return outcome.errors
