"""Call-backs that people enter, move and cancel, and what their rows give back, on both databases."""

import asyncio
import random
from types import SimpleNamespace
from typing import Any

import pytest

from support.callbacks import HOUR, NUMBER, SECOND, KeptTelephone, callback, terms
from support.tenancy import START, JumpingClock
from switchboard.kit.errors import Conflict, Invalid, NotFound
from switchboard.kit.ids import IdSource
from switchboard.kit.tasks import Tasks
from switchboard.outbound.callbacks import store
from switchboard.outbound.callbacks.forgetting import Forgetting
from switchboard.outbound.callbacks.model import OPEN, Callback, CallbackState, Outcome, Search
from switchboard.outbound.callbacks.service import Callbacks
from switchboard.routing.commands import decode
from switchboard.routing.model import Requirement
from switchboard.storage.database import Database
from switchboard.tenancy.service import Audit

NIGHT = terms(first=8 * 60, last=20 * 60)
"""`START` is one o'clock at night in Berlin: nobody is called before eight, so that everything waits."""


class House:
    """The room over one queue of the client `acme`; its Floor tells nothing."""

    def __init__(self, database: Database) -> None:
        self.clock = JumpingClock()
        self.database = database
        self.telephone = KeptTelephone()
        self.tasks = Tasks("callbacks")
        ids = IdSource(self.clock, random.Random(1))
        routing: Any = SimpleNamespace(subscribe=lambda _: lambda: None, standing_at=lambda *_, **__: None)
        floors: Any = SimpleNamespace(of=lambda _: routing)
        client = SimpleNamespace(id="acme", name="Acme", time_zone=NIGHT.time_zone, region=NIGHT.region)
        tenancy: Any = SimpleNamespace(clients=_answering([client]))
        setting = SimpleNamespace(client="acme", callback=NIGHT.rule)
        queues: Any = SimpleNamespace(
            ids=_answering({"support": "q1", "sales": "q2"}),
            configured=_answering({"support": setting, "sales": SimpleNamespace(client="acme", callback=None)}),
        )
        self.audit = Audit(database, self.clock, ids)
        self.callbacks = Callbacks(
            database,
            clock=self.clock,
            ids=ids,
            tasks=self.tasks,
            floors=floors,
            queues=queues,
            tenancy=tenancy,
            audit=self.audit,
        )
        self.callbacks.telephone = self.telephone

    async def schedule(self, **given: Any) -> Callback:
        plain: dict[str, Any] = {
            "queue": "q1",
            "number": NUMBER,
            "not_before": None,
            "until": None,
            "priority": 0,
            "customer": None,
            "language": "en",
            "by": "sue",
        }
        return await self.callbacks.schedule("acme", **(plain | given))

    async def found(self, *states: CallbackState) -> list[Callback]:
        return list((await self.callbacks.page("acme", Search(["acme"], states or tuple(CallbackState)))).rows)

    async def actions(self) -> list[str]:
        return sorted(entry.action for entry in (await self.audit.entries("acme", kind="call-back")).rows)

    async def close(self) -> None:
        self.callbacks.close()
        await self.tasks.close()


def _answering(value: Any) -> Any:
    async def answer(*_: Any) -> Any:
        return value

    return answer


@pytest.fixture
async def house(database: Database) -> Any:
    made = House(database)
    await made.callbacks.open("acme")
    yield made
    await made.close()


async def test_a_row_gives_back_every_field(database: Database) -> None:
    rows = store.Rows(database, "acme")
    whole = callback(
        customer="c1", attempts=2, outcome=Outcome.BUSY, asked_in="k1", asked_by="sue", contact="k2", priority=-3
    )
    await rows.add(whole)
    assert await rows.open_ones() == [whole]
    empty = callback(number=None, state=CallbackState.EXPIRED, since=START + 1)
    await rows.save(empty, joins="k3")
    assert await rows.open_ones() == []
    async with database.reading() as connection:
        assert await store.one(connection, "acme", ["acme"], "b1") == empty
        assert await store.joined(connection, "acme", ["acme"], "k3") == [("b1", "k1"), ("b1", "k3")]


async def test_nothing_of_another_organization_or_client_is_found(database: Database) -> None:
    await store.Rows(database, "acme").add(callback(asked_in="k1"))
    assert await store.Rows(database, "other").open_ones() == []
    async with database.reading() as connection:
        for organization, clients in (("other", ["acme"]), ("acme", ["brand"]), ("acme", [])):
            assert await store.one(connection, organization, clients, "b1") is None
            assert await store.some(connection, organization, Search(clients), limit=9) == []
            assert await store.joined(connection, organization, clients, "k1") == []


async def test_a_person_enters_moves_and_cancels_one(house: House) -> None:
    one = await house.schedule(not_before=START + 20 * HOUR)
    assert (one.state, one.place, one.asked_by) == (CallbackState.WAITING, START + 20 * HOUR, "sue")
    assert one.until == one.not_before + NIGHT.rule.keep
    begins, ends = START + 30 * HOUR, START + 32 * HOUR
    moved = await house.callbacks.change("acme", ["acme"], one.id, not_before=begins, until=ends, by="sue")
    assert (moved.not_before, moved.until, moved.place) == (begins, ends, begins)
    assert await house.found(*OPEN) == [moved]
    ended = await house.callbacks.cancel("acme", ["acme"], one.id, by="sue")
    assert ended.state is CallbackState.CANCELLED
    assert await house.found(*OPEN) == []
    assert [kept.state for kept in await house.found()] == [ended.state]
    assert await house.actions() == ["cancelled", "changed", "created"]


