"""What is known about contacts: the record of one, the earlier ones of a customer, pages of the latest."""

import re
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.conversations import forgetting, ledger, store
from switchboard.conversations import search as searching
from switchboard.conversations.arrivals import Arrivals, ArrivedCall, CountedArrivals
from switchboard.conversations.days import Days, FirstOffer
from switchboard.conversations.decide import Part, Stay, number_asked, parts
from switchboard.conversations.facts import ArrivedContact, VisitFact, arrived
from switchboard.conversations.handled import HandledFact, handled
from switchboard.conversations.lines import (
    ClosedWork,
    ContactLine,
    ContactRecord,
    EngagementLine,
    HandOverLine,
    OfferLine,
    StepLine,
    VisitLine,
)
from switchboard.conversations.model import Refused
from switchboard.conversations.satisfaction import Answered, Satisfactions, given
from switchboard.conversations.search import BY_VISITS, Search
from switchboard.conversations.told import ToldStep, told
from switchboard.kit.clock import Clock
from switchboard.kit.errors import Invalid, NotFound
from switchboard.kit.pages import MOST, Page
from switchboard.storage.database import Database
from switchboard.storage.rows import RowChange

__all__ = [
    "BY_VISITS",
    "Answered",
    "Arrivals",
    "ArrivedCall",
    "ArrivedContact",
    "ClosedWork",
    "ContactLine",
    "ContactRecord",
    "Conversations",
    "CountedArrivals",
    "EngagementLine",
    "FirstOffer",
    "HandOverLine",
    "HandledFact",
    "OfferLine",
    "Part",
    "Satisfactions",
    "Search",
    "StepLine",
    "ToldStep",
    "VisitFact",
    "VisitLine",
    "ledger",
    "number_asked",
]

LONGEST_NOTE: Final = 10_000
"""Characters of a note."""


