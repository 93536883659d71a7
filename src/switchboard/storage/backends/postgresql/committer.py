"""Group commits on PostgreSQL: one connection, `executemany` per kind of change, one transaction."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeAlias

import asyncpg

from switchboard.kit.errors import Unavailable
from switchboard.storage.commit import CommitLost, Outcome, Unit
from switchboard.storage.compiled import together

Outcomes: TypeAlias = list[Exception | None]


DRIVER_ERRORS: Final = (asyncpg.PostgresError, asyncpg.InterfaceError)


class PostgresqlCommitter:
    """Implements `storage.commit.Committer`. connect: gives asyncpg's connection, again when it is lost."""

    def __init__(self, connect: Callable[[], Awaitable[Any]]) -> None:
        self._connect = connect
        self._connection: Any = None

    async def commit(self, units: Sequence[Unit]) -> Outcomes:
        try:
            connection = await self._connected()
            return await _commit(connection, units)
        except (*DRIVER_ERRORS, OSError, Unavailable) as error:
            await self.close()
            raise CommitLost(type(error).__name__) from error
        except BaseException:
            # Cancelled in the middle: what the server did is unknown, so is the connection's state.
            await self.close()
            raise

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    async def _connected(self) -> Any:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._connect()
        return self._connection


async def _commit(connection: Any, units: Sequence[Unit]) -> Outcomes:
    try:
        async with connection.transaction():
            await _apply(connection, units)
    except DRIVER_ERRORS:
        if connection.is_closed():
            raise  # perhaps while committing: nobody knows whether it is saved
        async with connection.transaction():
            return await _one_by_one(connection, units)
    return [None] * len(units)


async def _apply(connection: Any, units: Sequence[Unit]) -> None:
    for compiled, rows in together([change for unit in units for change in unit.changes]):
        if len(rows) == 1:
            await connection.execute(compiled.sql, *rows[0])
        else:
            await connection.executemany(compiled.sql, rows)


async def _one_by_one(connection: Any, units: Sequence[Unit]) -> Outcomes:
    outcome = Outcome()
    for unit in units:
        if not outcome.may_try(unit):
            continue
        try:
            async with connection.transaction():
                await _apply(connection, [unit])
        except DRIVER_ERRORS as error:
            if connection.is_closed():
                raise
            outcome.failed(unit, error)
        else:
            outcome.saved()
    return outcome.errors
