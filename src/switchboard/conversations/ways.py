"""Ways to contacts: by the most telling filter of a search, along an index in the order of its pages.

Ids sort by time (`kit.ids`), so the order of contacts is the order of their ids in every index, and a span of time is
a span of ids. A filter that the way does not see to is tried on each contact met there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Select, Table, exists, not_, select, true

from switchboard.conversations.decide import after_digits
from switchboard.conversations.model import NOT_LET_IN, OVERFLOWED, VisitEnd
from switchboard.conversations.store import (
    MOST_COMMON_END,
    UNCOMMON_END,
    contact,
    contact_address,
    engagement,
    engagement_note,
    queue_visit,
)
from switchboard.kit.clock import MICROSECONDS
from switchboard.kit.ids import earliest

SLACK: Final = 60 * MICROSECONDS
"""An id is made a moment before its contact arrives on the Floor: so much is allowed for between the two."""

BY_VISITS: Final[Mapping[str, str]] = {
    "offered": "it stood in a queue",
    "answered": "it was answered from a queue",
    "abandoned": "never answered, and abandoned at least once",
    "other": "neither answered nor abandoned, though it stood in a queue",
    "full": "it never stood in a queue, because none had room for it",
    "overflowed_out": "a queue sent it on to another",
}
"""What `Search.visit` may ask of a contact's stays in queues."""

_NOT_LET_IN: Final = tuple(sorted(end.value for end in NOT_LET_IN))
_OVERFLOWED: Final = tuple(sorted(end.value for end in OVERFLOWED))
_ABANDONED: Final = (VisitEnd.ABANDONED.value, VisitEnd.ABANDONED_WHILE_OFFERED.value)

