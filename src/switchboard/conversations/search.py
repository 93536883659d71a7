"""Looking for contacts: every question is answered from an index, and no answer reads more than `READ` rows.

A search goes one **way**: by the most telling of its filters, along an index in the order of the pages. The
other filters are tried on each contact met there. Where hardly any contact passes them, a page ends after
`READ` contacts with what was found and a cursor to go on from: a rare thing is looked for in several short
steps and never in one long one.

Ids sort by time (`kit.ids`), so the order of contacts is the order of their ids in every index, and a span
of time is a span of ids.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.conversations.decide import after_digits
from switchboard.conversations.model import ContactEnd, VisitEnd, arrival_end
from switchboard.conversations.store import (
    MOST_COMMON_END,
    UNCOMMON_END,
    Row,
    contact,
    contact_address,
    engagement,
    engagement_note,
    queue_visit,
    turned_away,
)
from switchboard.kit.clock import MICROSECONDS
from switchboard.kit.ids import earliest

READ: Final = 10_000
"""Contacts that one page looks at, at most."""

COUNTED: Final = 50_000
"""Contacts that are counted for a total, at most."""

SLACK: Final = 60 * MICROSECONDS
"""An id is made a moment before its contact arrives on the Floor: so much is allowed for between the two."""

BY_VISITS: Final[Mapping[str, str]] = {
    "offered": "it stood in a queue",
    "answered": "it was answered from a queue",
    "abandoned": "never answered, and abandoned at least once",
    "other": "neither answered nor abandoned, though it stood in a queue",
}
"""What `Search.visit` may ask of a contact's stays in queues."""

