"""How content customers were, by their own word: one answer a contact, the last that was given.

    kept = await satisfactions.tell(organization, clients, contact, Answered(4, 1, 5), by=person)
    kept.share                                           # 0.75: where 4 lies between 1 and 5

Whoever asks the customer tells it, an outside survey today, when the contact is over. Contacts without an answer have
no row. An answer says nothing of who the customer is: it stays when a person is forgotten, as the contact's times do.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.conversations.store import contact, satisfaction
from switchboard.kit.clock import MICROSECONDS, Clock
from switchboard.kit.errors import Conflict, Invalid, NotFound
from switchboard.storage.database import Database
from switchboard.tenancy.service import Audit, Change

NOUN: Final = "satisfaction"

AHEAD: Final = 300 * MICROSECONDS
"""How far the clock of whoever asks may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A score on a scale; the highest is the most content. at: when the customer gave it, UTC epoch microseconds."""

    score: int
    lowest: int
    highest: int
    at: int = 0

    @property
    def share(self) -> float:
        """0 to 1: all scales made alike."""
        return (self.score - self.lowest) / (self.highest - self.lowest)

    def __str__(self) -> str:
        return f"{self.score} of {self.lowest} to {self.highest}"


def check(answer: Answered, arrived_at: int, now: int) -> None:
    """Raises Invalid, naming the field, for what no customer of a contact that arrived then can have answered."""
    if answer.highest <= answer.lowest:
        raise Invalid("the highest score of the scale must be above the lowest", field="highest")
    if not answer.lowest <= answer.score <= answer.highest:
        raise Invalid(f"the score must lie on the scale from {answer.lowest} to {answer.highest}", field="score")
    if answer.at < arrived_at:
        raise Invalid("that is before the contact arrived; give microseconds since 1970, UTC", field="answered_at")
    if answer.at > now + AHEAD:
        raise Invalid("that lies in the future; give microseconds since 1970, UTC", field="answered_at")


class Satisfactions:
    """Keeps what customers answered."""

    def __init__(self, database: Database, clock: Clock, audit: Audit) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    async def tell(
        self, organization: str, clients: Collection[str], of_contact: str, answer: Answered, *, by: str
    ) -> Answered:
        """What is kept now: this answer, or another that the customer gave later and that came sooner.

        The same told twice changes nothing. answer: at 0 is now. clients: whose contacts these may be. Raises NotFound
        for an unknown contact or one of another client, Conflict while it goes on, Invalid as `check` does.
        """
        now = self._clock.now()
        answer = answer if answer.at else Answered(answer.score, answer.lowest, answer.highest, now)
        async with self._database.transaction() as connection:
            found = await _contact(connection, organization, clients, of_contact)
            check(answer, found["arrived_at"], now)
            if found["closed_at"] is None:
                raise Conflict("This contact still goes on: tell the answer when it is over")
            before = (await given(connection, organization, [found["client"]], [of_contact])).get(of_contact)
            if before is not None and (before == answer or before.at > answer.at):
                return before
            row = {
                "organization": organization,
                "contact": of_contact,
                "client": found["client"],
                "score": answer.score,
                "lowest": answer.lowest,
                "highest": answer.highest,
                "answered_at": answer.at,
                "by": by,
                "at": now,
            }
            await connection.execute(self._database.dialect.upsert(satisfaction, row))
            changed = {"score": [None if before is None else str(before), str(answer)]}
            change = Change("created" if before is None else "changed", NOUN, of_contact, changed)
            await self._audit.record(connection, organization, by, [change])
        return answer


async def _contact(
    connection: AsyncConnection, organization: str, clients: Collection[str], id_: str
) -> Mapping[str, Any]:
    """Locked, so that of two answers at the same time the later one is kept. Raises NotFound."""
    found = await connection.execute(
        select(contact.c.client, contact.c.arrived_at, contact.c.closed_at)
        .where(contact.c.organization == organization, contact.c.client.in_(clients), contact.c.id == id_)
        .with_for_update()
    )
    row = found.mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such contact")
    return dict(row)


async def given(
    connection: AsyncConnection, organization: str, clients: Collection[str], contacts: Collection[str]
) -> dict[str, Answered]:
    """contact -> what its customer answered, of those who did."""
    of = satisfaction.c
    found = await connection.execute(
        select(of.contact, of.score, of.lowest, of.highest, of.answered_at).where(
            of.organization == organization, of.client.in_(clients), of.contact.in_(contacts)
        )
    )
    return {row.contact: Answered(row.score, row.lowest, row.highest, row.answered_at) for row in found}
