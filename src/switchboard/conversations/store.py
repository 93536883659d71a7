"""Tables of contacts and their SQL. Functions take a connection; rows come back as mappings.

Who a contact is about stands in `contact_address` and `engagement_note`, which can be forgotten without
touching the others.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Column, Index, Table, and_, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.conversations.model import ArrivalEnd
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
    Column("end", Text),
    Index("ix_contact_client", "organization", "client", "id"),
    Index("ix_contact_customer", "organization", "customer", "id"),
    sqlite_with_rowid=False,
)
"""how: a `ContactEnd`; end: an `ArrivalEnd`, both NULL while it goes on. Ids sort by time: the key is the order of
all contacts."""

MOST_COMMON_END: Final = ArrivalEnd.ANSWERED.value

UNCOMMON_END: Final = contact.c.end != literal(MOST_COMMON_END, literal_execute=True)
"""Written out as in the index: SQLite takes a partial index only for a condition that it finds there."""

Index(
    "ix_contact_end",
    contact.c.organization,
    contact.c.end,
    contact.c.id,
    # Most contacts are answered: they are soon found in any order, and cost this index nothing.
    sqlite_where=UNCOMMON_END,
    postgresql_where=UNCOMMON_END,
)

contact_address: Final = Table(
    "contact_address",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("contact", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("client", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("tail", Text),
    Index("ix_contact_address_tail", "organization", "client", "tail", "contact"),
    sqlite_with_rowid=False,
)
"""Where a contact came from, for example kind "phone" and a number in E.164. tail: see `decide.tail_of`."""

turned_away: Final = Table(
    "turned_away",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("minute", Moment, primary_key=True, autoincrement=False),
    Column("client", Text, primary_key=True),
    Column("why", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("count", Number, nullable=False),
    sqlite_with_rowid=False,
)
"""Arrivals that were refused and only counted, because there were many: beside those with a row in `contact`.
minute: its beginning. why: a `Refused`. source: `trunk`, `phone` or `page`."""

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
place: where in the document, `steps[0].menu`, empty for what was told in line. kind: `menu`, `hours`, ...; said: the
key with its label, the answer, the announcement's name, the reason. Steps nobody chose (a greeting, a line) leave no
row."""

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
    Column("expected_low", Number),
    Column("expected_likely", Number),
    Column("expected_high", Number),
    Column("paused", Number),
    Column("went_on", Text),
    Index("ix_queue_visit_contact", "organization", "contact"),
    Index("ix_queue_visit_queue", "organization", "queue", "contact"),
    sqlite_with_rowid=False,
)
"""One row per visit, written when it ends; who still waits is on the Floor. expected_*: microseconds that it was
expected to wait as it entered, NULL where nobody worked that out. paused: microseconds during which its clock stood
still, NULL for none; went_on: why the last of these pauses ended, when it did by itself."""

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
    Column("bad_sound_time", Number),
    Column("sound", Document),
    Index("ix_engagement_contact", "organization", "contact"),
    Index("ix_engagement_agent", "organization", "agent", "contact"),
    sqlite_with_rowid=False,
)
"""talk_time is without hold_time; all durations in microseconds. bad_sound_time: how much of the talk sounded badly;
sound: {"loss": share 0-1, "jitter": seconds, "sides": of whom it was bad}, the worst of it. Both NULL where nobody
listened to how it sounded."""

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
    Index("ix_engagement_note_disposition", "organization", "disposition", "contact"),
)
"""What an agent wrote about a contact. disposition: key of one of the queue's dispositions."""