_ABANDONED: Final = (VisitEnd.ABANDONED.value, VisitEnd.ABANDONED_WHILE_OFFERED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for; what is None is left open.

    clients: ids of those whose contacts may be seen. queue, agent: ids; it stood in that queue, that agent
    talked to it. visit: one of `BY_VISITS`, of that queue when there is one. agents: one of these talked to it.
    customers: it is one of theirs. is_called: where these would be too many, a condition on the columns of its
    client and its customer. tail: start of a `decide.tail_of`; whole: and nothing may follow. disposition: a
    key. end: an `ArrivalEnd`. since, until: when it arrived, UTC epoch microseconds, until left out.
    """

    clients: Sequence[str]
    queue: str | None = None
    visit: str | None = None
    agent: str | None = None
    agents: Sequence[str] | None = None
    customers: Sequence[str] | None = None
    is_called: Callable[[ColumnElement[Any], ColumnElement[Any]], ColumnElement[bool]] | None = None
    tail: str | None = None
    whole: bool = False
    disposition: str | None = None
    end: str | None = None
    since: int | None = None
    until: int | None = None


class Found(NamedTuple):
    """rows: contacts, the newest first. after: the id to go on after, None at the end of all."""

    rows: Sequence[Row]
    after: str | None


class _Way(NamedTuple):
    """How a search gets at its contacts: along the ids that a statement gives, or by the contact's own rows."""

    ids: Select[Any] | None
    own: ColumnElement[bool] = true()


class _Span(NamedTuple):
    """Which part of the list is looked at: after `newest`, up to and with `oldest`; None where it is open."""

    newest: str | None = None
    oldest: str | None = None


async def page(
    connection: AsyncConnection, organization: str, search: Search, *, limit: int, after: str | None = None
) -> Found:
    """The next `limit` contacts at most; fewer with an `after` when it takes more than `READ` to find so many."""
    way = _way(organization, search)
    span = _Span(after, await _ahead(connection, organization, search, way, after, READ))
    statement = _contacts(organization, search, way, span).order_by(contact.c.id.desc()).limit(limit + 1)
    rows = [dict(row) for row in (await connection.execute(statement)).mappings()]
    if len(rows) > limit:
        return Found(rows[:limit], rows[limit - 1]["id"])
    return Found(rows, span.oldest)


async def total(connection: AsyncConnection, organization: str, search: Search) -> int | None:
    """How many there are; None when more than `COUNTED` would have to be looked at."""
    way = _way(organization, search)
    if await _ahead(connection, organization, search, way, None, COUNTED) is not None:
        return None
    found = _contacts(organization, search, way, _Span()).subquery()
    return (await connection.execute(select(func.count()).select_from(found))).scalar_one()


async def ends(
    connection: AsyncConnection, organization: str, clients: Sequence[str], since: int, until: int
) -> dict[str | None, int]:
    """See `Conversations.ends`."""
    counts: Counter[str | None] = Counter()
    span = Search(clients=clients, since=since, until=until)
    grouped = (
        select(contact.c.end, func.count())
        .where(contact.c.organization == organization, contact.c.client.in_(clients))
        .where(*_bounds(contact.c.id, span, _Span()), contact.c.arrived_at >= since, contact.c.arrived_at < until)
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


def _way(organization: str, search: Search) -> _Way:
    """The most telling filter first: an earlier line is had by fewer contacts, as a rule."""
    if search.tail is not None:
        return _Way(_with_number(organization, search))
    if search.customers is not None:
        return _Way(None, contact.c.customer.in_(search.customers))
    if search.disposition is not None:
        return _Way(_with_disposition(organization, search))
    if search.agent is not None:
        return _Way(_with_agent(organization, search.agent))
    if search.queue is not None:
        return _Way(_with_queue(organization, search.queue))
    if search.end is not None and search.end != MOST_COMMON_END:
        return _Way(None, and_(contact.c.end == search.end, UNCOMMON_END))
    if len(search.clients) == 1:
        return _Way(None, contact.c.client == search.clients[0])
    return _Way(None)


def _with_number(organization: str, search: Search) -> Select[Any]:
    tail = search.tail or ""
    beyond = after_digits(tail)
    having = (
        contact_address.c.tail == tail
        if search.whole
        else and_(contact_address.c.tail >= tail, true() if beyond is None else contact_address.c.tail < beyond)
    )
    return select(contact_address.c.contact).where(
        contact_address.c.organization == organization, contact_address.c.client.in_(search.clients), having
    )


def _with_disposition(organization: str, search: Search) -> Select[Any]:
    return select(engagement_note.c.contact).where(
        engagement_note.c.organization == organization,
        engagement_note.c.client.in_(search.clients),
        engagement_note.c.disposition == search.disposition,
    )


def _with_agent(organization: str, agent: str) -> Select[Any]:
    return select(engagement.c.contact).where(engagement.c.organization == organization, engagement.c.agent == agent)


def _with_queue(organization: str, queue: str) -> Select[Any]:
    return select(queue_visit.c.contact).where(queue_visit.c.organization == organization, queue_visit.c.queue == queue)


async def _ahead(
    connection: AsyncConnection, organization: str, search: Search, way: _Way, after: str | None, steps: int
) -> str | None:
    """The id so many contacts further on this way, before any other filter; None when there are not so many."""
    if way.ids is not None:
        (column,) = way.ids.selected_columns
        statement = way.ids.where(*_bounds(column, search, _Span(after))).order_by(column.desc())
    else:
        statement = (
            select(contact.c.id)
            .where(contact.c.organization == organization, contact.c.client.in_(search.clients))
            .where(way.own, *_bounds(contact.c.id, search, _Span(after)))
            .order_by(contact.c.id.desc())
        )
    found: str | None = (await connection.execute(statement.offset(steps).limit(1))).scalar_one_or_none()
    return found


def _contacts(organization: str, search: Search, way: _Way, span: _Span) -> Select[Any]:
    """The contacts of this part of the list that pass every filter."""
    statement = (
        select(contact)
        .where(contact.c.organization == organization, contact.c.client.in_(search.clients))
        .where(way.own, *_bounds(contact.c.id, search, span), *_filters(organization, search))
    )
    if way.ids is None:
        return statement
    (column,) = way.ids.selected_columns
    return statement.where(contact.c.id.in_(way.ids.where(*_bounds(column, search, span))))


def _bounds(column: ColumnElement[Any], search: Search, span: _Span) -> list[ColumnElement[bool]]:
    """Span and time as a span of ids."""
    bounds = []
    if span.newest is not None:
        bounds.append(column < span.newest)
    if span.oldest is not None:
        bounds.append(column >= span.oldest)
    if search.since is not None:
        bounds.append(column >= earliest(search.since - SLACK))
    if search.until is not None:
        bounds.append(column < earliest(search.until + SLACK))
    return bounds


def _filters(organization: str, search: Search) -> list[ColumnElement[bool]]:
    """What each contact is tried on. What the way has seen to already passes at once."""
    one = [
        None if search.since is None else contact.c.arrived_at >= search.since,
        None if search.until is None else contact.c.arrived_at < search.until,
        None if search.customers is None else contact.c.customer.in_(search.customers),
        None if search.is_called is None else search.is_called(contact.c.client, contact.c.customer),
        None if search.end is None else contact.c.end == search.end,
        None if search.disposition is None else _noted(organization, search),
        None if search.agent is None else _talked(organization, [search.agent]),
        None if search.agents is None else _talked(organization, search.agents),
        None if search.queue is None or search.visit is not None else _stood(organization, search.queue),
    ]
    visited = [] if search.visit is None else _visited(organization, search.visit, search.queue)
    return [*(condition for condition in one if condition is not None), *visited]


def _noted(organization: str, search: Search) -> ColumnElement[bool]:
    return exists().where(
        engagement_note.c.organization == organization,
        engagement_note.c.client == contact.c.client,
        engagement_note.c.contact == contact.c.id,
        engagement_note.c.disposition == search.disposition,
    )


def _talked(organization: str, agents: Sequence[str]) -> ColumnElement[bool]:
    return exists().where(
        engagement.c.organization == organization,
        engagement.c.contact == contact.c.id,
        engagement.c.agent.in_(agents),
    )


def _stood(organization: str, queue: str | None, hows: Sequence[str] | None = None) -> ColumnElement[bool]:
    return exists().where(
        queue_visit.c.organization == organization,
        queue_visit.c.contact == contact.c.id,
        true() if queue is None else queue_visit.c.queue == queue,
        true() if hows is None else queue_visit.c.how.in_(hows),
    )


def _visited(organization: str, visit: str, queue: str | None) -> list[ColumnElement[bool]]:
    """See `BY_VISITS`."""
    answered = _stood(organization, queue, [VisitEnd.ANSWERED.value])
    abandoned = _stood(organization, queue, _ABANDONED)
    match visit:
        case "answered":
            return [answered]
        case "abandoned":
            return [not_(answered), abandoned]
        case "other":
            return [not_(answered), not_(abandoned), _stood(organization, queue)]
        case _:
            return [_stood(organization, queue)]
