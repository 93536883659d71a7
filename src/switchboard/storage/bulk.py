"""Very many rows into a SQLite file that nobody else uses yet: for benches, never for what must not be lost.

    async with filling(path) as fill:
        for changes in batches:
            await fill.add(left_by(changes))

The tables that are filled lose their indexes first and get them back at the end, each in one go, and no commit waits
for the disk.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.storage.backends.sqlite.backend import SqliteBackend
from switchboard.storage.compiled import Compiler, together
from switchboard.storage.database import Database
from switchboard.storage.rows import RowChange, insert

_INDEXES: Final = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
"""Those of a table, but for the ones that its keys need."""


class Fill:
    """Adds rows, one transaction for each batch. indexes: the statements that made those which the filled tables go
    without meanwhile."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._compiler = Compiler(database.dialect)
        self._bare: set[Table] = set()
        self.indexes: list[str] = []

    async def add(self, changes: Iterable[RowChange]) -> int:
        """Make these changes, best inserts alone. Returns how many there are."""
        compiled = [self._compiler.step(change) for change in changes]
        async with self._database.transaction() as connection:
            for statement, rows in together(compiled):
                await self._strip(connection, statement.table)
                await connection.exec_driver_sql(statement.sql, rows)
        return len(compiled)

    async def _strip(self, connection: AsyncConnection, table: Table) -> None:
        if table in self._bare:
            return
        self._bare.add(table)
        for index in (await connection.exec_driver_sql(_INDEXES, (table.name,))).all():
            await connection.exec_driver_sql(f'DROP INDEX "{index.name}"')
            self.indexes.append(index.sql)


def left_by(changes: Iterable[RowChange]) -> list[RowChange]:
    """The rows that are left when all of these changes have been made, each as one insert: a row that is made and then
    changed three times costs a quarter. A table's primary key says which row is meant."""
    left: dict[tuple[Any, ...], RowChange] = {}
    for change in changes:
        table, parameters = change.table, change.parameters
        key = (table.name, *[parameters[name] for name in _key(table)])
        known = left.get(key)
        left[key] = insert(table, **(parameters if known is None else {**known.parameters, **parameters}))
    return list(left.values())


_KEYS: dict[str, list[str]] = {}


def _key(table: Table) -> list[str]:
    known = _KEYS.get(table.name)
    if known is None:
        known = _KEYS[table.name] = [column.name for column in table.primary_key]
    return known


@asynccontextmanager
async def filling(path: Path) -> AsyncIterator[Fill]:
    """See above. The tables must be there; when anything goes wrong the file is of no more use."""
    database = Database(SqliteBackend(path, durable=False))
    fill = Fill(database)
    try:
        yield fill
        # Dropping an index took away what the planner is told of it; whoever migrates tells it anew.
        async with database.backend.migrating() as connection:
            for statement in fill.indexes:
                await connection.exec_driver_sql(statement)
    finally:
        await database.close()
