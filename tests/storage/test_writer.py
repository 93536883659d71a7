"""What a waiter of the group-commit writer may rely on, on both databases."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import msgspec
import pytest
from sqlalchemy import select

from support.databases import PostgresqlServer, fresh_database
from support.ledger import visit
from switchboard.kit.clock import SystemClock
from switchboard.storage import rows
from switchboard.storage.commit import CommitLost, Unit
from switchboard.storage.database import Database
from switchboard.storage.journal import Journal, JournalEntry
from switchboard.storage.outbox import Message, outbox
from switchboard.storage.projections import Projections
from switchboard.storage.writer import Batch, GroupCommitWriter, WriteFailed

pytestmark = pytest.mark.filterwarnings("ignore:.*never retrieved")


@pytest.fixture
async def writer(database: Database) -> AsyncIterator[GroupCommitWriter]:
    writer = GroupCommitWriter(database, clock=SystemClock())
    yield writer
    await writer.close()


def entry(seq: int, organization: str = "o") -> Batch:
    return Batch(organization, 1, JournalEntry(organization, seq, 1, 1, b"input", b"decisions"))


def row(name: str, length: int = 1) -> Batch:
    return Batch("o", 1, rows=[rows.insert(visit, organization="o", id=name, length=length)])


async def seqs(database: Database, organization: str = "o") -> list[int]:
    return [one.seq async for one in Journal(database).read(organization)]


async def names(database: Database) -> set[str]:
    async with database.reading() as connection:
        return set(await connection.scalars(select(visit.c.id)))


async def outcome(waiting: "asyncio.Future[None]") -> str:
    try:
        await waiting
    except WriteFailed as error:
        return error.text
    return "saved"


async def test_all_of_a_batch_is_there_when_append_returns(database: Database, writer: GroupCommitWriter) -> None:
    await writer.append(
        Batch(
            "o",
            5,
            JournalEntry("o", 1, 5, 3, b"input", b"decisions"),
            rows=[rows.insert(visit, organization="o", id="a")],
            messages=[Message("arrived", b"payload")],
        )
    )
    assert [one async for one in Journal(database).read("o")] == [JournalEntry("o", 1, 5, 3, b"input", b"decisions")]
    assert await names(database) == {"a"}
    async with database.reading() as connection:
        told = (await connection.execute(select(outbox))).one()
    assert (told.organization, told.kind, told.payload, told.at) == ("o", "arrived", b"payload", 5)


async def test_what_is_pending_goes_into_one_commit(database: Database, writer: GroupCommitWriter) -> None:
    await asyncio.gather(*(writer.submit(entry(seq)) for seq in range(1, 101)))
    assert await seqs(database) == list(range(1, 101))
    assert writer.stats.batches == 100
    assert writer.stats.commits == 1
    assert writer.stats.fsyncs == 1
    assert 0 < writer.stats.commit_p(0.5) <= writer.stats.commit_p(0.95)


async def test_waiters_wake_in_the_order_of_appending(writer: GroupCommitWriter) -> None:
    woken: list[int] = []

    async def append(seq: int) -> None:
        await writer.append(entry(seq))
        woken.append(seq)

    await asyncio.gather(*(append(seq) for seq in range(1, 51)))
    assert woken == list(range(1, 51))


async def test_a_cold_item_that_fails_takes_no_neighbour_with_it(database: Database, writer: GroupCommitWriter) -> None:
    group = [writer.submit(entry(1)), writer.submit(row("bad", -1)), writer.submit(row("good"))]
    group.append(writer.submit(entry(2)))
    assert [await outcome(one) for one in group] == [
        "saved",
        "Not saved: IntegrityError" if database.dialect.name == "sqlite" else "Not saved: CheckViolationError",
        "saved",
        "saved",
    ]
    assert await seqs(database) == [1, 2]
    assert await names(database) == {"good"}
    assert writer.stats.failed == 1


async def test_a_value_the_driver_refuses_fails_alone(database: Database, writer: GroupCommitWriter) -> None:
    group = [writer.submit(row("too big", 2**70)), writer.submit(row("good"))]
    assert (await outcome(group[0])).startswith("Not saved")
    assert await outcome(group[1]) == "saved"
    assert await names(database) == {"good"}


async def test_a_floor_batch_that_fails_takes_those_built_upon_it_but_no_other_floor(
    database: Database, writer: GroupCommitWriter
) -> None:
    broken = msgspec.structs.replace(entry(2), rows=row("bad", -1).rows)
    group = [
        writer.submit(entry(1)),
        writer.submit(broken),
        writer.submit(entry(3)),
        writer.submit(entry(1, "other")),
    ]
    assert [await outcome(one) == "saved" for one in group] == [True, False, False, True]
    assert await seqs(database) == [1]
    assert await seqs(database, "other") == [1]
    # Those decided before the owner knew come to nothing; what he decides after rebuilding is saved.
    late, rebuilt = writer.submit(entry(4)), writer.submit(entry(2))
    assert await outcome(late) == "Not saved: entry 4 does not follow 1"
    assert await outcome(rebuilt) == "saved"
    assert await seqs(database) == [1, 2]


async def test_entries_continue_where_the_last_process_stopped(database: Database) -> None:
    for first in (1, 3):
        writer = GroupCommitWriter(database, clock=SystemClock())
        await writer.append(entry(first))
        await writer.append(entry(first + 1))
        await writer.close()
    assert await seqs(database) == [1, 2, 3, 4]


async def test_an_entry_of_somebody_else_is_found_out(database: Database, writer: GroupCommitWriter) -> None:
    await writer.append(entry(1))
    thief = GroupCommitWriter(database, clock=SystemClock())
    await thief.append(entry(2))
    await thief.close()
    with pytest.raises(WriteFailed):
        await writer.append(entry(2))
    assert await seqs(database) == [1, 2]


async def test_projections_are_saved_with_their_event(database: Database) -> None:
    projections = Projections()
    projections.on(
        str,
        lambda organization, event, at: [rows.insert(visit, organization=organization, id=event, entered_at=at)],
    )
    writer = GroupCommitWriter(database, clock=SystemClock(), projections=projections)
    await writer.append(Batch("o", 7, entry(1).entry, events=["a", 5, "b"]))
    await writer.close()
    async with database.reading() as connection:
        found = await connection.execute(select(visit.c.id, visit.c.entered_at).order_by(visit.c.id))
        assert [tuple(one) for one in found] == [("a", 7), ("b", 7)]


async def test_an_upsert_of_one_row_twice_in_a_group(database: Database, writer: GroupCommitWriter) -> None:
    def state(length: int) -> Batch:
        return Batch("o", 1, rows=[rows.upsert(visit, organization="o", id="a", length=length)])

    await asyncio.gather(*(writer.submit(state(length)) for length in (1, 2, 3)))
    async with database.reading() as connection:
        assert await connection.scalar(select(visit.c.length)) == 3


async def test_cancelling_the_wait_does_not_take_the_batch_back(database: Database, writer: GroupCommitWriter) -> None:
    waiting = asyncio.create_task(writer.append(entry(1)))
    await asyncio.sleep(0)
    waiting.cancel()
    await writer.append(entry(2))
    assert waiting.cancelled()
    assert await seqs(database) == [1, 2]


async def test_close_saves_what_is_pending_and_takes_no_more(database: Database) -> None:
    writer = GroupCommitWriter(database, clock=SystemClock())
    pending = [writer.submit(entry(seq)) for seq in (1, 2)]
    await writer.close()
    assert all(one.done() for one in pending)
    assert await seqs(database) == [1, 2]
    with pytest.raises(WriteFailed):
        writer.submit(entry(3))


async def test_appending_inside_a_transaction_is_an_error_and_no_deadlock(
    database: Database, writer: GroupCommitWriter
) -> None:
    async with database.transaction():
        with pytest.raises(RuntimeError):
            writer.submit(entry(1))


async def test_requests_and_the_writer_share_the_database(database: Database, writer: GroupCommitWriter) -> None:
    async def request(number: int) -> None:
        async with database.transaction() as connection:
            await connection.execute(visit.insert().values(organization="o", id=f"cold {number}"))

    await asyncio.gather(
        *(request(number) for number in range(20)), *(writer.append(entry(seq)) for seq in range(1, 21))
    )
    assert len(await names(database)) == 20
    assert await seqs(database) == list(range(1, 21))


async def test_the_outbox_is_woken_only_when_there_is_something_to_tell(database: Database) -> None:
    woken: list[bool] = []
    writer = GroupCommitWriter(database, clock=SystemClock(), told=lambda: woken.append(True))
    await writer.append(entry(1))
    assert woken == []
    await writer.append(Batch("o", 1, messages=[Message("kind", b"")]))
    await asyncio.sleep(0)
    assert woken == [True]
    await writer.close()


class Lost:
    """A committer whose first commit ends nobody knows how: done, but not answered."""

    def __init__(self, inner: object) -> None:
        self._inner = inner
        self._lost = False

    async def commit(self, units: Sequence[Unit]) -> list[Exception | None]:
        outcomes = await self._inner.commit(units)
        if not self._lost:
            self._lost = True
            raise CommitLost("connection lost")
        return outcomes

    async def close(self) -> None:
        await self._inner.close()


async def test_after_a_lost_commit_the_journal_says_what_is_true(database: Database, writer: GroupCommitWriter) -> None:
    writer._committer = Lost(writer._committer)
    with pytest.raises(WriteFailed, match="connection lost"):
        await writer.append(entry(1))
    assert await seqs(database) == [1]
    await writer.append(entry(2))
    assert await seqs(database) == [1, 2]


@pytest.mark.postgres
async def test_connections_that_the_server_ended_are_made_again(
    request: pytest.FixtureRequest, postgresql_server: PostgresqlServer
) -> None:
    async with fresh_database("postgresql", request) as database:
        writer = GroupCommitWriter(database, clock=SystemClock())
        await writer.append(entry(1))
        async with database.transaction() as connection:
            await connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        try:
            await writer.append(entry(2))
        except WriteFailed:
            # It was lost on the way: what is true stands in the journal.
            assert await seqs(database) == [1]
            await writer.append(entry(2))
        assert await seqs(database) == [1, 2]
        await writer.close()


async def test_what_a_waiter_decides_shares_the_next_commit(database: Database, writer: GroupCommitWriter) -> None:
    await writer.append(row("first"))
    decided: list[asyncio.Future[None]] = []
    first = writer.submit(row("a"))
    first.add_done_callback(lambda _: decided.append(writer.submit(row("b"))))
    for _ in range(3):
        # Now the first of them is on its way to the disk.
        await asyncio.sleep(0)
    other = writer.submit(row("c"))
    await asyncio.gather(first, other)
    await asyncio.gather(*decided)
    assert await names(database) == {"first", "a", "b", "c"}
    assert writer.stats.commits == 3
