"""Contacts as the web asks for them, simulated: there is one, and what was asked is kept."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

from support.web_states import ROW
from switchboard.kit.errors import Invalid, NotFound
from switchboard.web.doors.session import Who
from switchboard.web.messages.contacts import (
    ContactList,
    ContactRecord,
    ContactRow,
    ContactsAsked,
    ContactSearch,
    EndCount,
    Ends,
    EndsAsked,
)
from switchboard.web.messages.customers import CustomerRecord
from switchboard.web.messages.days import AgentDay, DayAsked
from switchboard.web.messages.satisfaction import Satisfaction, SatisfactionAsked

CUSTOMER = CustomerRecord(
    id="k1",
    client="Acme",
    name=None,
    note="",
    known_since=1,
    numbers=[],
    personal_agent=None,
    personal_agent_name=None,
    branch=None,
    branch_name=None,
    needs={},
    needs_shown=[],
    priority=0,
    contacts=[],
)


class SimulatedContacts:
    """One contact, `c1`; asked: what was asked, in order."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    async def page(self, who: Who, asked: ContactsAsked) -> ContactList:
        if asked.after is not None and asked.after != "c1":
            raise Invalid("This cursor is not one of ours", field="after")
        self.asked.append(("contacts", who.id, asked))
        first = asked.after is None
        return ContactList(contacts=[ContactRow(**ROW)] if first else [], after="c1" if first else None, total=None)

    async def record(self, who: Who, contact: str) -> ContactRecord:
        if contact != "c1":
            raise NotFound("There is no such contact")
        return ContactRecord(**ROW, steps=[], visits=[], offers=[], engagements=[], parts=[])

    async def tell(self, who: Who, contact: str, asked: SatisfactionAsked) -> Satisfaction:
        """What its customer answered."""
        if contact != "c1":
            raise NotFound("There is no such contact")
        self.asked.append(("satisfaction", who.id, asked))
        return Satisfaction(score=asked.score, lowest=asked.lowest, highest=asked.highest, share=0.5, answered_at=1)

    async def run(self, who: Who, contact: str, running: bool) -> None:
        """Its clock; nothing else is due."""
        if contact != "c1":
            raise NotFound("This contact waits nowhere any more")
        self.asked.append(("clock", contact, running))

    async def ends(self, who: Who, asked: EndsAsked) -> Ends:
        self.asked.append(("ends", who.id, asked))
        return Ends(ends=[EndCount(end=None, count=1)], total=1)

    async def csv(self, who: Who, asked: ContactSearch) -> AsyncIterator[bytes]:
        self.asked.append(("export", who.id, asked))

        async def pieces() -> AsyncIterator[bytes]:
            yield b"contact\r\n"

        return pieces()

    async def day(self, who: Who, agent: str, asked: DayAsked) -> AgentDay:
        self.asked.append(("day", agent, asked))
        today = asked.date or dt.date(2026, 1, 2)
        none: Any = {"states": [], "spans": [], "since": 1, "until": 2, "signed_in": 0, "server_now": 1}
        return AgentDay(agent=agent, agent_name="Ada", date=today, time_zone="UTC", **none)
