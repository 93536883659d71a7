"""Tables and queries of customers. Functions take the connection of the caller's transaction."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Column, Index, Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.customers.model import Customer, CustomerRef, Identity, Kind
from switchboard.storage.dialect import Dialect
from switchboard.storage.schema import Moment, Number, Text, metadata

FIRST: Final = 0
"""The rank of the customer whom an identity means until somebody says otherwise."""

customer: Final = Table(
    "customer",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("client", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("name", Text),
    Column("note", Text, nullable=False),
    Column("known_since", Moment, nullable=False),
)

# Several people may share an identity; they have ranks. The first rank exists once (primary key), so two
# calls of one new number that arrive at once, on whatever node, become one customer.
identity: Final = Table(
    "identity",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("client", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("rank", Number, primary_key=True),
    Column("customer", Text, nullable=False),
    Index(None, "organization", "client", "customer"),
)


async def known(
    connection: AsyncConnection, organization: str, client: str, kind: Kind, values: Sequence[str]
) -> dict[str, CustomerRef]:
    """Whom these identities mean, by value; those nobody has are left out."""
    rows = await connection.execute(
        select(identity.c.value, customer.c.id, customer.c.name, customer.c.known_since)
        .join(
            customer,
            (customer.c.organization == identity.c.organization)
            & (customer.c.client == identity.c.client)
            & (customer.c.id == identity.c.customer),
        )
        .where(
            identity.c.organization == organization,
            identity.c.client == client,
            identity.c.kind == kind.value,
            identity.c.value.in_(values),
            identity.c.rank == FIRST,
        )
    )
    return {row.value: CustomerRef(row.id, row.name, row.known_since) for row in rows}


async def claim(connection: AsyncConnection, dialect: Dialect, claims: Mapping[Identity, str]) -> set[Identity]:
    """Make each identity mean its customer (id), unless somebody was faster; those that were claimed."""
    rows = [
        {
            "organization": one.organization,
            "client": one.client,
            "kind": one.kind.value,
            "value": one.value,
            "rank": FIRST,
            "customer": id_,
        }
        # In order, so that two nodes with the same new numbers never wait for each other.
        for one, id_ in sorted(claims.items())
    ]
    statement = dialect.upsert(identity, change=()).returning(
        identity.c.organization, identity.c.client, identity.c.kind, identity.c.value
    )
    won = await connection.execute(statement, rows)
    return {Identity(row[0], row[1], Kind(row[2]), row[3]) for row in won}


async def add_customers(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(customer), list(rows))


async def customer_by_id(connection: AsyncConnection, organization: str, client: str, id_: str) -> Customer | None:
    row = (
        await connection.execute(
            select(customer.c.name, customer.c.note, customer.c.known_since).where(
                customer.c.organization == organization, customer.c.client == client, customer.c.id == id_
            )
        )
    ).one_or_none()
    if row is None:
        return None
    identities = await connection.execute(
        select(identity.c.kind, identity.c.value)
        .where(
            identity.c.organization == organization,
            identity.c.client == client,
            identity.c.customer == id_,
        )
        .order_by(identity.c.kind, identity.c.value)
    )
    pairs = tuple((Kind(one.kind), one.value) for one in identities)
    return Customer(organization, client, id_, row.name, row.note, row.known_since, pairs)


async def change_customer(connection: AsyncConnection, organization: str, client: str, id_: str, **values: Any) -> None:
    await connection.execute(
        update(customer)
        .where(customer.c.organization == organization, customer.c.client == client, customer.c.id == id_)
        .values(**values)
    )
