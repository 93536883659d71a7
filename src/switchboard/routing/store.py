"""Tables of what routing is configured with, skills and queues; and of who has helped in which queue."""

from typing import Final

from sqlalchemy import Column, Table, UniqueConstraint

from switchboard.storage.schema import Document, Moment, Number, Text, metadata

skill: Final = Table(
    "skill",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("retired_at", Moment),
    UniqueConstraint("organization", "key"),
)

queue: Final = Table(
    "queue",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    # The client it works for; not called "client", because a queue holds no customer's data.
    Column("brand", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("ring_time", Number, nullable=False),
    Column("max_wait", Number),
    Column("wrap_up", Number, nullable=False),
    Column("service_level", Number, nullable=False),
    Column("strategy", Text, nullable=False),
    Column("when_nobody", Text, nullable=False),
    Column("music", Text),
    Column("requires", Document, nullable=False),
    Column("dispositions", Document, nullable=False),
    Column("announcements", Document),
    Column("recording", Document),
    Column("callback", Document),
    # Null: as `routing.model.Targets` has it.
    Column("targets", Document),
    # A `model.Wanted` by ids, agents by the person's key; null for none.
    Column("wanted", Document),
    # A `model.Ranking`; null for the plain one.
    Column("ranking", Document),
    # A `outcomes.OutcomeRule`; null for the plain one.
    Column("outcome", Document),
    Column("max_length", Number),
    # Some `overflow.Overflow`, by keys of queues; null for none.
    Column("overflow", Document),
    # [`relief.ReliefRule`, ..]: teams by id, queues by key; null for none.
    Column("relief", Document),
    # A `model.HandOver` by keys; null for none.
    Column("hand_over", Document),
    # Null: `due.LONGEST_PAUSE`.
    Column("longest_pause", Number),
    Column("retired_at", Moment),
    UniqueConstraint("organization", "key"),
)
"""Durations in microseconds. requires: skill id -> level. dispositions: [[key, name], ..]. announcements: a
`model.Announcements`, recording a `model.RecordingRule`, callback a `model.CallbackRule`; null for none."""

delays: Final = Table(
    "delays",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("rejected", Number, nullable=False),
    Column("no_answer", Number, nullable=False),
    Column("busy", Number, nullable=False),
    Column("unreachable", Number, nullable=False),
    Column("set_up_failed", Number, nullable=False),
    Column("misses", Number, nullable=False),
    Column("retired_at", Moment),
    UniqueConstraint("organization", "key"),
)
"""`model.Delays` of an organization that has set them: one row, whose key is always the same. In microseconds."""

relief: Final = Table(
    "relief",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("queue", Text, primary_key=True),
    Column("began_at", Moment, primary_key=True, autoincrement=False),
    # `team` or `queue`, and its id.
    Column("kind", Text, primary_key=True),
    Column("who", Text, primary_key=True),
    Column("because", Document, nullable=False),
    Column("waiting", Number, nullable=False),
    Column("longest_wait", Number, nullable=False),
    Column("service_level", Number),
    Column("ended_at", Moment),
    Column("why_ended", Text),
    sqlite_with_rowid=False,
)
"""A group that helped in a queue, from the Floor's events. because: [`relief.Condition`, ..] with the figures that led
to it (longest_wait in microseconds, service_level in percent); why_ended: a `relief.ReliefEnd`, null while it helps."""
