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
from switchboard.storage.schema import Document, Moment, Number, Text, metadata

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
