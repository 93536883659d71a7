"""What agents have handled, page by page in the order of arrival: what is learned from."""

from collections.abc import AsyncIterator, Collection, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.conversations.model import Role, TalkEnd
from switchboard.conversations.satisfaction import Answered, given
from switchboard.conversations.search import SLACK
from switchboard.conversations.store import contact, engagement, notes, offer
from switchboard.kit.ids import earliest
from switchboard.storage.database import Database

AT_ONCE: Final = 200
"""Contacts' work of a page: what can be read without holding the event loop."""

_WHOLE: Final = (TalkEnd.AGENT.value, TalkEnd.CUSTOMER.value)
"""Ends of a talk that was as long as it needed to be."""


class HandledFact(NamedTuple):
    """An agent's finished work on a contact. handling: talk, hold and wrap-up, microseconds. customer: None when
    nobody was recognised. offered_at: when the agent was chosen. disposition: a key. why: the `routing.model.Why` of
    the offer, as it is stored. satisfaction: with the whole contact, 0 to 1; None when its customer did not answer."""

    contact: str
    customer: str | None
    entrance: str | None
    queue: str
    agent: str
    arrived_at: int
    offered_at: int
    closed_at: int
    handling: int
    disposition: str | None
    why: Mapping[str, Any]
    satisfaction: float | None = None


async def handled(
    database: Database, organization: str, clients: Collection[str], since: int, until: int
) -> AsyncIterator[list[HandledFact]]:
    """Pages of what was handled of the contacts that arrived in [since, until), the oldest first."""
    after = earliest(since - SLACK)
    while True:
        async with database.reading() as connection:
            page, last = await _page(connection, organization, clients, since, until, after)
        if page:
            yield page
        if last is None:
            return
        after = last


async def _page(
    connection: AsyncConnection, organization: str, clients: Collection[str], since: int, until: int, after: str
) -> tuple[list[HandledFact], str | None]:
    """The page, and after which engagement the next one begins; None when this is the last."""
    query = (
        select(
            engagement.c.id,
            contact.c.id,
            contact.c.customer,
            contact.c.entrance,
            engagement.c.queue,
            engagement.c.agent,
            contact.c.arrived_at,
            offer.c.made_at,
            engagement.c.closed_at,
            engagement.c.talk_time + engagement.c.hold_time + engagement.c.wrap_up_time,
            offer.c.why,
        )
        .join(contact, and_(contact.c.organization == engagement.c.organization, contact.c.id == engagement.c.contact))
        .join(offer, and_(offer.c.organization == engagement.c.organization, offer.c.offer == engagement.c.offer))
        .where(
            engagement.c.organization == organization,
            contact.c.client.in_(clients),
            # The key is the order of time: an engagement's id begins with its contact's.
            engagement.c.id > after,
            engagement.c.id < earliest(until + SLACK),
            contact.c.arrived_at >= since,
            contact.c.arrived_at < until,
            engagement.c.role == Role.PRIMARY.value,
            engagement.c.ended_by.in_(_WHOLE),
            engagement.c.closed_at.is_not(None),
        )
        .order_by(engagement.c.id)
        .limit(AT_ONCE)
    )
    rows = (await connection.execute(query)).all()
    contacts = [row[1] for row in rows]
    said = await notes(connection, organization, clients, contacts)
    answers = await given(connection, organization, clients, contacts)
    facts = [
        HandledFact._make([*row[1:-1], _disposition(said.get(row[0])), row[-1], _share(answers.get(row[1]))])
        for row in rows
    ]
    return facts, rows[-1][0] if len(rows) == AT_ONCE else None


def _share(answer: Answered | None) -> float | None:
    return None if answer is None else answer.share


def _disposition(note: Mapping[str, Any] | None) -> str | None:
    return None if note is None else note["disposition"]
