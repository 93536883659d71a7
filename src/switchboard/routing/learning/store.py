"""Learned versions and their SQL."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Column, Table, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.storage.schema import Blob, Document, Moment, Number, Text, metadata

learned_version: Final = Table(
    "learned_version",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("made_at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("contacts", Number, nullable=False),
    Column("learned", Blob, nullable=False),
    Column("expected", Document, nullable=False),
    Column("gains", Document, nullable=False),
    Column("answers", Document),
)
"""by: a person's id, or `tenancy.model.SYSTEM`. since, until: when the contacts arrived that it was learned from.
learned: a `routing.outcomes.Learned` in msgpack. expected: queue id -> seconds a contact that it is expected to save;
gains: queue id -> a `model.Gain`, what it and those before it have brought, counted when it is the
last. answers: queue id -> contacts whose customer said how content he was, NULL before they were
counted. No customer's data."""

_SHOWN: Final = [column for column in learned_version.c if column.name != "learned"]

Row = Mapping[str, Any]


async def latest(connection: AsyncConnection, organization: str, most: int) -> Sequence[Row]:
    """The versions without what was learned, the newest first."""
    found = await connection.execute(
        select(*_SHOWN)
        .where(learned_version.c.organization == organization)
        .order_by(learned_version.c.number.desc())
        .limit(most)
    )
    return [dict(row) for row in found.mappings()]


async def last_number(connection: AsyncConnection, organization: str) -> int:
    """0 when there is none."""
    found = await connection.execute(
        select(func.max(learned_version.c.number)).where(learned_version.c.organization == organization)
    )
    return found.scalar_one() or 0


async def learned(connection: AsyncConnection, organization: str, number: int) -> bytes | None:
    """What a version has learned; None when there is none of this number."""
    found = await connection.execute(
        select(learned_version.c.learned).where(
            learned_version.c.organization == organization, learned_version.c.number == number
        )
    )
    return found.scalar_one_or_none()


async def add(connection: AsyncConnection, values: Row) -> None:
    """A new version."""
    await connection.execute(insert(learned_version).values(**values))


async def put_gains(connection: AsyncConnection, organization: str, number: int, gains: Mapping[str, Any]) -> None:
    """What a version has brought so far in these queues; of others stays what is known."""
    of = learned_version.c
    found = await connection.execute(
        select(of.gains).where(learned_version.c.organization == organization, of.number == number)
    )
    before = found.scalar_one_or_none() or {}
    await connection.execute(
        update(learned_version)
        .where(learned_version.c.organization == organization, of.number == number)
        .values(gains={**before, **gains})
    )
