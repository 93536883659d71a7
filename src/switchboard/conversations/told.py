"""What callers were told in flows, in the order of arrival: whose doors were open and whose were closed."""

from collections.abc import AsyncIterator, Collection
from typing import Final, NamedTuple

from sqlalchemy import and_, or_, select

from switchboard.conversations.search import SLACK
from switchboard.conversations.store import contact_step
from switchboard.kit.ids import earliest
from switchboard.storage.database import Database

AT_ONCE: Final = 500
"""Steps of a page."""


class ToldStep(NamedTuple):
    """client: an id. at: UTC epoch microseconds. flow: its key; place: of the step in it. said: the answer."""

    contact: str
    client: str
    at: int
    flow: str
    place: str
    said: str


async def told(
    database: Database, organization: str, clients: Collection[str], kind: str, since: int, until: int
) -> AsyncIterator[list[ToldStep]]:
    """Pages of the steps of this kind that contacts took in [since, until), contact by contact, each in its order."""
    of = contact_step.c
    contact, number = earliest(since - SLACK), 0
    while True:
        query = (
            select(of.contact, of.number, of.client, of.at, of.flow, of.place, of.said)
            .where(
                contact_step.c.organization == organization,
                contact_step.c.client.in_(clients),
                of.kind == kind,
                # The key is the order of time: an id is made just before its contact arrives.
                or_(of.contact > contact, and_(of.contact == contact, of.number > number)),
                of.contact < earliest(until + SLACK),
            )
            .order_by(of.contact, of.number)
            .limit(AT_ONCE)
        )
        async with database.reading() as connection:
            rows = (await connection.execute(query)).all()
        page = [
            ToldStep(row.contact, row.client, row.at, row.flow, row.place, row.said)
            for row in rows
            if since <= row.at < until
        ]
        if page:
            yield page
        if len(rows) < AT_ONCE:
            return
        contact, number = rows[-1].contact, rows[-1].number