class Conversations:
    """Reads the ledger; writes what agents say about a contact.

    clients: ids of the clients whose contacts may be seen by whoever asks. arrivals: the calls as a carrier lists them.
    days: sums over whole days.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.days: Final = Days(database)
        self.arrivals = Arrivals(database)

    def came_from(self, organization: str, client: str, contact: str, number: str | None) -> list[RowChange]:
        """Rows for `Routing.command(.., along=..)` of an arriving call. number: E.164, None when hidden."""
        if number is None:
            return []
        return [ledger.came_from(organization, contact, client=client, kind="phone", value=number)]

    async def forget(self, connection: AsyncConnection, organization: str, client: str, customer: str) -> None:
        """Forget who called; see `forgetting`."""
        await forgetting.forget(connection, organization, client, customer)

    async def contacts_of(self, organization: str, client: str, customer: str) -> list[str]:
        """The ids of all contacts of a customer."""
        async with self._database.reading() as connection:
            return list((await connection.execute(forgetting.contacts_of(organization, client, customer))).scalars())

    def turned_away(
        self,
        organization: str,
        contact: str,
        *,
        client: str,
        channel: str,
        entrance: str | None,
        number: str | None,
        why: Refused,
        at: int,
    ) -> list[RowChange]:
        """Rows of an arrival that is refused, for the writer. entrance: what was dialled. number: E.164."""
        row = ledger.refused(organization, contact, client=client, channel=channel, entrance=entrance, why=why, at=at)
        return [row, *self.came_from(organization, client, contact, number)]

    def more_turned_away(
        self, organization: str, minute: int, *, client: str, why: Refused, source: str, count: int
    ) -> RowChange:
        """A row of refused arrivals that are only counted."""
        return ledger.refused_too(organization, minute, client=client, why=why, source=source, count=count)

    async def ends(self, organization: str, clients: Collection[str], since: int, until: int) -> dict[str | None, int]:
        """How many arrivals of this span came to which `ArrivalEnd`; None for those that go on. Every arrival is
        counted once. since, until: UTC epoch microseconds; refused ones beyond what has rows count by minute."""
        async with self._database.reading() as connection:
            return await searching.ends(connection, organization, list(clients), since, until)

    async def record(self, organization: str, clients: Collection[str], contact: str) -> ContactRecord:
        """Everything about one contact. Raises NotFound, also for one of another client."""
        async with self._database.reading() as connection:
            row = await store.one_contact(connection, organization, clients, contact)
            if row is None:
                raise NotFound("there is no such contact")
            visits = await store.visits(connection, organization, [contact])
            offers = await store.offers(connection, organization, [contact])
            engagements = await store.engagements(connection, organization, [contact])
            notes = await store.notes(connection, organization, clients, [contact])
            numbers = await store.addresses(connection, organization, clients, [contact])
            steps = await store.steps(connection, organization, clients, [contact])
            handed = await store.hand_overs(connection, organization, clients, [contact])
            answers = await given(connection, organization, clients, [contact])
        return ContactRecord(
            _line(row, numbers, visits, engagements, notes, answers),
            [VisitLine(**_only(visit, VisitLine)) for visit in visits],
            [OfferLine(**_only(offer, OfferLine)) for offer in offers],
            [_engagement(one, notes.get(one["id"]), handed.get(one["id"])) for one in engagements],
            [_step(step) for step in steps],
        )

    async def steps(self, organization: str, client: str, contact: str) -> list[StepLine]:
        """The story so far: what a contact, perhaps still waiting, chose and was told in its flows."""
        async with self._database.reading() as connection:
            return [_step(row) for row in await store.steps(connection, organization, [client], [contact])]

    def arrived(
        self, organization: str, clients: Collection[str], since: int, until: int
    ) -> AsyncIterator[list[ArrivedContact]]:
        """What came in during [since, until), the oldest first, page by page: what figures are counted from."""
        return arrived(self._database, organization, clients, since, until)

    def handled(
        self, organization: str, clients: Collection[str], since: int, until: int
    ) -> AsyncIterator[list[HandledFact]]:
        """What agents have handled of the contacts that arrived in [since, until): see `handled.handled`."""
        return handled(self._database, organization, clients, since, until)

    def told(
        self, organization: str, clients: Collection[str], kind: str, since: int, until: int
    ) -> AsyncIterator[list[ToldStep]]:
        """What contacts chose or were told in flows in [since, until), of one kind: see `told.told`."""
        return told(self._database, organization, clients, kind, since, until)

    async def earlier(
        self, organization: str, client: str, customer: str, *, limit: int = 10, but: str | None = None
    ) -> list[ContactLine]:
        """A customer's latest contacts, the newest first. but: leave this contact out."""
        async with self._database.reading() as connection:
            rows = await store.of_customer(connection, organization, client, customer, limit + 1)
            rows = [row for row in rows if row["id"] != but][:limit]
            return await _lines(connection, organization, [client], rows)

    async def last_agent(self, organization: str, client: str, customer: str) -> tuple[str, int] | None:
        """(agent, when they began to talk) of a customer's latest talk; None when there was none. One read, from an
        index."""
        async with self._database.reading() as connection:
            return await store.last_agent(connection, organization, client, customer)

    async def latest_visits(self, organization: str, client: str, customer: str) -> dict[str, tuple[int, str]]:
        """Queue -> (when a customer left its line last, how: a `VisitEnd`), of his latest contacts. One read, from
        indexes."""
        async with self._database.reading() as connection:
            return await store.latest_visits(connection, organization, client, customer)

    async def page(
        self, organization: str, search: Search, *, after: str | None = None, limit: int = 50
    ) -> Page[ContactLine]:
        """Contacts that are looked for, the newest first. A page with a cursor may hold fewer than `limit`: it
        was a long way to them, go on. Raises Invalid(field="after") for a cursor that is not ours."""
        if after is not None and not _ID.fullmatch(after):
            raise Invalid("this is not the end of a page we gave", field="after")
        async with self._database.reading() as connection:
            found = await searching.page(connection, organization, search, limit=max(1, min(limit, MOST)), after=after)
            answers = await given(connection, organization, search.clients, [row["id"] for row in found.rows])
            lines = await _lines(connection, organization, search.clients, found.rows, answers)
        return Page(lines, found.after)

    async def total(self, organization: str, search: Search) -> int | None:
        """How many there are; None where counting them would take long."""
        async with self._database.reading() as connection:
            return await searching.total(connection, organization, search)

    async def closed_work(self, organization: str, agent: str, engagement: str) -> ClosedWork | None:
        """An engagement of this agent that is over; None when there is none."""
        async with self._database.reading() as connection:
            row = await store.closed_work(connection, organization, agent, engagement)
        return None if row is None else ClosedWork(engagement=engagement, **row)

    async def note(
        self,
        organization: str,
        client: str,
        contact: str,
        engagement: str,
        *,
        by: str,
        disposition: str | None = None,
        note: str | None = None,
    ) -> None:
        """Keep what the agent says about an engagement; None leaves what is there. by: the person's id.

        Raises Invalid for a note that is too long.
        """
        if note is not None and len(note) > LONGEST_NOTE:
            raise Invalid(f"a note has at most {LONGEST_NOTE} characters", field="note")
        async with self._database.transaction() as connection:
            known = (await store.notes(connection, organization, [client], [contact])).get(engagement)
            before = known or {"disposition": None, "note": ""}
            await store.put_note(
                connection,
                self._database.dialect,
                {
                    "organization": organization,
                    "engagement": engagement,
                    "contact": contact,
                    "client": client,
                    "disposition": before["disposition"] if disposition is None else disposition,
                    "note": before["note"] if note is None else note,
                    "by": by,
                    "at": self._clock.now(),
                },
            )

    async def said(
        self, organization: str, client: str, contact: str, engagement: str
    ) -> tuple[str | None, str | None]:
        """(disposition, note) of an engagement, None for what was not given."""
        async with self._database.reading() as connection:
            notes = await store.notes(connection, organization, [client], [contact])
        known = _said(notes.get(engagement))
        return known["disposition"], known["note"]

    async def last_hand_over(
        self, organization: str, client: str, contact: str, *, before: str = ""
    ) -> HandOverLine | None:
        """Who handed this customer over last, and with which words; None when nobody did. before: an engagement whose
        own hand-over does not count."""
        async with self._database.reading() as connection:
            found = await store.hand_overs(connection, organization, [client], [contact])
        rows = [row for row in found.values() if row["engagement"] != before]
        return _handed(rows[-1]) if rows else None

    async def number(self, organization: str, client: str, contact: str) -> str | None:
        """Where a contact came from; None when hidden or forgotten."""
        async with self._database.reading() as connection:
            return (await store.addresses(connection, organization, [client], [contact])).get(contact)


