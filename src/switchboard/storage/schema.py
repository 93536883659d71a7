"""The one MetaData every table hangs on, and the column types that mean the same on SQLite and PostgreSQL.

A room's `store.py` reads:

    from switchboard.storage.schema import Moment, Text, metadata

    queue = Table(
        "queue",
        metadata,
        Column("organization", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        Column("key", Text, nullable=False),
        Column("retired_at", Moment),
        UniqueConstraint("organization", "key"),
    )

`organization` leads every primary key, so that no statement by key can reach into another organization.
Tables that projections write carry no foreign keys (see `storage.writer`) and end with `**BY_KEY`.
"""

from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Boolean, Double, Integer, LargeBinary, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Every table of every room. Names of constraints are fixed, so that migrations can drop them on both."""

Moment: Final[TypeEngine[int]] = BigInteger()
"""UTC epoch microseconds. SQLite gives naive datetimes back, so no column holds one."""

Number: Final[TypeEngine[int]] = BigInteger()
"""A whole number of 64 bits: counts, sequence numbers, durations in microseconds."""

Serial: Final[TypeEngine[int]] = BigInteger().with_variant(Integer(), "sqlite")
"""A primary key that the database counts up by itself. SQLite only does so for exactly INTEGER."""

Real: Final[TypeEngine[float]] = Double()
"""A number of 64 bits with a fraction."""

Flag: Final[TypeEngine[bool]] = Boolean()
"""Yes or no."""

Plain: Final[TypeEngine[str]] = Text(collation="C").with_variant(Text(), "sqlite")
"""Text in the order of its code points on both databases; SQLite knows no other."""

Blob: Final[TypeEngine[bytes]] = LargeBinary()
"""Bytes: encoded payloads, hashes."""

Document: Final[TypeEngine[Any]] = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""A JSON value. Python's None is SQL's NULL."""

BY_KEY: Final = {"sqlite_with_rowid": False}
"""Options of a table whose rows are written on the hot path: SQLite then keeps one tree instead of two,
which takes a quarter off the CPU of a group commit. Rows of more than 1 kB do better without."""

__all__ = [
    "BY_KEY",
    "Blob",
    "Document",
    "Flag",
    "Moment",
    "Number",
    "Plain",
    "Real",
    "Serial",
    "Text",
    "metadata",
]
