"""Sums over the contacts of some days, by the database itself: nothing is remembered.

    found = await conversations.days.entrances(organization, clients, since, until)
    held = await conversations.days.holds(organization, agents, since, until)

Ids sort by time (`kit.ids`), so that a span of days is a span of every index that leads with them.
"""

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import case, func, select

from switchboard.conversations.search import SLACK
from switchboard.conversations.store import contact, engagement
from switchboard.kit.clock import MICROSECONDS
from switchboard.kit.ids import earliest
from switchboard.storage.database import Database

LONGEST_WAY: Final = 86_400 * MICROSECONDS
"""So long before its talk ends a contact has arrived at most, for the sums of a day."""


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
