"""The tables of call-backs and their SQL. Functions take a connection."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Index, RowMapping, Table, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.outbound.callbacks.model import OPEN, Callback, CallbackState, Outcome, Search
from switchboard.storage.database import Database
from switchboard.storage.schema import Blob, Moment, Number, Text, metadata

callback: Final = Table(
    "callback",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("client", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("number", Text),
    Column("customer", Text),
    Column("language", Text, nullable=False),
    Column("entrance", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("place", Moment, nullable=False),
    Column("priority", Number, nullable=False),
    Column("queued", Blob, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("since", Moment, nullable=False),
    Column("attempts", Number, nullable=False),
    Column("outcome", Text),
    Column("asked_in", Text),
    Column("asked_by", Text),
    Column("contact", Text),
    Column("note", Text),
    Index("ix_callback_state", "organization", "state", "asked_at"),
)
"""One row per call-back: a `model.Callback`. Its number is in no journal, and may be taken out when it is over."""

callback_contact: Final = Table(
    "callback_contact",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("contact", Text, primary_key=True),
    Column("client", Text, nullable=False),
    Column("callback", Text, nullable=False),
    Index("ix_callback_contact_callback", "organization", "callback"),
)
"""The contacts of a call-back: the one in which it was asked for, and each that stood in line or was called for it."""

_COLUMNS: Final = tuple(callback.c[name] for name in Callback.__dataclass_fields__)


def _read(row: RowMapping) -> Callback:
    values: dict[str, Any] = {**row}
    outcome = values["outcome"]
    typed = {"state": CallbackState(values["state"]), "outcome": None if outcome is None else Outcome(outcome)}
    return Callback(**(values | typed))


def _write(one: Callback) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Callback.__dataclass_fields__}


async def add(connection: AsyncConnection, one: Callback) -> None:
    await connection.execute(insert(callback).values(**_write(one)))
    if one.asked_in is not None:
        await join(connection, one, one.asked_in)


async def save(connection: AsyncConnection, one: Callback) -> None:
    """Everything of it as it is now."""
    table = callback
    await connection.execute(
        update(table)
        .where(table.c.organization == one.organization, table.c.client == one.client, table.c.id == one.id)
        .values(**_write(one))
    )


async def join(connection: AsyncConnection, one: Callback, contact: str) -> None:
    """This contact belongs to it."""
    values = {"organization": one.organization, "contact": contact, "client": one.client, "callback": one.id}
    await connection.execute(insert(callback_contact).values(**values))


async def open_ones(connection: AsyncConnection, organization: str) -> list[Callback]:
    """All that are not over, whatever their client: the center makes them."""
    found = await connection.execute(
        select(*_COLUMNS).where(
            callback.c.organization == organization, callback.c.state.in_([state.value for state in OPEN])
        )
    )
    return [_read(row) for row in found.mappings()]


async def some(
    connection: AsyncConnection, organization: str, search: Search, *, limit: int, after: str | None = None
) -> list[Callback]:
    """Those that are looked for, the latest first. after: id of the last one of the page before."""
    given: dict[str, ColumnElement[bool]] = {
        "queue": callback.c.queue == search.queue,
        "asked_by": callback.c.asked_by == search.asked_by,
        "digits": callback.c.number.endswith(search.digits or "", autoescape=True),
    }
    found = await connection.execute(
        select(*_COLUMNS)
        .where(
            callback.c.organization == organization,
            callback.c.client.in_(search.clients),
            callback.c.state.in_([state.value for state in search.states]),
            *(condition for name, condition in given.items() if getattr(search, name) is not None),
            *(() if after is None else (callback.c.id < after,)),
        )
        # Ids sort by the time at which they were made, which is when it was asked for.
        .order_by(callback.c.id.desc())
        .limit(limit)
    )
    return [_read(row) for row in found.mappings()]


async def one(connection: AsyncConnection, organization: str, clients: Collection[str], id_: str) -> Callback | None:
    found = await connection.execute(
        select(*_COLUMNS).where(
            callback.c.organization == organization, callback.c.client.in_(clients), callback.c.id == id_
        )
    )
    row = found.mappings().one_or_none()
    return None if row is None else _read(row)


async def joined(
    connection: AsyncConnection, organization: str, clients: Collection[str], contact: str
) -> list[tuple[str, str]]:
    """(call-back, contact) of every contact that belongs to the same call-backs as this one, itself included."""
    table = callback_contact
    mine = select(table.c.callback).where(
        table.c.organization == organization, table.c.client.in_(clients), table.c.contact == contact
    )
    found = await connection.execute(
        select(table.c.callback, table.c.contact)
        .where(table.c.organization == organization, table.c.client.in_(clients), table.c.callback.in_(mine))
        .order_by(table.c.contact)
    )
    return [(row[0], row[1]) for row in found]


async def forget(connection: AsyncConnection, organization: str, client: str, queue: str, before: int) -> int:
    """Take number and note out of this queue's call-backs that were over before this moment; how many."""
    done = await connection.execute(
        update(callback)
        .where(
            callback.c.organization == organization,
            callback.c.client == client,
            callback.c.state.not_in([state.value for state in OPEN]),
            callback.c.queue == queue,
            callback.c.since < before,
            or_(callback.c.number.is_not(None), callback.c.note.is_not(None)),
        )
        .values(number=None, note=None)
    )
    return done.rowcount


async def forget_customer(
    connection: AsyncConnection, organization: str, client: str, customer: str, numbers: Collection[str]
) -> None:
    """Take number and note out of every call-back of this customer, or of one of these numbers."""
    await connection.execute(
        update(callback)
        .where(
            callback.c.organization == organization,
            callback.c.client == client,
            or_(callback.c.customer == customer, callback.c.number.in_(numbers)),
        )
        .values(number=None, note=None)
    )


class Rows:
    """The rows of one organization's open call-backs, each change in a transaction of its own."""

    def __init__(self, database: Database, organization: str) -> None:
        self._database = database
        self._organization = organization

    async def open_ones(self) -> list[Callback]:
        async with self._database.reading() as connection:
            return await open_ones(connection, self._organization)

    async def add(self, one: Callback) -> None:
        async with self._database.transaction() as connection:
            await add(connection, one)

    async def save(self, one: Callback, joins: str | None = None) -> None:
        """joins: a contact that belongs to it from now on."""
        async with self._database.transaction() as connection:
            await save(connection, one)
            if joins is not None:
                await join(connection, one, joins)
