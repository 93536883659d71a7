"""What differs between SQLite and PostgreSQL in the SQL we write; everything else is SQLAlchemy Core."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import msgspec
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.engine.interfaces import Dialect as Engine

Insert: TypeAlias = sqlite.Insert | postgresql.Insert


def json_text(value: object) -> str:
    """A JSON value as the text both databases store."""
    return msgspec.json.encode(value).decode()


@dataclass(frozen=True, slots=True)
class Dialect:
    """One database's way of saying what the SQL standard leaves open.

    name: `sqlite` or `postgresql`. insert: an INSERT that knows `on_conflict_do_update` and
    `on_conflict_do_nothing`. engine: SQLAlchemy's dialect, for compiling statements ahead.
    Claiming rows needs no method here: `UPDATE .. WHERE id IN (SELECT .. FOR UPDATE SKIP LOCKED) RETURNING`
    works on both, because SQLAlchemy leaves FOR UPDATE out on SQLite, where writers wait for one another.
    """

    name: str
    insert: Callable[[Table], Insert]
    engine: Engine = field(repr=False)

    def upsert(
        self,
        table: Table,
        values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
        *,
        key: Sequence[str] = (),
        change: Sequence[str] | None = None,
    ) -> Insert:
        """INSERT that changes the row already there instead of failing.

        values: one row, several, or None when they come with `connection.execute(statement, rows)`.
        key: columns of the unique constraint that may collide; default the primary key.
        change: columns that take the new value on a collision; default all given ones outside `key`, and
        without `values` all of the table outside `key`; () leaves the present row as it is.
        Add `.returning(...)` for the row; PostgreSQL returns none for a row left as it is.
        """
        key = tuple(key) or tuple(column.name for column in table.primary_key)
        statement = self.insert(table) if values is None else self.insert(table).values(values)
        if change is None:
            change = [name for name in _given(table, values) if name not in key]
        if not change:
            return statement.on_conflict_do_nothing(index_elements=key)
        return statement.on_conflict_do_update(
            index_elements=key, set_={name: statement.excluded[name] for name in change}
        )


def _given(table: Table, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None) -> list[str]:
    if values is None:
        return [column.name for column in table.columns]
    return list(values if isinstance(values, Mapping) else values[0])


SQLITE: Final = Dialect("sqlite", sqlite.insert, sqlite.dialect(paramstyle="qmark", json_serializer=json_text))
POSTGRESQL: Final = Dialect(
    "postgresql",
    postgresql.insert,
    asyncpg.dialect(json_serializer=json_text),  # type: ignore[no-untyped-call]  # untyped in SQLAlchemy
)
