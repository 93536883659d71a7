"""The tables of flows and sounds, and their queries."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    RowMapping,
    Table,
    UniqueConstraint,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.storage.dialect import Dialect
from switchboard.storage.schema import Document, Flag, Moment, Number, Text, metadata

sound: Final = Table(
    "sound",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    # Name in the folder of sounds: the digest of the content.
    Column("file", Text, nullable=False),
    Column("length", Number, nullable=False),  # microseconds
    Column("retired_at", Moment),
    UniqueConstraint("organization", "key"),
)

emergency: Final = Table(
    "emergency",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    # A list of numbers as configured; NULL for all of them.
    Column("numbers", Document),
    Column("text", Text),
    # Key of an uploaded sound, where there is no text.
    Column("sound", Text),
    Column("language", Text, nullable=False),
    # Name in the folder of sounds.
    Column("file", Text, nullable=False),
    Column("ends", Flag, nullable=False),
    Column("at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("off_at", Moment),
    Column("off_by", Text),
    # Key of the code that a phone switched it on with.
    Column("code", Text),
)

opening_hours: Final = Table(
    "opening_hours",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    # The client whose time zone counts; NULL for the one that was called.
    Column("brand", Text),
    # {"0": [[540, 1020]], ...}: by weekday, Monday 0, minutes of the local day.
    Column("week", Document, nullable=False),
    # [[first, last, name, spans], ...], dates in ISO form.
    Column("special", Document, nullable=False),
    Column("retired_at", Moment),
    UniqueConstraint("organization", "key"),
)

flow: Final = Table(
    "flow",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    # The version in force; earlier ones stay readable, because contacts refer to them.
    Column("version", Number, nullable=False),
    Column("retired_at", Moment),
    UniqueConstraint("organization", "key"),
)

flow_version: Final = Table(
    "flow_version",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("flow", Text, primary_key=True),
    Column("version", Number, primary_key=True),
    Column("document", Document, nullable=False),
    # [[text, language, file], ...]: what was rendered when it was published.
    Column("spoken", Document, nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("published_by", Text, nullable=False),
    ForeignKeyConstraint(("organization", "flow"), ("flow.organization", "flow.id")),
)


async def flows(connection: AsyncConnection, of: str) -> Sequence[RowMapping]:
    """Every flow, those retired included, by key, with the document and spoken texts in force."""
    rows = await connection.execute(
        select(
            flow.c.id,
            flow.c.key,
            flow.c.name,
            flow.c.version,
            flow.c.retired_at,
            flow_version.c.document,
            flow_version.c.spoken,
        )
        .join(
            flow_version,
            (flow_version.c.organization == flow.c.organization)
            & (flow_version.c.flow == flow.c.id)
            & (flow_version.c.version == flow.c.version),
        )
        .where(flow.c.organization == of)
        .order_by(flow.c.key)
    )
    return rows.mappings().all()


async def versions(connection: AsyncConnection, of: str, key: str, limit: int) -> Sequence[RowMapping]:
    """The latest versions of a flow, newest first; `current` is the one in force."""
    rows = await connection.execute(
        select(
            flow_version.c.version,
            flow_version.c.document,
            flow_version.c.published_at,
            flow_version.c.published_by,
            flow.c.version.label("current"),
        )
        .join(
            flow,
            (flow_version.c.organization == flow.c.organization) & (flow_version.c.flow == flow.c.id),
        )
        .where(flow.c.organization == of, flow.c.key == key)
        .order_by(flow_version.c.version.desc())
        .limit(limit)
    )
    return rows.mappings().all()


async def put_flows(connection: AsyncConnection, dialect: Dialect, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert or change by (organization, key); the id of a flow that exists stays."""
    if rows:
        statement = dialect.upsert(flow, key=("organization", "key"), change=("name", "version", "retired_at"))
        await connection.execute(statement, list(rows))


async def add_versions(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(flow_version), list(rows))


async def retire_flows(connection: AsyncConnection, of: str, keys: Iterable[str], now: int) -> None:
    await connection.execute(
        update(flow)
        .where(flow.c.organization == of, flow.c.key.in_(list(keys)), flow.c.retired_at.is_(None))
        .values(retired_at=now)
    )


async def emergencies(connection: AsyncConnection, of: str, *, since: int) -> Sequence[RowMapping]:
    """Emergency announcements that nobody has switched off and whose time is not up at `since`."""
    rows = await connection.execute(
        select(emergency).where(emergency.c.organization == of, emergency.c.off_at.is_(None), emergency.c.until > since)
    )
    return rows.mappings().all()


async def latest_emergencies(connection: AsyncConnection, of: str, limit: int) -> Sequence[RowMapping]:
    rows = await connection.execute(
        select(emergency)
        .where(emergency.c.organization == of)
        .order_by(emergency.c.at.desc(), emergency.c.id.desc())
        .limit(limit)
    )
    return rows.mappings().all()


async def one_emergency(connection: AsyncConnection, of: str, id_: str) -> RowMapping | None:
    rows = await connection.execute(select(emergency).where(emergency.c.organization == of, emergency.c.id == id_))
    return rows.mappings().one_or_none()


async def add_emergency(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    await connection.execute(insert(emergency), dict(row))


async def end_emergency(connection: AsyncConnection, of: str, id_: str, now: int, by: str) -> None:
    await connection.execute(
        update(emergency)
        .where(emergency.c.organization == of, emergency.c.id == id_, emergency.c.off_at.is_(None))
        .values(off_at=now, off_by=by)
    )
