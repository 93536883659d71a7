"""Calls that are refused at the door: each is in the ledger, and a flood does not fill the disk."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, select

from support.clock import SetClock
from switchboard.channels.voice.turned_away import EACH_MINUTE, MINUTE, Arrival, Source, TurnedAway
from switchboard.conversations.model import ArrivalEnd, Refused
from switchboard.conversations.service import Conversations
from switchboard.conversations.store import contact, contact_address, turned_away
from switchboard.kit.ids import IdSource
from switchboard.storage.database import Database
from switchboard.storage.writer import Batch, GroupCommitWriter, WriteFailed

STRANGER = Arrival("org", Source.TRUNK, "+49305550", "+4930111")


class Door:
    """The ledger on a real database, with a clock moved by hand."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = SetClock(1_750_000_020_000_000)
        self.writer = GroupCommitWriter(database, clock=self.clock)
        self.conversations = Conversations(database, self.clock)
        ids = IdSource(self.clock, random.Random(1))
        self.turned_away = TurnedAway("voice", self.clock, ids, self.writer, self.conversations)

    async def refuse(self, arrival: Arrival, why: Refused) -> None:
        """Until the caller is told."""
        told = asyncio.Event()
        self.turned_away.refuse(arrival, why, told.set)
        await told.wait()

    async def ends(self, organization: str = "org") -> dict[Any, int]:
        return await self.conversations.ends(organization, ["", "acme"], 0, self.clock.now() + 1)

    async def rows(self, table: Any) -> int:
        async with self.database.reading() as connection:
            return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


@pytest.fixture
async def door(database: Database) -> AsyncIterator[Door]:
    made = Door(database)
    yield made
    await made.turned_away.close()
    await made.writer.close()


async def test_the_row_is_there_when_the_caller_is_told(door: Door) -> None:
    await door.refuse(STRANGER, Refused.UNKNOWN_NUMBER)
    await door.refuse(Arrival("org", Source.PHONE, "support", None, "acme"), Refused.AT_A_LIMIT)
    assert await door.ends() == {ArrivalEnd.REFUSED_UNKNOWN_NUMBER: 1, ArrivalEnd.REFUSED_AT_LIMIT: 1}
    assert await door.ends("other") == {}
    async with door.database.reading() as connection:
        rows = {row.client: row for row in await connection.execute(select(contact))}
        addresses = [row.value for row in await connection.execute(select(contact_address))]
    assert (rows[""].entrance, rows[""].how, rows[""].why) == ("+49305550", "refused", "unknown number")
    assert rows["acme"].arrived_at == rows["acme"].closed_at == door.clock.now()
    assert addresses == ["+4930111"]


async def test_a_flood_is_counted_and_leaves_few_rows(door: Door) -> None:
    calls = 500
    await asyncio.gather(*(door.refuse(STRANGER, Refused.UNKNOWN_NUMBER) for _ in range(calls)))
    # Others are not counted with it: another reason and another source have rows of their own.
    await door.refuse(STRANGER, Refused.AT_A_LIMIT)
    await door.refuse(STRANGER._replace(source=Source.PHONE), Refused.UNKNOWN_NUMBER)
    door.clock.pass_seconds(60)
    await asyncio.gather(*(door.refuse(STRANGER, Refused.UNKNOWN_NUMBER) for _ in range(calls)))
    await door.turned_away.close()
    assert await door.ends() == {
        ArrivalEnd.REFUSED_UNKNOWN_NUMBER: 2 * calls + 1,
        ArrivalEnd.REFUSED_AT_LIMIT: 1,
    }
    assert await door.rows(contact) == 2 * EACH_MINUTE + 2
    assert await door.rows(turned_away) == 2


async def test_what_is_counted_adds_up_in_one_row_for_each_minute(door: Door) -> None:
    for _ in range(3):
        await asyncio.gather(*(door.refuse(STRANGER, Refused.UNKNOWN_NUMBER) for _ in range(EACH_MINUTE)))
        door.turned_away._write()
        await door.turned_away.close()
    async with door.database.reading() as connection:
        ((minute, count),) = (await connection.execute(select(turned_away.c.minute, turned_away.c.count))).all()
    assert (minute % MINUTE, count) == (0, 2 * EACH_MINUTE)


async def test_the_caller_is_told_and_the_row_comes_later_when_it_cannot_be_saved(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("switchboard.channels.voice.turned_away.AGAIN", 0.0)
    submit, failures, saved = door.writer.submit, [1, 1, 1], asyncio.Event()

    def failing(batch: Batch) -> "asyncio.Future[None]":
        if not failures:
            saved.set()
            return submit(batch)
        failures.pop()
        failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        failed.set_exception(WriteFailed("Not saved: disk"))
        return failed

    monkeypatch.setattr(door.writer, "submit", failing)
    await door.refuse(STRANGER, Refused.FAILED)
    await saved.wait()
    await door.refuse(STRANGER, Refused.AT_A_LIMIT)
    assert await door.ends() == {ArrivalEnd.REFUSED_FAILED: 1, ArrivalEnd.REFUSED_AT_LIMIT: 1}
