"""The tables of numbers, trunks and phones."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Column, RowMapping, Table, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.storage.schema import Document, Flag, Moment, Number, Text, metadata

number: Final = Table(
    "number",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    # The number itself: its key.
    Column("key", Text, nullable=False),
    Column("brand", Text, nullable=False),
    Column("flow", Text, nullable=False),
    Column("retired_at", Moment),
    UniqueConstraint("organization", "key"),
)

trunk: Final = Table(
    "trunk",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("brand", Text),
    Column("addresses", Document, nullable=False),
    Column("registrar", Text),
    Column("register_user", Text),
    # Where the secret is, never the secret: we must be able to say it to the carrier.
    Column("register_secret_from", Text),
    Column("digest_user", Text),
    Column("digest_ha1", Text),
    Column("digest_secret_from", Text),
    Column("retired_at", Moment),
    UniqueConstraint("organization", "key"),
)

phone: Final = Table(
    "phone",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("digest_ha1", Text),
    Column("digest_secret_from", Text),
    Column("contact", Text),
    Column("may_call", Flag, nullable=False),
    Column("retired_at", Moment),
    UniqueConstraint("organization", "key"),
)


code: Final = Table(
    "code",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("dial", Text, nullable=False),
    # Where the PIN is, never the PIN.
    Column("pin_secret_from", Text, nullable=False),
    # Keys of phones.
    Column("phones", Document, nullable=False),
    Column("text", Text),
    Column("sound", Text),
    Column("language", Text, nullable=False),
    Column("numbers", Document),
    Column("minutes", Number, nullable=False),
    Column("ends", Flag, nullable=False),
    Column("retired_at", Moment),
    UniqueConstraint("organization", "key"),
)
"""Codes that switch emergency announcements."""


async def current(connection: AsyncConnection, table: Table, of: str) -> Sequence[RowMapping]:
    """Every row of one of these tables that is not retired, by key."""
    found = await connection.execute(
        select(table).where(table.c.organization == of, table.c.retired_at.is_(None)).order_by(table.c.key)
    )
    return found.mappings().all()
