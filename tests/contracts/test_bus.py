"""One contract, every bus."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from support.databases import PostgresqlServer
from switchboard.bus.contract import CAUGHT_UP, TOPIC_LENGTH, Bus
from switchboard.bus.local import LocalBus
from switchboard.bus.postgres import PostgresBus
from switchboard.storage.backends.postgresql.backend import PostgresqlBackend


@pytest.fixture(params=["local", pytest.param("postgres", marks=pytest.mark.postgres)])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    made: Bus
    if request.param == "local":
        made = LocalBus()
    else:
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        backend = PostgresqlBackend(server.url("postgres"))
        made = PostgresBus(backend.connect, errors=backend.errors)
        await made.start()
    yield made
    await made.close()


class Ear:
    """Keeps what a listener heard and lets a test wait for a seq."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self._news = asyncio.Event()

    def __call__(self, seq: int) -> None:
        self.heard.append(seq)
        self._news.set()

    async def until(self, seq: int) -> list[int]:
        async with asyncio.timeout(10):
            while seq not in self.heard:
                self._news.clear()
                await self._news.wait()
        return self.heard


async def test_every_listener_of_the_topic_hears_and_no_other(bus: Bus) -> None:
    first, second, other = Ear(), Ear(), Ear()
    bus.subscribe("journal acme", first)
    bus.subscribe("journal acme", second)
    bus.subscribe("journal", other)
    bus.publish("journal acme", 7)
    assert await first.until(7) == [7]
    assert await second.until(7) == [7]
    assert other.heard == []


async def test_nobody_is_called_inside_publish(bus: Bus) -> None:
    ear = Ear()
    bus.subscribe("t", ear)
    bus.publish("t", 1)
    assert ear.heard == []
    await ear.until(1)


async def test_seqs_arrive_in_order_and_the_newest_arrives(bus: Bus) -> None:
    ear = Ear()
    bus.subscribe("t", ear)
    for seq in range(1, 1_001):
        bus.publish("t", seq)
        if seq % 100 == 0:
            await asyncio.sleep(0)
    heard = await ear.until(1_000)
    assert heard == sorted(set(heard))


async def test_after_close_a_subscription_hears_nothing_even_if_it_is_on_its_way(bus: Bus) -> None:
    gone, stays = Ear(), Ear()
    subscription = bus.subscribe("t", gone)
    bus.subscribe("t", stays)
    bus.publish("t", 1)
    subscription.close()
    subscription.close()
    await stays.until(1)
    assert gone.heard == []


async def test_a_listener_that_raises_harms_no_other(bus: Bus) -> None:
    def broken(_: int) -> None:
        raise LookupError

    ear = Ear()
    bus.subscribe("t", broken)
    bus.subscribe("t", ear)
    bus.publish("t", 1)
    await ear.until(1)
    bus.publish("t", 2)
    await ear.until(2)


async def test_a_listener_may_subscribe_publish_and_close(bus: Bus) -> None:
    late = Ear()

    def once(seq: int) -> None:
        subscription.close()
        bus.subscribe("late", late)
        bus.publish("late", seq + 1)

    subscription = bus.subscribe("t", once)
    bus.publish("t", 1)
    await late.until(2)


async def test_many_topics_at_once(bus: Bus) -> None:
    ears = {f"{'long ' * 30}{number} ü": Ear() for number in range(200)}
    for topic, ear in ears.items():
        bus.subscribe(topic, ear)
    for topic in ears:
        bus.publish(topic, 3)
    for ear in ears.values():
        assert await ear.until(3) == [3]


@pytest.mark.parametrize(
    ("topic", "seq"), [("", 1), ("a\nb", 1), ("a\0", 1), ("x" * (TOPIC_LENGTH + 1), 1), ("t", CAUGHT_UP), ("t", -1)]
)
async def test_what_a_bus_cannot_carry_is_refused(bus: Bus, topic: str, seq: int) -> None:
    with pytest.raises(ValueError, match=r"topic|seq"):
        bus.publish(topic, seq)


async def test_a_closed_bus_is_silent(bus: Bus) -> None:
    ear = Ear()
    bus.subscribe("t", ear)
    bus.publish("t", 1)
    await bus.close()
    bus.publish("t", 2)
    await asyncio.sleep(0)
    assert ear.heard == []