hand_over: Final = Table(
    "hand_over",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("engagement", Text, primary_key=True),
    Column("contact", Text, nullable=False),
    Column("client", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("to_queue", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_hand_over_contact", "organization", "contact"),
)
"""Agents who handed their customer over. engagement: the talk that ended so. queue, to_queue: from where to where.
note: the agent's words for whoever takes him next."""

satisfaction: Final = Table(
    "satisfaction",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("contact", Text, primary_key=True),
    Column("client", Text, nullable=False),
    Column("score", Number, nullable=False),
    Column("lowest", Number, nullable=False),
    Column("highest", Number, nullable=False),
    Column("answered_at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
"""What a customer answered when asked how content he was. score: on the scale from lowest to highest. answered_at: when
he gave it. by, at: who told us, and when."""


async def one_contact(connection: AsyncConnection, organization: str, clients: Collection[str], id_: str) -> Row | None:
    """A contact of one of these clients."""
    found = await connection.execute(
        select(contact).where(
            contact.c.organization == organization, contact.c.client.in_(clients), contact.c.id == id_
        )
    )
    row = found.mappings().one_or_none()
    return None if row is None else dict(row)


async def of_customer(
    connection: AsyncConnection, organization: str, client: str, customer: str, limit: int
) -> Sequence[Row]:
    """A customer's contacts, the newest first."""
    found = await connection.execute(
        select(contact)
        .where(contact.c.organization == organization, contact.c.client == client, contact.c.customer == customer)
        .order_by(contact.c.id.desc())
        .limit(limit)
    )
    return [dict(row) for row in found.mappings()]


async def last_agent(
    connection: AsyncConnection, organization: str, client: str, customer: str
) -> tuple[str, int] | None:
    """(agent, when they began) of a customer's latest talk. Goes from his newest contact back to it."""
    found = await connection.execute(
        select(engagement.c.agent, engagement.c.opened_at)
        .join(contact, and_(contact.c.organization == engagement.c.organization, contact.c.id == engagement.c.contact))
        .where(contact.c.organization == organization, contact.c.client == client, contact.c.customer == customer)
        .order_by(contact.c.id.desc(), engagement.c.opened_at.desc())
        .limit(1)
    )
    row = found.one_or_none()
    return None if row is None else (row.agent, row.opened_at)


LATEST: Final = 20
"""Contacts of a customer among which is looked for the lines that he stood in: one read stays short."""


async def latest_visits(
    connection: AsyncConnection, organization: str, client: str, customer: str
) -> dict[str, tuple[int, str]]:
    """Queue -> (when he left its line last, how), of a customer's `LATEST` contacts."""
    his = (
        select(contact.c.id)
        .where(contact.c.organization == organization, contact.c.client == client, contact.c.customer == customer)
        .order_by(contact.c.id.desc())
        .limit(LATEST)
        .subquery()
    )
    found = await connection.execute(
        select(queue_visit.c.queue, queue_visit.c.left_at, queue_visit.c.how)
        .join(his, his.c.id == queue_visit.c.contact)
        .where(queue_visit.c.organization == organization)
        .order_by(queue_visit.c.left_at)
    )
    return {row.queue: (row.left_at, row.how) for row in found}


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


async def closed_work(connection: AsyncConnection, organization: str, agent: str, id_: str) -> Row | None:
    """An engagement of this agent that is over, with its contact's client."""
    found = await connection.execute(
        select(engagement.c.contact, engagement.c.queue, engagement.c.closed_at, contact.c.client)
        .join(contact, (contact.c.organization == engagement.c.organization) & (contact.c.id == engagement.c.contact))
        .where(
            engagement.c.organization == organization,
            engagement.c.id == id_,
            engagement.c.agent == agent,
            engagement.c.closed_at.is_not(None),
        )
    )
    row = found.mappings().one_or_none()
    return None if row is None else dict(row)


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


async def hand_overs(
    connection: AsyncConnection, organization: str, clients: Collection[str], contacts: Collection[str]
) -> dict[str, Row]:
    """engagement -> to which queue its customer was handed over, and with which words; the earliest first."""
    found = await connection.execute(
        select(hand_over)
        .where(
            hand_over.c.organization == organization,
            hand_over.c.client.in_(clients),
            hand_over.c.contact.in_(contacts),
        )
        .order_by(hand_over.c.at, hand_over.c.engagement)
    )
    return {row["engagement"]: dict(row) for row in found.mappings()}


async def put_note(connection: AsyncConnection, dialect: Dialect, values: Row) -> None:
    """Write or overwrite the note of an engagement; only the given columns of one already there."""
    await connection.execute(dialect.upsert(engagement_note, values))
