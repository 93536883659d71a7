"""Reconciliations as they are made, kept and opened again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.conversations.service import Arrivals
from switchboard.insight.reconciliation import store
from switchboard.insight.reconciliation.comparison import Known
from switchboard.insight.reconciliation.elsewhere import comparing, previewed
from switchboard.insight.reconciliation.model import (
    KEPT,
    MOST_SKEW,
    Asked,
    Call,
    Counted,
    Difference,
    Kind,
    Preview,
    Saved,
    Totals,
)
from switchboard.insight.reconciliation.program import Head
from switchboard.insight.reconciliation.retention import NOUN, Retention
from switchboard.insight.reconciliation.runs import Runs
from switchboard.kit.clock import Clock
from switchboard.kit.errors import Invalid, NotFound
from switchboard.kit.ids import IdSource
from switchboard.kit.pages import MOST, Page
from switchboard.storage.database import Database
from switchboard.tenancy.service import Audit, Change

__all__ = ["Reconciliations", "Retention", "Runs", "Whose"]

AT_ONCE: Final = 500
"""Contacts that one statement names."""

LISTED: Final = 100
"""Results that are listed."""

Numbers = Callable[[str], Awaitable[Mapping[str, str]]]
"""organization -> id of the client, by each number that can be called."""


@dataclass(frozen=True, slots=True)
class Whose:
    """For which client, and who asks. by: a person's id."""

    organization: str
    client: str
    by: str


async def forget_callers(
    connection: AsyncConnection, organization: str, client: str, contacts: Sequence[str], numbers: Collection[str]
) -> None:
    """Forget a customer in what was compared: who called with these contacts, or from these numbers."""
    for first in range(0, len(contacts) or 1, AT_ONCE):
        await store.forget_callers(connection, organization, client, contacts[first : first + AT_ONCE], numbers)


class Reconciliations:
    """The front of the room. channel: of the contacts that a carrier brings; see `ContactArrived.channel`."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: IdSource,
        audit: Audit,
        arrivals: Arrivals,
        numbers: Numbers,
        *,
        channel: str,
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit
        self._arrivals = arrivals
        self._numbers = numbers
        self._channel = channel
        self._retention = Retention(database, clock, audit)
        # One at a time: several would take the second core from calls.
        self._turn = asyncio.Lock()

    async def preview(self, whose: Whose, asked: Asked, content: bytes) -> tuple[Preview, Saved | None]:
        """How a list would be read, and the result of the same list when there is one. Nothing is kept.

        Raises Invalid for what is no list, and Unavailable.
        """
        async with self._turn:
            preview = await previewed(content, asked)
        async with self._database.reading() as connection:
            return preview, await store.of_list(connection, whose.organization, whose.client, preview.digest)

    async def compare(self, whose: Whose, asked: Asked, content: bytes, name: str) -> Saved:
        """Compare a list with the ledger and keep the result under this name; an earlier one of the same list goes.

        Raises Invalid(field=..) for a reading that cannot be, and Unavailable.
        """
        id_ = self._ids.next()
        async with self._turn, comparing(content, asked) as work:
            if work.head.since is None or work.head.until is None:
                raise Invalid("not one line is a call that can be read: correct the columns", field="start")
            known = await self._known(whose, asked, work.head)
            span = (_least(asked.since, work.head.since) - MOST_SKEW, _most(asked.until, work.head.until) + MOST_SKEW)
            totals = await work.totals(known, self._calls(whose, *span))
            async for page in work.differences():
                async with self._database.transaction() as connection:
                    await store.add_differences(connection, whose.organization, whose.client, id_, page)
        return await self._keep(whose, asked, id_, name, work.head.digest, totals)

    async def _known(self, whose: Whose, asked: Asked, head: Head) -> Known:
        since, until = (head.since or 0) - MOST_SKEW, (head.until or 0) + MOST_SKEW
        numbers = await self._numbers(whose.organization)
        counted = await self._arrivals.counted(whose.organization, whose.client, since, until)
        async with self._database.reading() as connection:
            silences = await store.silences(connection, whose.organization, since, until)
        return Known(
            {number: client == whose.client for number, client in numbers.items()},
            [Counted(*one) for one in counted],
            silences,
            asked.since,
            asked.until,
        )

    async def _calls(self, whose: Whose, since: int, until: int) -> AsyncIterator[Sequence[Call]]:
        pages = self._arrivals.calls(whose.organization, whose.client, self._channel, since, until)
        async for page in pages:
            yield [Call(one.id, one.entrance or "", *one[2:]) for one in page]

    async def _keep(self, whose: Whose, asked: Asked, id_: str, name: str, digest: str, totals: Totals) -> Saved:
        now = self._clock.now()
        saved = Saved(id_, whose.client, name, whose.by, now, now + KEPT, digest, asked.zone, asked.tolerance, totals)
        changes = {"client": [None, whose.client], "lines": [None, totals.lines], "list": [None, digest[:16]]}
        organization = whose.organization
        async with self._database.transaction() as connection:
            earlier = await store.of_list(connection, organization, whose.client, digest)
            if earlier is not None:
                await store.remove_head(connection, organization, whose.client, earlier.id)
                changes["replaces"] = [earlier.id, None]
            await store.add_head(connection, organization, saved)
            await self._audit.record(connection, organization, whose.by, [Change("compared", NOUN, id_, changes)])
        if earlier is not None:
            await self._retention.sweep(organization, earlier.id)
        return saved

    # -- what is there

    async def latest(self, organization: str, clients: Collection[str]) -> list[Saved]:
        """The results that are kept, the newest first."""
        async with self._database.reading() as connection:
            return await store.heads(connection, organization, clients, LISTED)

    async def one(self, organization: str, clients: Collection[str], id_: str) -> Saved:
        """Raises NotFound."""
        async with self._database.reading() as connection:
            found = await store.head(connection, organization, clients, id_)
        if found is None:
            raise NotFound("There is no such reconciliation")
        return found

    async def differences(
        self, organization: str, saved: Saved, kind: Kind, *, after: int = 0, limit: int = MOST
    ) -> Page[Difference]:
        """Those of one kind. after: number of the last one before."""
        limit = max(1, min(limit, MOST))
        async with self._database.reading() as connection:
            rows = await store.differences(
                connection, organization, [saved.client], saved.id, kind, after=after, most=limit + 1
            )
        return Page(rows[:limit], str(rows[limit - 1].number) if len(rows) > limit else None)

    async def numbers_of(self, organization: str, saved: Saved, differences: Sequence[Difference]) -> Mapping[str, str]:
        """Who called, of the contacts among these, by contact; without those that hid it or were forgotten."""
        contacts = [one.contact for one in differences if one.contact is not None]
        return await self._arrivals.numbers(organization, [saved.client], contacts)

    async def exported(self, organization: str, saved: Saved, *, by: str) -> None:
        """Write down that somebody took the differences out."""
        await self._audit.note(organization, by, Change("exported", NOUN, saved.id))

    async def delete(self, organization: str, saved: Saved, *, by: str) -> None:
        """It is gone for everybody."""
        async with self._database.transaction() as connection:
            if await store.remove_head(connection, organization, saved.client, saved.id):
                await self._audit.record(connection, organization, by, [Change("deleted", NOUN, saved.id)])
        await self._retention.sweep(organization, saved.id)


def _least(asked: int | None, found: int) -> int:
    return found if asked is None else min(asked, found)


def _most(asked: int | None, found: int) -> int:
    return found if asked is None else max(asked, found)
