"""Tables of contacts and their SQL. Functions take a connection; rows come back as mappings.

Who a contact is about stands in `contact_address` and `engagement_note`, which can be forgotten without
touching the others.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Column, Index, Select, Table, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.storage.dialect import Dialect
from switchboard.storage.schema import Document, Moment, Number, Text, metadata

Row = Mapping[str, Any]

contact: Final = Table(
    "contact",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("client", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("customer", Text),
    Column("entrance", Text),
    Column("arrived_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("how", Text),
    # The flow's own word for the end, such as "out of hours"; NULL when the flow did not end it.
    Column("why", Text),
    Index("ix_contact_arrived", "organization", "arrived_at", "id"),
    Index("ix_contact_customer", "organization", "customer", "arrived_at"),
    sqlite_with_rowid=False,
)

contact_address: Final = Table(
    "contact_address",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("contact", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("client", Text, nullable=False),
    Column("value", Text, nullable=False),
    Index("ix_contact_address_value", "organization", "client", "value"),
    sqlite_with_rowid=False,
)
"""Where a contact came from, for example kind "phone" and a number in E.164."""

contact_step: Final = Table(
    "contact_step",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("contact", Text, primary_key=True),
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("client", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("flow", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("said", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""What a customer chose or was told in a flow. number: order within the contact, from 1. flow: its key.
place: where in the document, `steps[0].menu`. kind: `menu`, `hours`, ...; said: the key with its label, the
answer, the announcement's name. Steps nobody chose (a greeting, a line) leave no row."""

