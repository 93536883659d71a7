"""The journal: one row per input of a Floor with the decisions it led to. Never changed, never deleted."""

from collections.abc import AsyncIterator, Collection
from typing import Final, NamedTuple

from sqlalchemy import Column, ColumnElement, Table, delete, func, select

from switchboard.storage import rows
from switchboard.storage.database import Database
from switchboard.storage.rows import RowChange
from switchboard.storage.schema import Blob, Moment, Number, Text, metadata

PAGE: Final = 1_000
"""Entries read at a time."""

SNAPSHOTS_KEPT: Final = 2
"""The newest and the one before it, in case the newest cannot be read."""

journal: Final = Table(
    "journal",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("seq", Number, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("rules", Number, nullable=False),
    Column("input", Blob, nullable=False),
    Column("decisions", Blob, nullable=False),
    # The key is the order of reading: one tree instead of two.
    sqlite_with_rowid=False,
)

journal_snapshot: Final = Table(
    "journal_snapshot",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("seq", Number, primary_key=True, autoincrement=False),
    Column("format", Number, nullable=False),
    Column("body", Blob, nullable=False),
)


class JournalEntry(NamedTuple):
    """One input and what was decided on it.

    seq: 1 for an organization's first, then without gaps; assigned by the owner of its Floor. at: UTC
    epoch microseconds given to the Floor as `now`. rules: version of the rules that decided. input and
    decisions: msgspec payloads with references only, no personal data.
    """

    organization: str
    seq: int
    at: int
    rules: int
    input: bytes
    decisions: bytes


class Snapshot(NamedTuple):
    """A Floor's whole state after the entry `seq`, in the given format."""

    seq: int
    format: int
    body: bytes


class Journal:
    """Reads what `storage.writer` appends; keeps snapshots so that a start need not read it all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, organization: str, after_seq: int = 0) -> AsyncIterator[JournalEntry]:
        """The entries after `after_seq`, ascending; also those saved while reading."""
        while True:
            async with self._database.reading() as connection:
                found = await connection.execute(
                    select(journal)
                    .where(journal.c.organization == organization, journal.c.seq > after_seq)
                    .order_by(journal.c.seq)
                    .limit(PAGE)
                )
                page = [JournalEntry(*row) for row in found]
            for entry in page:
                yield entry
            if len(page) < PAGE:
                return
            after_seq = page[-1].seq

    async def last_seq(self, organization: str) -> int:
        """The seq of the newest entry; 0 when there is none."""
        async with self._database.reading() as connection:
            newest = await connection.scalar(
                select(func.max(journal.c.seq)).where(journal.c.organization == organization)
            )
        return newest or 0

    async def first_seq(self, organization: str) -> int:
        """The seq of the oldest entry; 0 when there is none."""
        async with self._database.reading() as connection:
            oldest = await connection.scalar(
                select(func.min(journal.c.seq)).where(journal.c.organization == organization)
            )
        return oldest or 0

    async def last_at(self, organization: str) -> int | None:
        """When the newest entry was made, UTC epoch microseconds; None when there is none."""
        query = select(journal.c.at).where(journal.c.organization == organization)
        async with self._database.reading() as connection:
            at: int | None = await connection.scalar(query.order_by(journal.c.seq.desc()).limit(1))
        return at

    async def save_snapshot(self, organization: str, seq: int, format: int, body: bytes) -> None:  # noqa: A002
        """Keep the state after the durable entry `seq`; all but the newest two snapshots go."""
        table = journal_snapshot
        mine = table.c.organization == organization
        values = {"organization": organization, "seq": seq, "format": format, "body": body}
        async with self._database.transaction() as connection:
            await connection.execute(self._database.dialect.upsert(table, values))
            kept = select(table.c.seq).where(mine).order_by(table.c.seq.desc()).limit(SNAPSHOTS_KEPT)
            await connection.execute(delete(table).where(mine, table.c.seq.not_in(kept)))

    async def latest_snapshot(self, organization: str, formats: Collection[int] | None = None) -> Snapshot | None:
        """The newest snapshot in one of the formats (None: any); others are as if they were not there."""
        return await self._first_snapshot(organization, formats, journal_snapshot.c.seq.desc())

    async def oldest_snapshot(self, organization: str, formats: Collection[int] | None = None) -> Snapshot | None:
        """The oldest one that is kept, otherwise as `latest_snapshot`."""
        return await self._first_snapshot(organization, formats, journal_snapshot.c.seq.asc())

    async def _first_snapshot(
        self, organization: str, formats: Collection[int] | None, order: ColumnElement[int]
    ) -> Snapshot | None:
        table = journal_snapshot
        query = select(table.c.seq, table.c.format, table.c.body).where(table.c.organization == organization)
        if formats is not None:
            query = query.where(table.c.format.in_(formats))
        async with self._database.reading() as connection:
            row = (await connection.execute(query.order_by(order).limit(1))).one_or_none()
        return None if row is None else Snapshot(*row)


def row_of(entry: JournalEntry) -> RowChange:
    """The change that appends the entry; it fails when that seq is taken."""
    organization, seq, at, rules, asked, decisions = entry
    return rows.insert(
        journal, organization=organization, seq=seq, at=at, rules=rules, input=asked, decisions=decisions
    )
