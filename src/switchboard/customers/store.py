"""Tables and queries of customers. Functions take the connection of the caller's transaction."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.customers.model import Customer, CustomerRef, Identity, Kind, Needs
from switchboard.storage import rows
from switchboard.storage.rows import RowChange
from switchboard.storage.schema import Document, Moment, Number, Plain, Text, metadata

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
    # Who looks after him: a person and a team, by id.
    Column("personal_agent", Text),
    Column("branch", Text),
    # What his contacts ask for on top of what flows do: skills with least levels by key, and a priority.
    Column("needs", Document),
    Column("priority", Number, nullable=False, server_default="0"),
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

customer_word: Final = Table(
    "customer_word",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("client", Text, primary_key=True),
    Column("customer", Text, primary_key=True),
    # In the order of its code points on both databases, so that a beginning of a word is a range.
    Column("word", Plain, primary_key=True),
    Index(None, "organization", "word", "client", "customer"),
    sqlite_with_rowid=False,
)
"""What a customer's name is found by: see `decide.words_known`. Gone with the name."""


_KNOWN: Final = (
    select(
        identity.c.value,
        customer.c.id,
        customer.c.name,
        customer.c.known_since,
        customer.c.personal_agent,
        customer.c.branch,
        customer.c.needs,
        customer.c.priority,
    )
    .join(
        customer,
        (customer.c.organization == identity.c.organization)
        & (customer.c.client == identity.c.client)
        & (customer.c.id == identity.c.customer),
    )
    .where(
        identity.c.organization == bindparam("organization"),
        identity.c.client == bindparam("client"),
        identity.c.kind == bindparam("kind"),
        identity.c.value.in_(bindparam("values", expanding=True)),
        identity.c.rank == FIRST,
    )
)
"""Made once: every call of somebody who is not in memory asks it."""


async def known(
    connection: AsyncConnection, organization: str, client: str, kind: Kind, values: Sequence[str]
) -> dict[str, CustomerRef]:
    """Whom these identities mean, by value; those nobody has are left out."""
    given = {"organization": organization, "client": client, "kind": kind.value, "values": list(values)}
    found = await connection.execute(_KNOWN, given)
    return {
        row.value: CustomerRef(
            row.id, row.name, row.known_since, row.personal_agent, row.branch, _needs(row.needs), row.priority
        )
        for row in found
    }


def _needs(written: Mapping[str, int] | None) -> Needs:
    return tuple(sorted(written.items())) if written else ()


def new_customer(one: Identity, ref: CustomerRef) -> list[RowChange]:
    """A customer whom this identity means first. Fails as a whole when the identity means somebody already."""
    return [
        rows.insert(
            identity,
            organization=one.organization,
            client=one.client,
            kind=one.kind.value,
            value=one.value,
            rank=FIRST,
            customer=ref.id,
        ),
        rows.insert(
            customer,
            organization=one.organization,
            client=one.client,
            id=ref.id,
            name=ref.name,
            note="",
            known_since=ref.known_since,
        ),
    ]


async def customer_by_id(connection: AsyncConnection, organization: str, client: str, id_: str) -> Customer | None:
    row = (
        await connection.execute(
            select(customer).where(
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
    return Customer(
        organization,
        client,
        id_,
        row.name,
        row.note,
        row.known_since,
        pairs,
        row.personal_agent,
        row.branch,
        _needs(row.needs),
        row.priority,
    )


async def change_customer(
    connection: AsyncConnection,
    organization: str,
    client: str,
    id_: str,
    *,
    values: Mapping[str, Any],
    before: Mapping[str, Any],
) -> bool:
    """Set `values` where the row still says `before`; False when it no longer does."""
    changed = await connection.execute(
        update(customer)
        .where(
            customer.c.organization == organization,
            customer.c.client == client,
            customer.c.id == id_,
            # `IS NOT DISTINCT FROM`: a customer without a name has NULL there.
            *(customer.c[name].is_not_distinct_from(value) for name, value in _written(before).items()),
        )
        .values(**_written(values))
    )
    return changed.rowcount > 0


def _written(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a customer as its columns have them."""
    return {name: (dict(value) or None) if name == "needs" else value for name, value in values.items()}


async def forget(connection: AsyncConnection, organization: str, client: str, id_: str) -> None:
    """The customer, what he is recognised and what he is found by."""
    whose = ((customer_word, customer_word.c.customer), (identity, identity.c.customer), (customer, customer.c.id))
    for table, its in whose:
        await connection.execute(
            delete(table).where(table.c.organization == organization, table.c.client == client, its == id_)
        )


async def put_words(
    connection: AsyncConnection, organization: str, client: str, id_: str, words: Collection[str]
) -> None:
    """Let a customer be found by these words and no others."""
    await connection.execute(
        delete(customer_word).where(
            customer_word.c.organization == organization,
            customer_word.c.client == client,
            customer_word.c.customer == id_,
        )
    )
    if words:
        key = {"organization": organization, "client": client, "customer": id_}
        await connection.execute(insert(customer_word), [key | {"word": word} for word in sorted(words)])


def new_words(organization: str, client: str, id_: str, words: Collection[str]) -> list[RowChange]:
    """What a new customer is found by."""
    return [
        rows.insert(customer_word, organization=organization, client=client, customer=id_, word=word)
        for word in sorted(words)
    ]


def with_words(organization: str, clients: Collection[str], words: Sequence[str]) -> Select[Any]:
    """Ids of the customers whose names have words that begin like all of these; one may come twice.

    The first word is looked up, the longest is the best to put there; the others are tried on what it finds.
    """
    first, *others = words
    found = select(customer_word.c.customer).where(
        customer_word.c.organization == organization, customer_word.c.client.in_(clients), _begins(customer_word, first)
    )
    return found.where(
        *(has_word(organization, customer_word.c.client, customer_word.c.customer, one) for one in others)
    )


def has_word(organization: str, client: ColumnElement[Any], id_: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    """Whether the customer that these columns name has a word that begins like this one."""
    other = customer_word.alias()
    return exists().where(
        other.c.organization == organization,
        other.c.client == client,
        other.c.customer == id_,
        _begins(other, word),
    )


def _begins(table: Any, word: str) -> ColumnElement[bool]:
    return and_(table.c.word >= word, table.c.word < word + "\U0010ffff")


async def named(
    connection: AsyncConnection, organization: str, clients: Collection[str], ids: Collection[str]
) -> dict[str, str]:
    """Customer -> name, of those that have one."""
    found = await connection.execute(
        select(customer.c.id, customer.c.name).where(
            customer.c.organization == organization,
            customer.c.client.in_(clients),
            customer.c.id.in_(ids),
            customer.c.name.is_not(None),
        )
    )
    return {row.id: row.name for row in found}