queue_visit: Final = Table(
    "queue_visit",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("contact", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("priority", Number, nullable=False),
    Column("entered_at", Moment, nullable=False),
    Column("left_at", Moment, nullable=False),
    Column("how", Text, nullable=False),
    Index("ix_queue_visit_contact", "organization", "contact"),
    sqlite_with_rowid=False,
)
"""One row per visit, written when it ends; who still waits is on the Floor."""

offer: Final = Table(
    "offer",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("offer", Number, primary_key=True, autoincrement=False),
    Column("visit", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("reach", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("end", Text),
    Column("why", Document, nullable=False),
    Index("ix_offer_contact", "organization", "contact"),
    sqlite_with_rowid=False,
)
"""why: a `routing.model.Why`."""

engagement: Final = Table(
    "engagement",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("contact", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("visit", Text, nullable=False),
    Column("offer", Number, nullable=False),
    Column("role", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("ring_time", Number, nullable=False),
    Column("talk_ended_at", Moment),
    Column("ended_by", Text),
    Column("talk_time", Number),
    Column("hold_time", Number),
    Column("holds", Number),
    Column("closed_at", Moment),
    Column("wrap_up_time", Number),
    Column("wrap_up_end", Text),
    Index("ix_engagement_contact", "organization", "contact"),
    sqlite_with_rowid=False,
)
"""talk_time is without hold_time; all durations in microseconds."""

engagement_note: Final = Table(
    "engagement_note",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("engagement", Text, primary_key=True),
    Column("contact", Text, nullable=False),
    Column("client", Text, nullable=False),
    Column("disposition", Text),
    Column("note", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_engagement_note_contact", "organization", "contact"),
)
"""What an agent wrote about a contact. disposition: key of one of the queue's dispositions."""


async def one_contact(connection: AsyncConnection, organization: str, clients: Collection[str], id_: str) -> Row | None:
    """A contact of one of these clients."""
    found = await connection.execute(
        select(contact).where(
            contact.c.organization == organization, contact.c.client.in_(clients), contact.c.id == id_
        )
    )
    row = found.mappings().one_or_none()
    return None if row is None else dict(row)


async def latest_contacts(
    connection: AsyncConnection,
    organization: str,
    clients: Collection[str],
    *,
    limit: int,
    before: tuple[int, str] | None = None,
    customer: str | None = None,
    queue: str | None = None,
    agent: str | None = None,
    since: int | None = None,
    until: int | None = None,
) -> Sequence[Row]:
    """Contacts that arrived in [since, until), the newest first, older than the cursor `before`
    (arrived_at, id); only those of a customer, that stood in a queue, that an agent talked to."""
    query = select(contact).where(contact.c.organization == organization, contact.c.client.in_(clients))
    if before is not None:
        at, id_ = before
        query = query.where(or_(contact.c.arrived_at < at, and_(contact.c.arrived_at == at, contact.c.id < id_)))
    if customer is not None:
        query = query.where(contact.c.customer == customer)
    if since is not None:
        query = query.where(contact.c.arrived_at >= since)
    if until is not None:
        query = query.where(contact.c.arrived_at < until)
    query = _touched_by(query, organization, queue, agent)
    found = await connection.execute(query.order_by(contact.c.arrived_at.desc(), contact.c.id.desc()).limit(limit))
    return [dict(row) for row in found.mappings()]


def _touched_by(query: Select[Any], organization: str, queue: str | None, agent: str | None) -> Select[Any]:
    if queue is not None:
        query = query.where(
            exists().where(
                queue_visit.c.organization == organization,
                queue_visit.c.contact == contact.c.id,
                queue_visit.c.queue == queue,
            )
        )
    if agent is not None:
        query = query.where(
            exists().where(
                engagement.c.organization == organization,
                engagement.c.contact == contact.c.id,
                engagement.c.agent == agent,
            )
        )
    return query


async def addresses(
    connection: AsyncConnection, organization: str, clients: Collection[str], contacts: Collection[str]
) -> dict[str, str]:
    """contact -> where it came from."""
    found = await connection.execute(
        select(contact_address.c.contact, contact_address.c.value).where(
            contact_address.c.organization == organization,
            contact_address.c.client.in_(clients),
            contact_address.c.contact.in_(contacts),
        )
    )
    return {row.contact: row.value for row in found}


async def visits(connection: AsyncConnection, organization: str, contacts: Collection[str]) -> Sequence[Row]:
    """Finished visits of these contacts, in order."""
    found = await connection.execute(
        select(queue_visit)
        .where(queue_visit.c.organization == organization, queue_visit.c.contact.in_(contacts))
        .order_by(queue_visit.c.entered_at, queue_visit.c.id)
    )
    return [dict(row) for row in found.mappings()]


async def steps(
    connection: AsyncConnection, organization: str, clients: Collection[str], contacts: Collection[str]
) -> Sequence[Row]:
    """What these contacts chose or were told in flows, in order."""
    found = await connection.execute(
        select(contact_step)
        .where(
            contact_step.c.organization == organization,
            contact_step.c.client.in_(clients),
            contact_step.c.contact.in_(contacts),
        )
        .order_by(contact_step.c.contact, contact_step.c.number)
    )
    return [dict(row) for row in found.mappings()]


async def offers(connection: AsyncConnection, organization: str, contacts: Collection[str]) -> Sequence[Row]:
    """Offers of these contacts, in order."""
    found = await connection.execute(
        select(offer).where(offer.c.organization == organization, offer.c.contact.in_(contacts)).order_by(offer.c.offer)
    )
    return [dict(row) for row in found.mappings()]


async def engagements(connection: AsyncConnection, organization: str, contacts: Collection[str]) -> Sequence[Row]:
    """Engagements of these contacts, in order."""
    found = await connection.execute(
        select(engagement)
        .where(engagement.c.organization == organization, engagement.c.contact.in_(contacts))
        .order_by(engagement.c.opened_at, engagement.c.id)
    )
    return [dict(row) for row in found.mappings()]


async def notes(
    connection: AsyncConnection, organization: str, clients: Collection[str], contacts: Collection[str]
) -> dict[str, Row]:
    """engagement -> what was written about it."""
    found = await connection.execute(
        select(engagement_note).where(
            engagement_note.c.organization == organization,
            engagement_note.c.client.in_(clients),
            engagement_note.c.contact.in_(contacts),
        )
    )
    return {row["engagement"]: dict(row) for row in found.mappings()}


async def put_note(connection: AsyncConnection, dialect: Dialect, values: Row) -> None:
    """Write or overwrite the note of an engagement; only the given columns of one already there."""
    await connection.execute(dialect.upsert(engagement_note, values))
