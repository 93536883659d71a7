"""Looking for contacts: every question is answered from an index, and no answer reads more than so many rows.

A search goes one way (`ways`) and tries the other filters on each contact that it meets there, until the page is full.
Where hardly any contact passes, a page ends after `READ` contacts with what was found and a cursor to go on from: a
rare thing is looked for in several short steps and never in one long one.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.conversations.model import ContactEnd, arrival_end
from switchboard.conversations.store import Row, contact, turned_away
from switchboard.conversations.ways import BY_VISITS, SLACK, Search, Span, Way, bounds, way_of
from switchboard.kit.ids import earliest

__all__ = ["BY_VISITS", "SLACK", "Found", "Search", "ends", "page", "total"]

READ: Final = 5_000
"""Contacts that one page looks at, at most."""

COUNTED: Final = 50_000
"""Contacts that are counted for a total, at most, where the way tells that each is one of those looked for."""

TRIED: Final = 8_000
"""The same where each has to be looked at."""


class Found(NamedTuple):
    """rows: contacts, the newest first. after: the id to go on after, None at the end of all."""

    rows: Sequence[Row]
    after: str | None


async def page(
    connection: AsyncConnection, organization: str, search: Search, *, limit: int, after: str | None = None
) -> Found:
    """The next `limit` contacts at most; fewer with an `after` when it takes more than `READ` to find so many."""
    way = way_of(organization, search)
    span = Span(after, None if way.is_sure else await _ahead(connection, search, way, after, READ))
    rows = await _newest(connection, organization, search, way, span, limit + 1)
    if len(rows) > limit:
        return Found(rows[:limit], rows[limit - 1]["id"])
    return Found(rows, span.oldest)


async def total(connection: AsyncConnection, organization: str, search: Search) -> int | None:
    """How many there are; None when there are more than `COUNTED`, or more than `TRIED` would have to be looked at."""
    way = way_of(organization, search)
    if not way.is_sure and await _ahead(connection, search, way, None, TRIED) is not None:
        return None
    count = 0
    for ids in _ids(organization, search, way):
        few = ids.limit(COUNTED + 1).subquery()
        count += (await connection.execute(select(func.count()).select_from(few))).scalar_one()
    return None if count > COUNTED else count


async def ends(
    connection: AsyncConnection, organization: str, clients: Sequence[str], since: int, until: int
) -> dict[str | None, int]:
    """See `Conversations.ends`."""
    counts: Counter[str | None] = Counter()
    span = Search(clients=clients, since=since, until=until)
    grouped = (
        select(contact.c.end, func.count())
        .where(contact.c.organization == organization, contact.c.client.in_(clients))
        .where(*bounds(contact.c.id, span, Span()), contact.c.arrived_at >= since, contact.c.arrived_at < until)
        .group_by(contact.c.end)
    )
    for end, count in await connection.execute(grouped):
        counts[end] += count
    counted = (
        select(turned_away.c.why, func.sum(turned_away.c.count))
        .where(turned_away.c.organization == organization, turned_away.c.client.in_(clients))
        .where(turned_away.c.minute >= since, turned_away.c.minute < until)
        .group_by(turned_away.c.why)
    )
    for why, count in await connection.execute(counted):
        counts[arrival_end(ContactEnd.REFUSED, why=why).value] += int(count)
    return dict(counts)


def _ids(organization: str, search: Search, way: Way) -> list[Select[Any]]:
    """All that is looked for, each once, in one statement or in several."""
    since, until = search.since, search.until
    if not way.is_sure or (since is not None and until is not None and until - since <= 2 * SLACK):
        return [_found(organization, search, way, Span())]
    # Well within the span of time the index says it all; only near its edges do contacts have to be asked.
    low = None if since is None else earliest(since + SLACK)
    high = None if until is None else earliest(until - SLACK)
    within = ([] if low is None else [way.column >= low]) + ([] if high is None else [way.column < high])
    edges = ([] if low is None else [Span(newest=low)]) + ([] if high is None else [Span(oldest=high)])
    return [way.ids(*within).distinct(), *(_found(organization, search, way, edge) for edge in edges)]


def _found(organization: str, search: Search, way: Way, span: Span) -> Select[Any]:
    contacts = way.contacts(organization, search, span)
    return contacts.with_only_columns(contact.c.id).order_by(None).distinct()


async def _ahead(connection: AsyncConnection, search: Search, way: Way, after: str | None, steps: int) -> str | None:
    """The id so many contacts further on this way, before any other filter; None when there are not so many."""
    ids = way.ids(*bounds(way.column, search, Span(after))).offset(steps).limit(1)
    found: str | None = (await connection.execute(ids)).scalar_one_or_none()
    return found


async def _newest(
    connection: AsyncConnection, organization: str, search: Search, way: Way, span: Span, wanted: int
) -> list[Row]:
    """The first `wanted` contacts of this part of the list, each once however often the way leads to it."""
    found: dict[str, Row] = {}
    while True:
        most = wanted - len(found)
        rows = (await connection.execute(way.contacts(organization, search, span, most))).mappings().all()
        found |= {row["id"]: row for row in rows}
        if len(rows) < most or len(found) == wanted:
            return list(found.values())
        span = span._replace(newest=rows[-1]["id"])
