"""Sums over the contacts of some days, by the database itself: nothing is remembered.

    found = await conversations.days.entrances(organization, clients, since, until)
    held = await conversations.days.holds(organization, agents, since, until)

Ids sort by time (`kit.ids`), so that a span of days is a span of every index that leads with them.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, select

from switchboard.conversations.model import Role, TalkEnd, WrapUpEnd
from switchboard.conversations.search import SLACK
from switchboard.conversations.store import contact, engagement, offer, queue_visit
from switchboard.kit.clock import MICROSECONDS
from switchboard.kit.ids import earliest
from switchboard.storage.database import Database

LONGEST_WAY: Final = 86_400 * MICROSECONDS
"""So long before its talk ends a contact has arrived at most, for the sums of a day."""

AT_ONCE: Final = 1_000
"""Stays of a page: what can be looked at without holding the event loop."""


class Talks(NamedTuple):
    """What an agent's engagements of a span came to. talks: ended by the customer or the agent; of these, short: below
    a length, time on hold included; hang_ups: ended by the agent; wrap_ups: with wrap-up after it; limits: of these, up
    to the limit. handled: all whose work is done, however the talk ended; transferred: of these, handed over to
    another queue."""

    agent: str
    talks: int
    short: int
    hang_ups: int
    wrap_ups: int
    limits: int
    handled: int
    transferred: int


class FirstOffer(NamedTuple):
    """A contact entered a queue. agent: to whom it was offered in that moment; None when it had to wait."""

    contact: str
    queue: str
    entered: int
    agent: str | None


_TALKS: Final = (TalkEnd.AGENT.value, TalkEnd.CUSTOMER.value)


def _counted(*such: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((and_(*such), 1), else_=0))


class Days:
    """since, until: UTC epoch microseconds, until not included."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def entrances(
        self, organization: str, clients: Collection[str], since: int, until: int
    ) -> Sequence[tuple[str, str | None, str | None, int]]:
        """(client, what was dialled, its `ArrivalEnd`, how many) of the arrivals of a span; the end is None for those
        that go on."""
        grouped = (
            select(contact.c.client, contact.c.entrance, contact.c.end, func.count())
            .where(contact.c.organization == organization, contact.c.client.in_(clients))
            .where(contact.c.id >= earliest(since - SLACK), contact.c.id < earliest(until + SLACK))
            .where(contact.c.arrived_at >= since, contact.c.arrived_at < until)
            .group_by(contact.c.client, contact.c.entrance, contact.c.end)
        )
        async with self._database.reading() as connection:
            return [(row[0], row[1], row[2], row[3]) for row in await connection.execute(grouped)]

    async def holds(self, organization: str, agents: Collection[str], since: int, until: int) -> dict[str, int]:
        """How long each agent had customers on hold, in the talks that ended in this span; microseconds. What was
        before the span is cut off as if the hold had been the end of the talk."""
        of = engagement.c
        whole = of.talk_ended_at - since
        grouped = (
            select(of.agent, func.sum(case((of.hold_time > whole, whole), else_=of.hold_time)))
            .where(engagement.c.organization == organization, of.agent.in_(agents))
            .where(of.contact >= earliest(since - LONGEST_WAY), of.contact < earliest(until + SLACK))
            .where(of.talk_ended_at >= since, of.talk_ended_at < until)
            .group_by(of.agent)
        )
        async with self._database.reading() as connection:
            return {agent: int(total) for agent, total in await connection.execute(grouped)}

    async def talks(self, organization: str, since: int, until: int, *, short: int) -> list[Talks]:
        """Each agent's engagements whose talk ended in this span. What was lost is nobody's doing, and none of the
        talks. short: microseconds."""
        of = engagement.c
        length = of.talk_time + func.coalesce(of.hold_time, 0)
        done = of.closed_at.is_not(None)

        def talks(*such: ColumnElement[bool]) -> ColumnElement[int]:
            return _counted(of.ended_by.in_(_TALKS), *such)

        grouped = (
            select(
                of.agent,
                talks(),
                talks(length < short),
                talks(of.ended_by == TalkEnd.AGENT.value),
                talks(of.wrap_up_end != WrapUpEnd.NONE.value),
                talks(of.wrap_up_end == WrapUpEnd.LIMIT.value),
                _counted(done),
                _counted(done, of.ended_by == TalkEnd.HANDED_OVER.value),
            )
            .where(engagement.c.organization == organization, of.role == Role.PRIMARY.value)
            .where(of.contact >= earliest(since - LONGEST_WAY), of.contact < earliest(until + SLACK))
            .where(of.talk_ended_at >= since, of.talk_ended_at < until)
            .group_by(of.agent)
        )
        async with self._database.reading() as connection:
            return [Talks(row[0], *map(int, row[1:])) for row in await connection.execute(grouped)]

    async def entered(self, organization: str, since: int, until: int) -> AsyncIterator[list[FirstOffer]]:
        """Pages of the stays in line that began in [since, until] and have ended, with the offer made at once."""
        of = queue_visit.c
        at_once = (
            select(offer.c.agent)
            .where(offer.c.organization == organization, offer.c.contact == queue_visit.c.contact)
            .where(offer.c.visit == queue_visit.c.id, offer.c.made_at == queue_visit.c.entered_at)
            .order_by(offer.c.offer)
            .limit(1)
            .correlate(queue_visit)
            .scalar_subquery()
        )
        after = earliest(since - LONGEST_WAY)
        while True:
            page = (
                select(of.contact, of.queue, of.entered_at, at_once)
                .where(
                    queue_visit.c.organization == organization, of.contact > after, of.contact < earliest(until + SLACK)
                )
                .where(of.entered_at >= since, of.entered_at <= until)
                .order_by(of.contact)
                .limit(AT_ONCE)
            )
            async with self._database.reading() as connection:
                found = [FirstOffer(*row) for row in await connection.execute(page)]
            # A contact's stays may lie on both sides of the edge: those of the last one come with the next page.
            whole = len(found) < AT_ONCE
            shown = found if whole else [one for one in found if one.contact != found[-1].contact]
            yield shown
            if whole or not shown:
                return
            after = shown[-1].contact
            await asyncio.sleep(0)