Condition: TypeAlias = ColumnElement[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for; what is None is left open.

    clients: ids of those whose contacts may be seen. entrance: what was dialled. queue, agent: ids; it stood in
    that queue, that agent talked to it. visit: one of `BY_VISITS`, of that queue when there is one. agents: one of
    these talked to it. customers: it is one of theirs, ids or a query of ids. is_called: where these would be too
    many, a condition on the columns of its client and its customer. tail: start of a `decide.tail_of`; whole: and
    nothing may follow. disposition: a key. end: an `ArrivalEnd`. since, until: when it arrived, UTC epoch
    microseconds, until left out.
    """

    clients: Sequence[str]
    entrance: str | None = None
    queue: str | None = None
    visit: str | None = None
    agent: str | None = None
    agents: Sequence[str] | None = None
    customers: Sequence[str] | Select[Any] | None = None
    is_called: Callable[[ColumnElement[Any], ColumnElement[Any]], Condition] | None = None
    tail: str | None = None
    whole: bool = False
    disposition: str | None = None
    end: str | None = None
    since: int | None = None
    until: int | None = None


class Span(NamedTuple):
    """Which part of the list is looked at: after `newest`, up to and with `oldest`; None where it is open."""

    newest: str | None = None
    oldest: str | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """Along the ids of `column`, of the rows that `conditions` lets through. filters: what is left to be tried on each
    contact, without clients and time. scoped: whether the conditions see to the clients as well. ordered: whether
    an index has these ids in their order; otherwise they are few enough to be put in order."""

    column: ColumnElement[Any]
    conditions: Sequence[Condition]
    filters: Sequence[Condition]
    scoped: bool = True
    ordered: bool = True

    @property
    def is_sure(self) -> bool:
        """Whether every contact on it is one of those looked for, but for the time at both edges."""
        return self.scoped and not self.filters

    def ids(self, *more: Condition) -> Select[Any]:
        """The ids on it, the newest first; one may come twice."""
        return select(self.column).where(*self.conditions, *more).order_by(self.column.desc())

    def contacts(self, organization: str, search: Search, span: Span, most: int | None = None) -> Select[Any]:
        """The contacts in this part of the list that pass every filter, `most` at most, the newest first; one may
        come twice."""
        found = select(contact).where(
            contact.c.organization == organization,
            contact.c.client.in_(search.clients),
            *_arrived(search),
            *self.filters,
        )
        within = bounds(self.column, search, span)
        if not self.ordered:
            # Ids are put in order by themselves, and rows are looked up for those alone that are wanted.
            all_wanted = self.is_sure and search.since is None and search.until is None
            ids = self.ids(*within).distinct().limit(most if all_wanted else None)
            return found.where(contact.c.id.in_(ids)).order_by(contact.c.id.desc()).limit(most)
        if self.column is not contact.c.id:
            found = found.where(contact.c.id == self.column)
        return found.where(*self.conditions, *within).order_by(self.column.desc()).limit(most)


def way_of(organization: str, search: Search) -> Way:
    """By the most telling filter: an earlier line is had by fewer contacts, as a rule."""
    if search.tail is not None:
        return _along(organization, search, contact_address, "number", *_numbered(search), ordered=False)
    if search.customers is not None:
        # Not by client, which is not in that index: the contacts themselves say theirs.
        having = [contact.c.organization == organization, contact.c.customer.in_(search.customers)]
        filters = _filters(organization, search, but="customers")
        return Way(contact.c.id, having, filters, scoped=False, ordered=False)
    if search.disposition is not None:
        return _along(
            organization, search, engagement_note, "disposition", engagement_note.c.disposition == search.disposition
        )
    if search.agent is not None:
        return _along(organization, search, engagement, "agent", engagement.c.agent == search.agent)
    if search.queue is not None:
        stood = [queue_visit.c.how.not_in(_NOT_LET_IN)] if search.visit == "offered" else []
        return _along(organization, search, queue_visit, "queue", queue_visit.c.queue == search.queue, *stood)
    seen = [contact.c.organization == organization, contact.c.client.in_(search.clients)]
    if search.end is not None and search.end != MOST_COMMON_END:
        ended = [*seen, contact.c.end == search.end, UNCOMMON_END]
        return Way(contact.c.id, ended, _filters(organization, search, but="end"))
    return Way(contact.c.id, seen, _filters(organization, search))


def bounds(column: ColumnElement[Any], search: Search, span: Span) -> list[Condition]:
    """Span and time as a span of ids."""
    found = []
    if span.newest is not None:
        found.append(column < span.newest)
    if span.oldest is not None:
        found.append(column >= span.oldest)
    if search.since is not None:
        found.append(column >= earliest(search.since - SLACK))
    if search.until is not None:
        found.append(column < earliest(search.until + SLACK))
    return found


def _arrived(search: Search) -> list[Condition]:
    """The time itself, which `bounds` sees to but for a minute at both edges."""
    since = [] if search.since is None else [contact.c.arrived_at >= search.since]
    until = [] if search.until is None else [contact.c.arrived_at < search.until]
    return since + until


def _along(
    organization: str, search: Search, table: Table, by: str, *conditions: Condition, ordered: bool = True
) -> Way:
    """Along the rows of another table that lead to contacts."""
    having, scoped = [table.c.organization == organization, *conditions], "client" in table.c
    if scoped:
        having.append(table.c.client.in_(search.clients))
    return Way(table.c.contact, having, _filters(organization, search, but=by), scoped, ordered)


def _numbered(search: Search) -> list[Condition]:
    tail, having = search.tail or "", contact_address.c.tail
    if search.whole:
        return [having == tail]
    beyond = after_digits(tail)
    return [having >= tail] if beyond is None else [having >= tail, having < beyond]


def _filters(organization: str, search: Search, but: str = "") -> list[Condition]:
    """What each contact is tried on. but: what the way goes by, which needs no trying."""
    found = _of_itself(search, but)
    if search.disposition is not None and but != "disposition":
        found.append(_noted(organization, search))
    if search.agent is not None and but != "agent":
        found.append(_talked(organization, [search.agent]))
    if search.agents is not None:
        found.append(_talked(organization, search.agents))
    if search.visit not in (None, "offered") or (search.visit == "offered" and search.queue is None):
        found += _visited(organization, str(search.visit), search.queue)
    elif search.queue is not None and but != "queue":
        of = search.queue
        found += [_came(organization, of)] if search.visit is None else _visited(organization, search.visit, of)
    return found


def _of_itself(search: Search, but: str) -> list[Condition]:
    """What stands in a contact's own row, and what its customer is called."""
    found: list[Condition] = []
    if search.customers is not None and but != "customers":
        found.append(contact.c.customer.in_(search.customers))
    if search.is_called is not None:
        found.append(search.is_called(contact.c.client, contact.c.customer))
    if search.entrance is not None:
        found.append(contact.c.entrance == search.entrance)
    if search.end is not None and but != "end":
        found.append(contact.c.end == search.end)
    return found


def _noted(organization: str, search: Search) -> Condition:
    return exists().where(
        engagement_note.c.organization == organization,
        engagement_note.c.client == contact.c.client,
        engagement_note.c.contact == contact.c.id,
        engagement_note.c.disposition == search.disposition,
    )


def _talked(organization: str, agents: Sequence[str]) -> Condition:
    other = engagement.alias()
    return exists().where(
        other.c.organization == organization, other.c.contact == contact.c.id, other.c.agent.in_(agents)
    )


def _stood(organization: str, queue: str | None, hows: Sequence[str] | None = None) -> Condition:
    other = queue_visit.alias()
    return exists().where(
        other.c.organization == organization,
        other.c.contact == contact.c.id,
        true() if queue is None else other.c.queue == queue,
        other.c.how.not_in(_NOT_LET_IN) if hows is None else other.c.how.in_(hows),
    )


def _came(organization: str, queue: str) -> Condition:
    """Stood in this queue's line, or was not let in."""
    other = queue_visit.alias()
    return exists().where(other.c.organization == organization, other.c.contact == contact.c.id, other.c.queue == queue)


def _visited(organization: str, visit: str, queue: str | None) -> list[Condition]:
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
        case "full":
            return [not_(_stood(organization, queue)), _stood(organization, queue, _NOT_LET_IN)]
        case "overflowed_out":
            return [_stood(organization, queue, _OVERFLOWED)]
        case _:
            return [_stood(organization, queue)]
