"""Tables only tests write: rows with a constraint to violate, a rollup to add up, a document to store."""

from sqlalchemy import CheckConstraint, Column, Table

from switchboard.storage.schema import BY_KEY, Document, Flag, Moment, Number, Text, metadata

visit = Table(
    "test_visit",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("entered_at", Moment),
    Column("length", Number),
    Column("why", Document),
    Column("answered", Flag),
    CheckConstraint("length >= 0", name="length"),
    **BY_KEY,
)

rollup = Table(
    "test_rollup",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("day", Number, primary_key=True, autoincrement=False),
    Column("visits", Number, nullable=False),
    Column("seconds", Number, nullable=False),
)
