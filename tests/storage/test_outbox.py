"""Told events are delivered at least once, and a failing reaction is retried and holds nobody up."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from support.clock import SetClock
from switchboard.kit.tasks import Tasks
from switchboard.storage.backoff import LONGEST, backoff
from switchboard.storage.database import Database
from switchboard.storage.outbox import LEASE, Delivery, Message, Outbox
from switchboard.storage.writer import Batch, GroupCommitWriter


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def outbox(database: Database, clock: SetClock) -> Outbox:
    return Outbox(database, clock=clock)


async def tell(database: Database, outbox: Outbox, *payloads: bytes, kind: str = "dismissed") -> None:
    async with database.transaction() as connection:
        for payload in payloads:
            await outbox.add(connection, "o", kind, payload)


async def test_messages_are_delivered_in_order_and_once(database: Database, outbox: Outbox, clock: SetClock) -> None:
    heard: list[Delivery] = []

    async def react(message: Delivery) -> None:
        heard.append(message)

    outbox.on("dismissed", react)
    await tell(database, outbox, b"1", b"2")
    assert await outbox.waiting() == 2
    assert await outbox.deliver() == 2
    assert await outbox.deliver() == 0
    assert [(one.organization, one.kind, one.payload, one.attempts) for one in heard] == [
        ("o", "dismissed", b"1", 1),
        ("o", "dismissed", b"2", 1),
    ]
    assert heard[0].at == clock.now()
    assert await outbox.waiting() == 0


async def test_a_transaction_that_fails_tells_nobody(database: Database, outbox: Outbox) -> None:
    async def fail() -> None:
        async with database.transaction() as connection:
            await outbox.add(connection, "o", "dismissed", b"")
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await outbox.waiting() == 0


async def test_a_failing_reaction_is_retried_later_and_holds_nobody_up(
    database: Database, outbox: Outbox, clock: SetClock
) -> None:
    heard: list[tuple[bytes, int]] = []

    async def react(message: Delivery) -> None:
        heard.append((message.payload, message.attempts))
        if message.payload == b"bad" and message.attempts < 3:
            raise LookupError

    outbox.on("dismissed", react)
    await tell(database, outbox, b"bad", b"good")
    await outbox.deliver()
    assert heard == [(b"bad", 1), (b"good", 1)]
    assert await outbox.deliver() == 0
    for attempt in (2, 3):
        clock.pass_seconds(backoff(attempt - 1))
        assert await outbox.deliver() == 1
        assert heard[-1] == (b"bad", attempt)
    assert await outbox.waiting() == 0


async def test_what_a_dead_process_took_is_delivered_after_its_lease(
    database: Database, outbox: Outbox, clock: SetClock
) -> None:
    heard: list[Delivery] = []

    async def react(message: Delivery) -> None:
        heard.append(message)

    outbox.on("dismissed", react)
    await tell(database, outbox, b"1")
    assert len(await Outbox(database, clock=clock)._take()) == 1
    assert await outbox.deliver() == 0
    clock.pass_seconds(LEASE)
    assert await outbox.deliver() == 1
    assert heard[0].attempts == 2


async def test_what_nobody_reacts_to_goes(database: Database, outbox: Outbox) -> None:
    await tell(database, outbox, b"", kind="unheard")
    await outbox.deliver()
    assert await outbox.waiting() == 0


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    async with Tasks("test") as running:
        yield running


async def test_the_dispatcher_is_woken_by_requests_and_by_the_writer(
    database: Database, outbox: Outbox, clock: SetClock, tasks: Tasks
) -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def react(message: Delivery) -> None:
        heard.put_nowait(message.payload)

    outbox.on("dismissed", react)
    tasks.start(outbox.deliver_forever(), name="outbox")
    await tell(database, outbox, b"request")
    async with asyncio.timeout(4):  # less than a look without being woken
        assert await heard.get() == b"request"
    writer = GroupCommitWriter(database, clock=clock, told=outbox.wake)
    await writer.append(Batch("o", clock.now(), messages=[Message("dismissed", b"floor")]))
    async with asyncio.timeout(4):
        assert await heard.get() == b"floor"
    await writer.close()


def test_the_pause_doubles_up_to_an_hour() -> None:
    pauses = [backoff(attempts) for attempts in range(1, 40)]
    assert pauses[:3] == [2.0, 4.0, 8.0]
    assert pauses == sorted(pauses)
    assert max(pauses) == LONGEST