def _engagement(row: store.Row, note: store.Row | None, handed: store.Row | None) -> EngagementLine:
    to = {
        "handed_to": None if handed is None else handed["to_queue"],
        "handed_note": None if handed is None else handed["note"],
    }
    return EngagementLine(**_only({**row, **to}, EngagementLine) | _said(note))


def _handed(row: store.Row) -> HandOverLine:
    return HandOverLine(row["engagement"], row["agent"], row["queue"], row["to_queue"], row["note"], row["at"])


async def _lines(
    connection: AsyncConnection,
    organization: str,
    clients: Collection[str],
    rows: Sequence[store.Row],
    answers: Mapping[str, Answered] = MappingProxyType({}),
) -> list[ContactLine]:
    """Contacts with what their lists show of visits, engagements and notes: a fixed number of queries. answers: what
    customers said, where the list shows it; those at the desk do not, and are read for every call."""
    ids = [row["id"] for row in rows]
    visits = _by_contact(await store.visits(connection, organization, ids))
    engagements = _by_contact(await store.engagements(connection, organization, ids))
    notes = await store.notes(connection, organization, clients, ids)
    numbers = await store.addresses(connection, organization, clients, ids)
    return [
        _line(row, numbers, visits.get(row["id"], ()), engagements.get(row["id"], ()), notes, answers) for row in rows
    ]


def _by_contact(rows: Iterable[store.Row]) -> dict[str, list[store.Row]]:
    grouped: dict[str, list[store.Row]] = {}
    for row in rows:
        grouped.setdefault(row["contact"], []).append(row)
    return grouped


def _line(
    row: store.Row,
    numbers: Mapping[str, str],
    visits: Sequence[store.Row],
    engagements: Sequence[store.Row],
    notes: Mapping[str, store.Row],
    answers: Mapping[str, Answered],
) -> ContactLine:
    last = engagements[-1] if engagements else None
    said = _said(notes.get(last["id"]) if last is not None else None)
    return ContactLine(
        id=row["id"],
        client=row["client"],
        channel=row["channel"],
        customer=row["customer"],
        number=numbers.get(row["id"]),
        entrance=row["entrance"],
        arrived_at=row["arrived_at"],
        closed_at=row["closed_at"],
        how=row["how"],
        end=row["end"],
        queue=visits[-1]["queue"] if visits else None,
        agent=last["agent"] if last is not None else None,
        why=row["why"],
        parts=_parts(row, visits, engagements),
        wrap_up=sum(one["wrap_up_time"] or 0 for one in engagements),
        ended_by=None if last is None else last["ended_by"],
        bad_sound_time=None if last is None else last["bad_sound_time"],
        satisfaction=answers.get(row["id"]),
        **said,
    )


def _parts(row: store.Row, visits: Sequence[store.Row], engagements: Sequence[store.Row]) -> Mapping[Part, int] | None:
    if row["closed_at"] is None:
        return None
    stays = [Stay(visit["entered_at"], visit["left_at"], visit["paused"] or 0) for visit in visits]
    talks = [Stay(one["opened_at"], one["talk_ended_at"], one["hold_time"] or 0) for one in engagements]
    return parts(row["arrived_at"], row["closed_at"], stays, talks)


def _said(note: store.Row | None) -> dict[str, str | None]:
    if note is None:
        return {"disposition": None, "note": None}
    return {"disposition": note["disposition"], "note": note["note"] or None}


def _step(row: store.Row) -> StepLine:
    return StepLine(**{field.name: row[field.name] for field in fields(StepLine)})


_SAID: Final = frozenset({"disposition", "note"})


def _only(row: store.Row, kind: type[VisitLine | OfferLine | EngagementLine]) -> dict[str, Any]:
    """The columns of a row that this kind of line shows."""
    return {field.name: row[field.name] for field in fields(kind) if field.name not in _SAID}


_ID: Final = re.compile(r"[0-9A-Za-z_.:-]{1,64}")
