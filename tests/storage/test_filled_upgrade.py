"""A database of the first version, with rows in every table, is brought to today's without losing any."""

from pathlib import Path
from typing import Any, Final

import pytest
from alembic import command
from sqlalchemy import JSON, Boolean, Column, Connection, Integer, LargeBinary, MetaData, Table, func, select, update

from support.databases import PostgresqlServer
from switchboard.storage import migrate

FIRST: Final = "e569bc232961"
ROWS: Final = 3


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'switchboard.db'}"
    import asyncio

    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    return asyncio.run(server.empty())


def value_of(column: "Column[Any]", number: int) -> Any:
    """Something that a column of this type takes; rows of one number belong together in all tables."""
    kind = column.type
    if isinstance(kind, JSON):
        return []
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer):
        return number
    return b"x" if isinstance(kind, LargeBinary) else f"text {number}"


def fill(connection: Connection) -> None:
    known = MetaData()
    known.reflect(connection)
    for table in known.sorted_tables:
        if table.name != "alembic_version":
            rows = [{column.name: value_of(column, number) for column in table.columns} for number in range(ROWS)]
            connection.execute(table.insert(), rows)
    # What the rows of searches are made of.
    say(connection, known.tables["customer"], "text 0", name="Jörg Müller")
    contact, address = known.tables["contact"], known.tables["contact_address"]
    connection.execute(update(address).values(value="+493023125100"))
    for number, how in enumerate(("answered", "left", "abandoned")):
        say(connection, contact, f"text {number}", how=how)
    connection.execute(known.tables["engagement"].delete())
    connection.execute(known.tables["queue_visit"].delete().where(known.tables["queue_visit"].c.id != "text 2"))
    say(connection, known.tables["queue_visit"], "text 2", how="abandoned while offered")


def say(connection: Connection, table: Table, id_: str, **values: str) -> None:
    connection.execute(update(table).where(table.c.id == id_).values(**values))


def counts(connection: Connection) -> dict[str, int]:
    known = MetaData()
    known.reflect(connection)
    return {
        name: connection.scalar(select(func.count()).select_from(table)) or 0 for name, table in known.tables.items()
    }


def test_nothing_is_lost_and_what_is_derived_is_there(url: str) -> None:
    before: dict[str, int] = {}

    def begin(connection: Connection) -> None:
        command.upgrade(migrate._config(connection), FIRST)
        fill(connection)
        before.update(counts(connection))

    migrate._run(url, begin)
    migrate.upgrade(url)

    def look(connection: Connection) -> None:
        after = counts(connection)
        assert {name: after[name] for name in before} == before
        known = MetaData()
        known.reflect(connection)
        contact, address, word = (known.tables[name] for name in ("contact", "contact_address", "customer_word"))
        ends = {row.id: row.end for row in connection.execute(select(contact.c.id, contact.c.end))}
        assert ends == {"text 0": "answered", "text 1": "lost in the menu", "text 2": "abandoned while offered"}
        assert set(connection.scalars(select(address.c.tail))) == {"001521320394"}
        assert "muller" in set(connection.scalars(select(word.c.word)))

    migrate._run(url, look)
