"""What customers answered: the answer given last counts, in whichever order and however often answers come."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from support.clock import SetClock
from support.floor import SECOND
from switchboard.conversations.satisfaction import AHEAD, Answered, Satisfactions
from switchboard.conversations.service import Conversations
from switchboard.conversations.store import contact, satisfaction
from switchboard.kit.errors import Conflict, Invalid, NotFound
from switchboard.kit.ids import IdSource
from switchboard.storage.database import Database
from switchboard.tenancy.service import Audit

ACME = ["brand"]
IDS = random.Random(2)
"""One for all examples: their audits are in one database."""


class Partner:
    """Whoever asks customers, and the contacts of two clients that are over but for one."""

    def __init__(self, database: Database, ids: random.Random) -> None:
        self.database = database
        self.clock = SetClock()
        self.audit = Audit(database, self.clock, IdSource(self.clock, ids))
        self.conversations = Conversations(database, self.clock)
        self._satisfactions = Satisfactions(database, self.clock, self.audit)

    async def open(self) -> None:
        at = self.clock.now()
        rows = [
            {"id": id_, "client": client, "closed_at": closed}
            for id_, client, closed in (("c1", "brand", at + SECOND), ("open", "brand", None), ("c3", "other", at + 1))
        ]
        async with self.database.transaction() as connection:
            for row in rows:
                await connection.execute(
                    insert(contact).values(organization="acme", channel="voice", arrived_at=at, **row)
                )
        self.clock.pass_seconds(100)

    async def tell(self, score: int, at: int = 0, of: str = "c1", **scale: int) -> Answered:
        answer = Answered(score, scale.get("lowest", 1), scale.get("highest", 5), at)
        return await self._satisfactions.tell("acme", ACME, of, answer, by="poll")

    async def audited(self) -> Sequence[tuple[str, object]]:
        page = await self.audit.entries("acme", kind="satisfaction")
        return [(one.action, one.changes["score"]) for one in reversed(page.rows)]


@pytest.fixture
async def partner(database: Database) -> Partner:
    partner = Partner(database, random.Random(1))
    await partner.open()
    return partner


async def test_an_answer_stands_in_the_record_and_the_audit(partner: Partner) -> None:
    kept = await partner.tell(4)
    assert (kept.share, kept.at) == (0.75, partner.clock.now())
    record = await partner.conversations.record("acme", ACME, "c1")
    assert record.contact.satisfaction == kept
    assert (await partner.conversations.record("acme", ACME, "open")).contact.satisfaction is None
    assert await partner.audited() == [("created", [None, "4 of 1 to 5"])]


async def test_the_answer_given_last_counts_and_the_same_twice_changes_nothing(partner: Partner) -> None:
    later, earlier = partner.clock.now(), partner.clock.now() - 50 * SECOND
    assert (await partner.tell(2, later)).score == 2
    assert (await partner.tell(2, later)).score == 2
    assert (await partner.tell(5, earlier)).score == 2, "it was given sooner and only came later"
    partner.clock.pass_seconds(30 * 86_400)
    assert (await partner.tell(9, lowest=0, highest=10)).share == 0.9, "late, on another scale, and without a time"
    assert await partner.audited() == [
        ("created", [None, "2 of 1 to 5"]),
        ("changed", ["2 of 1 to 5", "9 of 0 to 10"]),
    ]


async def test_what_cannot_be_is_refused_by_name(partner: Partner) -> None:
    now = partner.clock.now()
    for answer, field in (
        ({"score": 6}, "score"),
        ({"score": 0}, "score"),
        ({"score": 3, "lowest": 5, "highest": 5}, "highest"),
        ({"score": 3, "at": now - 101 * SECOND}, "answered_at"),
        ({"score": 3, "at": now + AHEAD + 1}, "answered_at"),
    ):
        with pytest.raises(Invalid) as refused:
            await partner.tell(**answer)  # type: ignore[arg-type]
        assert refused.value.field == field
    for unknown in ("nobody", "c3"):
        with pytest.raises(NotFound):
            await partner.tell(3, of=unknown)
    with pytest.raises(Conflict, match="goes on"):
        await partner.tell(3, of="open")
    assert await partner.audited() == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), min_size=1, max_size=8))
async def test_in_any_order_the_latest_given_is_what_counts(
    sqlite_database: Database, told: list[tuple[int, int]]
) -> None:
    partner = Partner(sqlite_database, IDS)
    async with sqlite_database.transaction() as connection:
        for table in (contact, satisfaction):
            await connection.execute(table.delete().where(table.c.organization == "acme"))
    await partner.open()
    begin = partner.clock.now() - 50 * SECOND
    for second, score in told:
        kept = await partner.tell(score, begin + second * SECOND)
    latest = max(second for second, _ in told)
    # Of two at the same moment, whichever came later.
    assert kept.score == [score for second, score in told if second == latest][-1]
    assert kept.at == begin + latest * SECOND