async def test_a_number_has_one_open_call_back(house: House) -> None:
    first = await house.schedule()
    with pytest.raises(Conflict):
        await house.schedule()
    await house.callbacks.cancel("acme", ["acme"], first.id, by="sue")
    assert (await house.schedule()).id != first.id


async def test_what_cannot_be_is_refused_by_field(house: House) -> None:
    with pytest.raises(Invalid) as no_rule:
        await house.schedule(queue="q2")
    with pytest.raises(Invalid) as backwards:
        await house.schedule(not_before=START + HOUR, until=START + HOUR)
    assert (no_rule.value.field, backwards.value.field) == ("queue", "until")
    assert await house.found() == []


async def test_one_that_is_over_is_neither_moved_nor_cancelled_again(house: House) -> None:
    one = await house.schedule()
    await house.callbacks.cancel("acme", ["acme"], one.id, by="sue")
    with pytest.raises(Conflict):
        await house.callbacks.cancel("acme", ["acme"], one.id, by="sue")
    with pytest.raises(Conflict):
        await house.callbacks.change("acme", ["acme"], one.id, not_before=START + HOUR, until=None, by="sue")
    with pytest.raises(NotFound):
        await house.callbacks.cancel("acme", ["brand"], one.id, by="sue")


async def test_what_was_entered_is_open_again_after_a_restart(house: House) -> None:
    one = await house.schedule(not_before=START + 20 * HOUR)
    again = House(house.database)
    await again.callbacks.open("acme")
    try:
        assert again.callbacks.book("acme").every == [one]
        await asyncio.sleep(0)
        assert again.telephone.stands == []
    finally:
        await again.close()


async def test_contacts_of_one_call_back_know_each_other(house: House) -> None:
    rows = store.Rows(house.database, "acme")
    asked = callback(asked_in="k1", asked_at=START + SECOND)
    await rows.add(asked)
    await rows.save(asked, joins="k2")
    assert list(await house.callbacks.joined("acme", ["acme"], "k1")) == ["k2"]
    assert list(await house.callbacks.joined("acme", ["acme"], "k2")) == ["k1"]


async def test_lists_come_by_pages_and_by_what_is_looked_for(house: House) -> None:
    numbers = [f"+4930123{number}" for number in range(400, 405)]
    made = [await house.schedule(number=number, by="sue" if number < numbers[3] else "tom") for number in numbers]
    page = await house.callbacks.page("acme", Search(["acme"]), limit=2)
    rest = await house.callbacks.page("acme", Search(["acme"]), after=page.after, limit=9)
    assert [one.id for one in (*page.rows, *rest.rows)] == sorted((one.id for one in made), reverse=True)
    assert (page.after, rest.after) == (page.rows[-1].id, None)
    for search, count in (
        (Search(["acme"], digits="403"), 1),
        (Search(["acme"], asked_by="tom"), 2),
        (Search(["acme"], queue="q2"), 0),
        (Search(["acme"], [CallbackState.DONE]), 0),
    ):
        assert len((await house.callbacks.page("acme", search)).rows) == count


async def test_only_its_note_is_changed(house: House) -> None:
    one = await house.schedule(not_before=START + 20 * HOUR, note="about the invoice")
    house.clock.jump(21 * 3_600)
    changed = await house.callbacks.change("acme", ["acme"], one.id, not_before=None, until=None, note="paid", by="sue")
    assert (one.note, changed.note, changed.not_before, changed.until) == (
        "about the invoice",
        "paid",
        one.not_before,
        one.until,
    )


async def test_times_at_which_nobody_is_called_are_refused(house: House) -> None:
    with pytest.raises(Invalid, match="over") as past:
        await house.schedule(not_before=START - HOUR)
    with pytest.raises(Invalid, match="8:00 to 20:00") as night:
        await house.schedule(not_before=START + 20 * HOUR, until=START + 22 * HOUR)
    assert (past.value.field, night.value.field) == ("not_before", "not_before")


async def test_it_stands_in_line_with_the_skills_that_were_asked_for(house: House) -> None:
    one = await house.schedule(requires=(Requirement("s1", 2),), priority=5)
    (queued,) = decode(one.queued)
    assert (queued.requirements, queued.priority) == ((Requirement("s1", 2),), 5)


async def test_numbers_and_notes_are_forgotten_when_their_time_is_over(house: House) -> None:
    one = await house.schedule(note="about the invoice")
    kept = await house.schedule(number="+4930654321", not_before=START + 20 * HOUR)
    await house.callbacks.cancel("acme", ["acme"], one.id, by="sue")
    queues: Any = SimpleNamespace(by_id=_answering({"q1": SimpleNamespace(client="acme", callback=NIGHT.rule)}))
    jobs: Any = None
    forgetting = Forgetting(house.database, house.clock, queues, jobs)
    house.clock.jump((NIGHT.rule.retention * 24 - 1) * 3_600)
    assert await forgetting.forget("acme") == 0
    house.clock.jump(2 * 3_600)
    assert await forgetting.forget("acme") == 1
    assert await forgetting.forget("acme") == 0
    told = {found.id: (found.number, found.note) for found in await house.found()}
    assert told == {one.id: (None, None), kept.id: ("+4930654321", None)}
