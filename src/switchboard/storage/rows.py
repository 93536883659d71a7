"""Row changes as values: what a projection returns and the group-commit writer carries out.

    from switchboard.storage import rows

    def contact_registered(event: ContactRegistered, at: int) -> list[RowChange]:
        return [rows.insert(contact, organization=event.organization, id=event.contact, arrived_at=at)]

Each kind of change (verb, table, columns named) is compiled once per database and then costs a tuple.
All of them go by the primary key, which `organization` leads.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import msgspec
from sqlalchemy import Table, bindparam
from sqlalchemy.sql.dml import UpdateBase

from switchboard.storage.dialect import Dialect

Build: TypeAlias = Callable[[Dialect, Table, tuple[str, ...]], UpdateBase]

KEY: Final = "where__"
"""Prefix of the parameters in a WHERE: SQLAlchemy keeps the bare column names for SET."""


class RowChange(msgspec.Struct, frozen=True, gc=False):
    """One change of one row (or, for `run`, of the rows a statement names).

    build and table: what is compiled, once for each set of parameter names. parameters: column name to
    value; one spelling of their order per kind of change keeps the number of compiled statements small.
    """

    build: Build
    table: Table
    parameters: Mapping[str, Any]


def insert(table: Table, /, **values: Any) -> RowChange:
    """A new row. Fails its batch when the key exists: use it where the key is new by construction."""
    return RowChange(_insert, table, values)


def upsert(table: Table, /, **values: Any) -> RowChange:
    """A new row or, when its primary key exists, that row with the other given columns changed."""
    return RowChange(_upsert, table, values)


def update(table: Table, /, **values: Any) -> RowChange:
    """Change the given columns of the row with this primary key; no row, no change."""
    return RowChange(_update, table, values)


def delete(table: Table, /, **values: Any) -> RowChange:
    """Take away the row with this primary key; no row, no change."""
    return RowChange(_delete, table, values)


def add(table: Table, /, **values: Any) -> RowChange:
    """Add the given numbers to the row with this primary key, making it when it is not there (rollups)."""
    return RowChange(_add, table, values)


def run(statement: UpdateBase, table: Table, /, **parameters: Any) -> RowChange:
    """Any other change: a statement made once at import, with a `bindparam` for each parameter.

    Name its parameters differently from the columns it sets (SQLAlchemy keeps those for itself).
    """
    return RowChange(_Prepared(statement), table, parameters)


def columns_set(build: Build, table: Table, names: tuple[str, ...]) -> frozenset[str] | None:
    """The columns that an `update` changes; None for any other kind of change."""
    return frozenset(names).difference(_keys(table)) if build is _update else None


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Wraps a finished statement as a `Build`; equal only for the same statement object."""

    statement: UpdateBase

    def __call__(self, _dialect: Dialect, _table: Table, _names: tuple[str, ...]) -> UpdateBase:
        return self.statement


def _keys(table: Table) -> list[str]:
    return [column.name for column in table.primary_key]


def _insert(dialect: Dialect, table: Table, names: tuple[str, ...]) -> UpdateBase:
    return dialect.insert(table).values({name: bindparam(name, type_=table.c[name].type) for name in names})


def _upsert(dialect: Dialect, table: Table, names: tuple[str, ...]) -> UpdateBase:
    return dialect.upsert(table, {name: bindparam(name, type_=table.c[name].type) for name in names})


def _add(dialect: Dialect, table: Table, names: tuple[str, ...]) -> UpdateBase:
    key = _keys(table)
    statement = dialect.insert(table).values({name: bindparam(name, type_=table.c[name].type) for name in names})
    sums = {name: table.c[name] + statement.excluded[name] for name in names if name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=sums)


def _update(_dialect: Dialect, table: Table, names: tuple[str, ...]) -> UpdateBase:
    key = _keys(table)
    changed = {table.c[name]: bindparam(name, type_=table.c[name].type) for name in names if name not in key}
    return table.update().where(*_by_key(table)).values(changed)


def _delete(_dialect: Dialect, table: Table, _names: tuple[str, ...]) -> UpdateBase:
    return table.delete().where(*_by_key(table))


def _by_key(table: Table) -> list[Any]:
    return [column == bindparam(KEY + column.name, type_=column.type) for column in table.primary_key]
