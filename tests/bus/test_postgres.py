"""What only the bus between nodes has to do: reach others, and survive a lost connection."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.databases import PostgresqlServer
from switchboard.bus.contract import CAUGHT_UP, TOPIC_LENGTH
from switchboard.bus.postgres import PAYLOAD, PostgresBus, payloads
from switchboard.kit.errors import Unavailable
from switchboard.storage.backends.postgresql.backend import PostgresqlBackend

pytestmark = pytest.mark.postgres
ERRORS = PostgresqlBackend.errors


@pytest.fixture
async def nodes(postgresql_server: PostgresqlServer) -> AsyncIterator[tuple[PostgresBus, PostgresBus]]:
    backend = PostgresqlBackend(postgresql_server.url("postgres"))
    made = (PostgresBus(backend.connect, errors=ERRORS), PostgresBus(backend.connect, errors=ERRORS))
    for bus in made:
        await bus.start()
    yield made
    for bus in made:
        await bus.close()


async def test_the_other_node_hears(nodes: tuple[PostgresBus, PostgresBus]) -> None:
    here, there = nodes
    heard: asyncio.Queue[int] = asyncio.Queue()
    there.subscribe("t", heard.put_nowait)
    here.publish("t", 5)
    async with asyncio.timeout(10):
        assert await heard.get() == 5


async def test_after_a_lost_connection_everybody_re_reads_and_nothing_published_is_lost(
    nodes: tuple[PostgresBus, PostgresBus], postgresql_server: PostgresqlServer
) -> None:
    here, there = nodes
    heard: asyncio.Queue[int] = asyncio.Queue()
    there.subscribe("t", heard.put_nowait)
    connection = await asyncpg.connect(postgresql_server.url("postgres"))
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND query LIKE ANY (ARRAY['LISTEN %', '%pg_notify%'])"
    )
    await connection.close()
    async with asyncio.timeout(10):
        assert await heard.get() == CAUGHT_UP
        here.publish("t", 6)
        assert await heard.get() == 6


async def test_a_server_that_is_not_there_is_said_at_the_start() -> None:
    bus = PostgresBus(PostgresqlBackend("postgresql://nobody@127.0.0.1:1/none").connect)
    with pytest.raises(Unavailable, match="cannot be reached"):
        await bus.start()
    await bus.close()


TOPICS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=TOPIC_LENGTH).filter(str.isprintable)


@given(st.dictionaries(TOPICS, st.integers(1, 2**62)))
def test_payloads_carry_everything_and_fit(newest: dict[str, int]) -> None:
    sent = payloads(newest.items())
    assert all(len(payload.encode()) <= PAYLOAD for payload in sent)
    lines = [line.partition(" ") for payload in sent for line in payload.split("\n")]
    assert {topic: int(seq) for seq, _, topic in lines} == newest
