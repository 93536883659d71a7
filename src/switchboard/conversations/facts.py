"""The ledger in the order of arrival, page by page: what figures and reports are counted from."""

from collections.abc import AsyncIterator, Collection, Sequence
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.conversations.search import SLACK
from switchboard.conversations.store import contact, engagement, queue_visit
from switchboard.kit.ids import earliest
from switchboard.storage.database import Database

AT_ONCE: Final = 100
"""Contacts of a page: what can be counted without holding the event loop."""


class VisitFact(NamedTuple):
    """A stay in a queue that has ended; how: a `VisitEnd`. paused: microseconds during which its clock stood still."""

    id: str
    queue: str
    entered_at: int
    left_at: int
    how: str
    expected_low: int | None = None
    expected_likely: int | None = None
    expected_high: int | None = None
    paused: int | None = None


class EngagementFact(NamedTuple):
    """An agent's work; microseconds, None while it is not over. ended_by: how the talk ended, a `TalkEnd`."""

    id: str
    queue: str
    agent: str
    visit: str
    ring_time: int
    talk_time: int | None
    hold_time: int | None
    wrap_up_time: int | None
    ended_by: str | None = None


class ArrivedContact(NamedTuple):
    """A contact with what became of it so far."""

    id: str
    client: str
    arrived_at: int
    closed: bool
    visits: Sequence[VisitFact]
    engagements: Sequence[EngagementFact]


async def arrived(
    database: Database, organization: str, clients: Collection[str], since: int, until: int
) -> AsyncIterator[list[ArrivedContact]]:
    """Pages of the contacts that arrived in [since, until), the oldest first. Each page is read by itself: what
    happens meanwhile may be in the later ones."""
    after = earliest(since - SLACK)
    while True:
        async with database.reading() as connection:
            page = await _page(connection, organization, clients, since, until, after)
        if page:
            yield page
            after = page[-1].id
        if len(page) < AT_ONCE:
            return


async def _page(
    connection: AsyncConnection,
    organization: str,
    clients: Collection[str],
    since: int,
    until: int,
    after: str,
) -> list[ArrivedContact]:
    query = select(contact.c.id, contact.c.client, contact.c.arrived_at, contact.c.closed_at).where(
        contact.c.organization == organization,
        contact.c.client.in_(clients),
        # The key is the order of time: an id is made just before its contact arrives.
        contact.c.id > after,
        contact.c.id < earliest(until + SLACK),
        contact.c.arrived_at >= since,
        contact.c.arrived_at < until,
    )
    found = await connection.execute(query.order_by(contact.c.id).limit(AT_ONCE))
    rows = found.all()
    ids = [row.id for row in rows]
    visits = await _visits(connection, organization, ids)
    engagements = await _engagements(connection, organization, ids)
    return [
        ArrivedContact(
            row.id,
            row.client,
            row.arrived_at,
            row.closed_at is not None,
            visits.get(row.id, ()),
            engagements.get(row.id, ()),
        )
        for row in rows
    ]


async def _visits(
    connection: AsyncConnection, organization: str, contacts: Collection[str]
) -> dict[str, list[VisitFact]]:
    of = queue_visit.c
    query = select(
        of.contact,
        of.id,
        of.queue,
        of.entered_at,
        of.left_at,
        of.how,
        of.expected_low,
        of.expected_likely,
        of.expected_high,
        of.paused,
    ).where(queue_visit.c.organization == organization, queue_visit.c.contact.in_(contacts))
    grouped: dict[str, list[VisitFact]] = {}
    for owner, *rest in await connection.execute(query):
        grouped.setdefault(owner, []).append(VisitFact(*rest))
    return grouped


async def _engagements(
    connection: AsyncConnection, organization: str, contacts: Collection[str]
) -> dict[str, list[EngagementFact]]:
    of = engagement.c
    query = select(
        of.contact,
        of.id,
        of.queue,
        of.agent,
        of.visit,
        of.ring_time,
        of.talk_time,
        of.hold_time,
        of.wrap_up_time,
        of.ended_by,
    ).where(engagement.c.organization == organization, engagement.c.contact.in_(contacts))
    grouped: dict[str, list[EngagementFact]] = {}
    for owner, *rest in await connection.execute(query):
        grouped.setdefault(owner, []).append(EngagementFact(*rest))
    return grouped
