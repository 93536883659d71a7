"""Recognising: one customer per number however many calls come at once, cheap when he calls again."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from support.tenancy import JumpingClock
from switchboard.customers import store
from switchboard.customers.arrivals import APART
from switchboard.customers.model import CustomerRef, Identity, Kind
from switchboard.customers.service import REMEMBERED, Customers
from switchboard.kit.errors import Conflict, Invalid, NotFound
from switchboard.kit.ids import IdSource
from switchboard.kit.tasks import Tasks
from switchboard.storage.database import Database
from switchboard.storage.writer import GroupCommitWriter
from switchboard.tenancy.service import Audit

NUMBER = "+4930123456"


def customers_on(
    database: Database, clock: JumpingClock, tasks: Tasks, writer: GroupCommitWriter, *, seed: int = 1
) -> Customers:
    ids = IdSource(clock, random.Random(seed))
    return Customers(database, clock, ids, tasks, Audit(database, clock, ids), writer)


@pytest.fixture
async def writer(database: Database, clock: JumpingClock) -> AsyncIterator[GroupCommitWriter]:
    started = GroupCommitWriter(database, clock=clock)
    yield started
    await started.close()


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    async with Tasks("test") as started:
        yield started


@pytest.fixture
def customers(database: Database, clock: JumpingClock, tasks: Tasks, writer: GroupCommitWriter) -> Customers:
    return customers_on(database, clock, tasks, writer)


async def known(customers: Customers, number: str = NUMBER, client: str = "brand") -> CustomerRef:
    ref = await customers.recognise("acme", client, number, "DE")
    assert ref is not None
    return ref


async def count(database: Database) -> tuple[int, int]:
    """Customers and identities in the database."""
    async with database.reading() as connection:
        return (
            await connection.scalar(select(func.count()).select_from(store.customer)) or 0,
            await connection.scalar(select(func.count()).select_from(store.identity)) or 0,
        )


async def test_a_first_contact_makes_a_customer_whom_the_next_finds(
    customers: Customers, clock: JumpingClock, database: Database, tasks: Tasks, writer: GroupCommitWriter
) -> None:
    first = await known(customers)
    assert first == CustomerRef(first.id, None, clock.now())
    clock.jump(86_400)
    assert await known(customers, "030 123456") == first
    assert await known(customers_on(database, clock, tasks, writer, seed=2)) == first
    assert await count(database) == (1, 1)
    made = await customers.customer("acme", "brand", first.id)
    assert made.identities == ((Kind.NUMBER, NUMBER),)


async def test_an_anonymous_caller_is_nobody(customers: Customers, database: Database) -> None:
    assert await customers.recognise("acme", "brand", "anonymous", "DE") is None
    assert await count(database) == (0, 0)


async def test_one_number_is_another_customer_for_each_client_and_organization(
    customers: Customers, database: Database
) -> None:
    refs = [
        await customers.recognise(organization, client, NUMBER, "DE")
        for organization in ("acme", "other")
        for client in ("brand", "second")
    ]
    assert len({ref.id for ref in refs if ref}) == 4
    ref = refs[0]
    assert ref is not None
    for organization, client in (("acme", "second"), ("other", "brand")):
        with pytest.raises(NotFound):
            await customers.customer(organization, client, ref.id)
        with pytest.raises(NotFound):
            await customers.rename(organization, client, ref.id, "Mallory", by="test")


async def test_many_calls_of_one_new_number_at_once_make_one_customer(
    database: Database, clock: JumpingClock, tasks: Tasks, writer: GroupCommitWriter
) -> None:
    nodes = [customers_on(database, clock, tasks, writer, seed=seed) for seed in range(8)]
    refs = await asyncio.gather(*(known(node) for node in nodes for _ in range(5)))
    assert len(set(refs)) == 1
    assert await count(database) == (1, 1)


async def test_many_new_numbers_on_many_nodes_at_once(
    database: Database, clock: JumpingClock, tasks: Tasks, writer: GroupCommitWriter
) -> None:
    nodes = [customers_on(database, clock, tasks, writer, seed=seed) for seed in range(4)]
    numbers = [f"+49301234{number:03}" for number in range(60)]
    shuffled = random.Random(7)
    calls = [(node, number) for node in nodes for number in shuffled.sample(numbers, len(numbers))]
    refs = await asyncio.gather(*(known(node, number) for node, number in calls))
    by_number: dict[str, set[str]] = {}
    for (_, number), ref in zip(calls, refs, strict=True):
        by_number.setdefault(number, set()).add(ref.id)
    assert all(len(ids) == 1 for ids in by_number.values())
    assert await count(database) == (60, 60)


async def test_new_numbers_of_one_moment_are_one_batch_for_each_organization(
    customers: Customers, database: Database, writer: GroupCommitWriter
) -> None:
    numbers = [f"+49301234{number:03}" for number in range(45)]
    organizations = ("acme", "other")
    await asyncio.gather(*(customers.recognise(one, "brand", each, "DE") for one in organizations for each in numbers))
    assert writer.stats.batches == 2
    assert await count(database) == (90, 90)


async def test_rounds_keep_apart_while_new_callers_keep_coming(
    customers: Customers, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    rounds: list[float] = []
    carried_out = customers._arrivals._round
    coming: list[asyncio.Task[CustomerRef]] = []

    async def noted() -> None:
        rounds.append(loop.time())
        if len(rounds) < 4:
            coming.append(asyncio.create_task(known(customers, f"+4930123{len(rounds):03}")))
        await carried_out()

    monkeypatch.setattr(customers._arrivals, "_round", noted)
    await known(customers)
    for position in range(3):
        await coming[position]
    assert len(rounds) == 4
    assert all(after - before >= APART * 0.99 for before, after in pairwise(rounds))


async def test_one_that_fails_does_not_fail_its_neighbours(
    customers: Customers, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = customers._arrivals._find
    bad = Identity("acme", "brand", Kind.NUMBER, "+4930999999")

    async def fails_for_one(identities: list[Identity]) -> dict[Identity, CustomerRef]:
        if bad in identities:
            raise RuntimeError("broken row")
        return await find(identities)

    monkeypatch.setattr(customers._arrivals, "_find", fails_for_one)
    answers = await asyncio.gather(
        *(known(customers, number) for number in (NUMBER, bad.value, "+4930123457")), return_exceptions=True
    )
    assert [isinstance(answer, CustomerRef) for answer in answers] == [True, False, True]
    monkeypatch.undo()
    assert await known(customers, bad.value), "and is tried again with the next call"


async def test_a_caller_who_hangs_up_does_not_take_the_answer_from_others(customers: Customers) -> None:
    gone = asyncio.ensure_future(known(customers))
    stays = asyncio.ensure_future(known(customers))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_a_repeat_costs_no_query_and_next_to_no_time(
    customers: Customers, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await known(customers)
    monkeypatch.setattr(database, "reading", lambda: pytest.fail("asked the database"))
    began = time.process_time()
    for _ in range(1_000):
        await known(customers)
    assert (time.process_time() - began) / 1_000 < 0.000_3


async def test_a_new_name_shows_at_once_and_elsewhere_within_a_minute(
    customers: Customers, database: Database, clock: JumpingClock, tasks: Tasks, writer: GroupCommitWriter
) -> None:
    other_node = customers_on(database, clock, tasks, writer, seed=2)
    ref = await known(customers)
    await known(other_node)
    await customers.rename("acme", "brand", ref.id, " Ada ", by="bob")
    assert (await known(customers)).name == "Ada"
    assert (await known(other_node)).name is None
    clock.jump(REMEMBERED)
    assert (await known(other_node)).name == "Ada"
    await customers.rename("acme", "brand", ref.id, "", by="bob")
    assert (await customers.customer("acme", "brand", ref.id)).name is None


async def test_a_note_is_kept_and_the_audit_does_not_repeat_it(
    customers: Customers, database: Database, clock: JumpingClock
) -> None:
    ref = await known(customers)
    for _ in range(2):
        await customers.note("acme", "brand", ref.id, "Calls on Mondays", by="bob")
    assert (await customers.customer("acme", "brand", ref.id)).note == "Calls on Mondays"
    entries = await customers._audit.entries("acme")
    [entry] = entries.rows
    assert (entry.by, entry.kind, entry.subject) == ("bob", "customer", ref.id)
    assert entry.changes == {"note": "changed"}


async def test_what_somebody_else_changed_meanwhile_is_not_overwritten(customers: Customers) -> None:
    ref = await known(customers)
    place = ("acme", "brand", ref.id)
    await customers.rename(*place, "Ada", by="bob", seen="")
    with pytest.raises(Conflict) as refused:
        await customers.rename(*place, "Eve", by="eve", seen="")
    assert refused.value.field == "name"
    await customers.rename(*place, "Eve", by="eve", seen=" Ada ")
    await customers.note(*place, "likes tea", by="bob", seen="")
    with pytest.raises(Conflict):
        await customers.note(*place, "likes coffee", by="eve", seen="")
    # Both wrote the same: nothing is lost.
    await customers.note(*place, "likes tea", by="eve", seen="")
    made = await customers.customer(*place)
    assert (made.name, made.note) == ("Eve", "likes tea")


async def test_two_who_save_at_once_do_not_overwrite_each_other(customers: Customers) -> None:
    ref = await known(customers)
    place = ("acme", "brand", ref.id)
    saved = await asyncio.gather(
        *(customers.note(*place, f"note {n}", by="bob", seen="") for n in range(4)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in saved) == ["Conflict", "Conflict", "Conflict", "NoneType"]
    assert (await customers.customer(*place)).note == f"note {saved.index(None)}"


async def test_bad_names_and_notes_change_nothing(customers: Customers) -> None:
    ref = await known(customers)
    with pytest.raises(Invalid):
        await customers.rename("acme", "brand", ref.id, "a\nb", by="bob")
    with pytest.raises(Invalid):
        await customers.note("acme", "brand", ref.id, "\x00", by="bob")
    assert (await customers.customer("acme", "brand", ref.id)).note == ""


async def test_what_is_known_does_not_show_in_a_repr(customers: Customers) -> None:
    ref = await known(customers)
    await customers.rename("acme", "brand", ref.id, "Ada", by="bob")
    made = await customers.customer("acme", "brand", ref.id)
    assert "Ada" not in repr(made)
    assert NUMBER not in repr(made)
