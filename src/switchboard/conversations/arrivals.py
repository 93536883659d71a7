"""The calls of one client as a carrier would list them: who called which number, from when to when."""

from collections.abc import AsyncIterator, Collection
from typing import Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.conversations import store
from switchboard.conversations.model import ContactEnd, arrival_end
from switchboard.conversations.search import SLACK
from switchboard.conversations.store import contact, turned_away
from switchboard.kit.ids import earliest
from switchboard.storage.database import Database

AT_ONCE: Final = 250
"""Calls of a page: what can be read and passed on without holding the event loop."""


class ArrivedCall(NamedTuple):
    """entrance: what was dialled. number: who called, E.164, None when hidden or forgotten. end: an `ArrivalEnd`."""

    id: str
    entrance: str | None
    number: str | None
    arrived_at: int
    closed_at: int | None
    end: str | None


class CountedArrivals(NamedTuple):
    """Refused in the minute that begins then, and only counted. end: an `ArrivalEnd`."""

    minute: int
    end: str
    callers: int


class Arrivals:
    """Reads them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def calls(
        self, organization: str, client: str, channel: str, since: int, until: int
    ) -> AsyncIterator[list[ArrivedCall]]:
        """Pages of the client's calls that arrived in [since, until), the oldest first, refused ones too."""
        after = earliest(since - SLACK)
        while True:
            async with self._database.reading() as connection:
                page = await _page(connection, organization, client, after, earliest(until + SLACK))
            kept = [call for call, of in page if of == channel and since <= call.arrived_at < until]
            if kept:
                yield kept
            if len(page) < AT_ONCE:
                return
            after = page[-1][0].id

    async def counted(self, organization: str, client: str, since: int, until: int) -> list[CountedArrivals]:
        """Refused calls of the client that have no row of their own."""
        of = turned_away.c
        query = (
            select(of.minute, of.why, func.sum(of.count).label("callers"))
            .where(turned_away.c.organization == organization, turned_away.c.client == client)
            .where(of.minute >= since, of.minute < until)
            .group_by(of.minute, of.why)
            .order_by(of.minute, of.why)
        )
        async with self._database.reading() as connection:
            found = await connection.execute(query)
            return [
                CountedArrivals(row.minute, arrival_end(ContactEnd.REFUSED, why=row.why).value, int(row.callers))
                for row in found
            ]

    async def numbers(self, organization: str, clients: Collection[str], contacts: Collection[str]) -> dict[str, str]:
        """contact -> who called."""
        async with self._database.reading() as connection:
            return await store.addresses(connection, organization, clients, contacts)


async def _page(
    connection: AsyncConnection, organization: str, client: str, after: str, before: str
) -> list[tuple[ArrivedCall, str]]:
    of = contact.c
    query = (
        select(of.id, of.channel, of.entrance, of.arrived_at, of.closed_at, of.end)
        .where(contact.c.organization == organization, contact.c.client == client)
        .where(of.id > after, of.id < before)
        .order_by(of.id)
        .limit(AT_ONCE)
    )
    rows = (await connection.execute(query)).all()
    numbers = await store.addresses(connection, organization, [client], [row.id for row in rows])
    return [
        (ArrivedCall(row.id, row.entrance, numbers.get(row.id), row.arrived_at, row.closed_at, row.end), row.channel)
        for row in rows
    ]
