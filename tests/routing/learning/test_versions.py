"""Versions are made from the ledger, kept with what they bring and brought to the Floor; an older one can come back."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert

from support.clock import SetClock
from support.floor import SECOND
from switchboard.conversations.model import Role, TalkEnd, WrapUpEnd
from switchboard.conversations.service import Conversations, HandledFact
from switchboard.conversations.store import contact, engagement, engagement_note, offer, satisfaction
from switchboard.kit.errors import Conflict, NotFound, Refused
from switchboard.kit.ids import IdSource
from switchboard.routing.commands import Command
from switchboard.routing.floor import Floor
from switchboard.routing.learning import store
from switchboard.routing.learning.decide import DAY, judged
from switchboard.routing.learning.service import KIND, STRATEGY, Learning
from switchboard.routing.model import Answer, Disposition, Found, QueueItem, RunnerUp, Why
from switchboard.routing.outcomes import HOUR, Expected, Group, OutcomeWhy
from switchboard.storage.database import Database
from switchboard.storage.jobs import Job
from switchboard.tenancy.service import Audit

SUPPORT = QueueItem(
    key="support",
    name="Support",
    client="acme",
    strategy=STRATEGY,
    dispositions=(Disposition("solved", "Solved", True), Disposition("passed", "Passed on", False)),
)


class OneFloor:
    """Stands for the Floors and for the only one of them."""

    def __init__(self, clock: SetClock) -> None:
        self.floor = Floor()
        self._clock = clock

    def of(self, _organization: str) -> "OneFloor":
        return self

    async def command(self, command: Command) -> list[Answer]:
        return [self.floor.handle(command, self._clock.now()).answer]


class OneQueue:
    """Stands for the configured queues."""

    item = SUPPORT

    async def ids(self, _connection: object, _organization: str) -> Mapping[str, str]:
        return {"support": "support"}

    async def configured(self, _connection: object, _organization: str) -> Mapping[str, QueueItem]:
        return {"support": self.item}


class Past:
    """A center with a ledger."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = SetClock()
        self.ids = IdSource(self.clock, random.Random(1))
        self.floors = OneFloor(self.clock)
        self.queues = OneQueue()
        self._number = 0

        async def clients(_organization: str) -> Sequence[str]:
            return ["acme"]

        self.learning = Learning(
            database,
            self.clock,
            Audit(database, self.clock, self.ids),
            Conversations(database, self.clock),
            floors=self.floors,  # type: ignore[arg-type]
            queues=self.queues,  # type: ignore[arg-type]
            clients=clients,
        )

    async def handled(self, agent: str, seconds: Sequence[int], why: Why, **more: Any) -> None:
        """So many talks of this agent, one a minute; from_the_hour: from the next full hour on."""
        if more.get("from_the_hour"):
            self.clock.pass_seconds((HOUR - self.clock.now() % HOUR) // SECOND)
        tables = (contact, engagement, offer, engagement_note, satisfaction)
        rows: dict[Any, list[dict[str, Any]]] = {table: [] for table in tables}
        for length in seconds:
            self.clock.pass_seconds(60)
            self._number += 1
            at, id_ = self.clock.now(), self.ids.next()
            of = {"organization": "acme"}
            rows[contact].append(
                {
                    **of,
                    "id": id_,
                    "client": "acme",
                    "channel": "voice",
                    "arrived_at": at,
                    "customer": more.get("customer"),
                    "entrance": "hotline",
                }
            )
            work = {"contact": id_, "agent": agent, "queue": "support", "visit": f"{id_}.v1", "offer": self._number}
            rows[engagement].append(
                {
                    **of,
                    **work,
                    "id": f"{id_}.e1",
                    "role": Role.PRIMARY.value,
                    "opened_at": at,
                    "ring_time": 0,
                    "ended_by": TalkEnd.CUSTOMER.value,
                    "talk_time": length * SECOND,
                    "hold_time": 0,
                    "wrap_up_time": 0,
                    "closed_at": at + length * SECOND,
                    "wrap_up_end": WrapUpEnd.NONE.value,
                }
            )
            rows[offer].append({**of, **work, "reach": "phone", "made_at": at, "why": msgspec.to_builtins(why)})
            if (score := more.get("score")) is not None:
                rows[satisfaction].append(
                    {
                        **of,
                        "contact": id_,
                        "client": "acme",
                        "score": score,
                        "lowest": 1,
                        "highest": 5,
                        "answered_at": at,
                        "by": "poll",
                        "at": at,
                    }
                )
            if (said := more.get("disposition")) is not None:
                rows[engagement_note].append(
                    {
                        **of,
                        "engagement": f"{id_}.e1",
                        "contact": id_,
                        "client": "acme",
                        "disposition": said,
                        "note": "",
                        "by": agent,
                        "at": at,
                    }
                )
        self.clock.pass_seconds(1)
        async with self.database.transaction() as connection:
            for table, some in rows.items():
                if some:
                    known = set(table.c.keys())
                    await connection.execute(insert(table), [{k: v for k, v in r.items() if k in known} for r in some])


def why(group: Group | None = None, *idle: str) -> Why:
    outcome = None if group is None else OutcomeWhy(1, group, Expected(0, None, None, 0))
    return Why("best expected outcome", Found.AGENT, 0.0, tuple(RunnerUp(one, 0.0) for one in idle), outcome=outcome)


@pytest.fixture
def past(database: Database) -> Past:
    return Past(database)


async def test_too_little_says_how_much_is_needed(past: Past) -> None:
    await past.handled("anna", [100] * 10, why())
    with pytest.raises(Refused, match="10 handled contacts"):
        await past.learning.learn("acme", by="sue")
    assert await past.learning.versions("acme") == []


async def test_a_version_is_learned_brought_to_the_floor_and_later_measured(past: Past) -> None:
    await past.handled("anna", [100, 120] * 150, why(None, "ben"), disposition="solved")
    await past.handled("ben", [300, 320] * 150, why(None, "anna"), disposition="passed")
    past.clock.pass_seconds(8 * DAY // SECOND)
    assert await past.learning.learn("acme", by="sue") == 1
    learned = past.floors.floor.state.learned
    assert learned is not None
    anna, ben = (learned.queues["support"].of(agent, "hotline") for agent in ("anna", "ben"))
    assert (round(anna.handling / SECOND), round(ben.handling / SECOND)) == (110, 310)
    assert anna.resolution is not None
    assert ben.resolution is not None
    assert anna.resolution > 0.95 > 0.05 > ben.resolution
    (first,) = await past.learning.versions("acme")
    assert (first.number, first.by, first.contacts, first.in_force) == (1, "sue", 600, True)
    assert round(first.expected["support"]) == 250

    for _ in range(3):
        await past.handled("anna", [100, 120] * 20, why(Group.BEST, "ben"), from_the_hour=True)
    for _ in range(3):
        await past.handled("ben", [300, 320] * 10, why(Group.HELD_OUT, "anna"), from_the_hour=True)
    assert await past.learning.learn("acme", by="sue") == 2
    second, first = await past.learning.versions("acme")
    assert (second.in_force, first.in_force) == (True, False)
    gain = first.gains["support"]
    # One a minute from the tenth on.
    assert (gain.best, gain.best_hours, gain.held_out, gain.held_out_hours) == (93, 3, 33, 3)
    assert gain.handling.mean == pytest.approx(-200, abs=1)


async def test_who_comes_again_was_not_resolved_and_who_may_still_come_is_not_counted(past: Past) -> None:
    await past.handled("anna", [100] * 40, why(), customer="mia")
    past.clock.pass_seconds(8 * DAY // SECOND)
    await past.handled("ben", [100] * 40, why(), disposition="solved")
    await past.learning.learn("acme", by="sue")
    learned = past.floors.floor.state.learned
    assert learned is not None
    resolution = learned.queues["support"].overall.resolution
    # Only the last of his forty talks was not followed by another; ben's are too young.
    assert resolution == pytest.approx(1 / 40)


async def test_a_version_says_how_many_answers_it_rests_on(past: Past) -> None:
    await past.handled("anna", [100] * 30, why(), score=5)
    await past.handled("ben", [100] * 30, why(), score=2)
    await past.handled("ben", [100] * 30, why())
    await past.learning.learn("acme", by="sue")
    learned = past.floors.floor.state.learned
    assert learned is not None
    anna, ben = (learned.queues["support"].of(agent, "hotline").satisfaction for agent in ("anna", "ben"))
    assert (anna, ben) == (1.0, 0.25), "those who answered one agent's way never differ, and are believed"
    (version,) = await past.learning.versions("acme")
    assert (version.contacts, version.answers) == (90, {"support": 60})


async def test_an_answer_counts_for_who_talked_last(past: Past) -> None:
    fact = HandledFact("c1", None, None, "support", "anna", 1, 1, 2, 100, None, {}, satisfaction=0.25)
    facts = [fact, fact._replace(agent="ben"), fact._replace(contact="c2", satisfaction=None)]
    known = judged(facts, {"support": SUPPORT}, until=3)
    assert [(one.agent, one.satisfaction) for one in known] == [("anna", None), ("ben", 0.25), ("anna", None)]


async def test_an_older_version_that_was_put_back_stays(past: Past) -> None:
    await past.handled("anna", [100, 120] * 30, why())
    night = Job("acme", "j1", KIND, b"", 1, 1, "w1")
    await past.learning._nightly(night)
    await past.learning._nightly(night)
    assert [(one.number, one.in_force) for one in await past.learning.versions("acme")] == [(2, True), (1, False)]
    await past.learning.take("acme", 1, by="sue")
    await past.learning._nightly(night)
    assert [one.in_force for one in await past.learning.versions("acme")] == [False, False, True]
    with pytest.raises(Conflict):
        await past.learning.take("acme", 1, by="sue")
    with pytest.raises(NotFound):
        await past.learning.take("acme", 9, by="sue")


async def test_no_version_is_made_by_itself_where_no_queue_goes_by_it(past: Past) -> None:
    await past.handled("anna", [100, 120] * 30, why())
    past.queues.item = msgspec.structs.replace(SUPPORT, strategy="longest idle")
    await past.learning._nightly(Job("acme", "j1", KIND, b"", 1, 1, "w1"))
    assert await past.learning.versions("acme") == []


async def test_what_an_older_release_measured_still_reads(past: Past) -> None:
    await past.handled("anna", [100, 120] * 30, why())
    await past.learning.learn("acme", by="sue")
    measured = {"mean": -18.0, "half": 9.0}
    of_old = {"best": 800, "held_out": 90, "cost": measured, "handling": measured, "resolution": None}
    async with past.database.transaction() as connection:
        await store.put_gains(connection, "acme", 1, {"support": of_old})
    (version,) = await past.learning.versions("acme")
    gain = version.gains["support"]
    assert (gain.best, gain.held_out, gain.best_hours, gain.held_out_hours) == (800, 90, 0, 0)
    async with past.database.transaction() as connection:
        await store.put_gains(connection, "acme", 1, {"sales": of_old})
    (version,) = await past.learning.versions("acme")
    assert set(version.gains) == {"support", "sales"}, "a queue of which nothing new is known keeps what it has"
