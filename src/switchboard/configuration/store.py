"""Tables of the configuration's versions and trials, and their SQL. Functions take a connection."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Column, Index, Table, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.storage.dialect import Dialect
from switchboard.storage.schema import Document, Flag, Moment, Number, Text, metadata

Row = Mapping[str, Any]

configuration_version: Final = Table(
    "configuration_version",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("back_to", Number),
)
"""One row per change of the configuration, numbered from 1. by: a person's id, or `SYSTEM`. back_to: the version
that this one went back to."""

configuration_change: Final = Table(
    "configuration_change",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("version", Number, primary_key=True, autoincrement=False),
    Column("section", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("before", Document),
    Column("after", Document),
    Column("secret", Flag, nullable=False),
    Index("ix_configuration_change_item", "organization", "section", "key", "version"),
)
"""What a version did to one thing. before, after: as a file says it, without secrets; NULL where there was or is
none. secret: whether it got another secret."""


async def last_number(connection: AsyncConnection, organization: str) -> int:
    """0 before the first."""
    versions = configuration_version
    found = await connection.scalar(select(func.max(versions.c.number)).where(versions.c.organization == organization))
    return int(found or 0)


async def add(connection: AsyncConnection, dialect: Dialect, version: Row, changes: Sequence[Row]) -> bool:
    """False, and nothing is written, when there is a version of this number. One that another transaction is just
    writing is waited for."""
    added = await connection.execute(dialect.upsert(configuration_version, version, change=()))
    if added.rowcount == 0:
        return False
    if changes:
        await connection.execute(insert(configuration_change), [dict(one) for one in changes])
    return True


async def page(
    connection: AsyncConnection,
    organization: str,
    *,
    before: int | None,
    section: str | None,
    key: str | None,
    limit: int,
) -> list[Row]:
    """Versions, newest first. section, key: only those that changed this."""
    versions, changes = configuration_version, configuration_change
    query = select(versions).where(versions.c.organization == organization)
    if before is not None:
        query = query.where(versions.c.number < before)
    if section is not None:
        of = select(changes.c.version).where(changes.c.organization == organization, changes.c.section == section)
        query = query.where(versions.c.number.in_(of if key is None else of.where(changes.c.key == key)))
    found = await connection.execute(query.order_by(versions.c.number.desc()).limit(limit))
    return [dict(row) for row in found.mappings()]


async def changes_of(connection: AsyncConnection, organization: str, numbers: Sequence[int]) -> list[Row]:
    """What these versions did, in their order."""
    changes = configuration_change
    query = select(changes).where(changes.c.organization == organization, changes.c.version.in_(numbers))
    found = await connection.execute(query.order_by(changes.c.version, changes.c.section, changes.c.key))
    return [dict(row) for row in found.mappings()]


async def changes_since(connection: AsyncConnection, organization: str, number: int) -> list[Row]:
    """What all versions after this one did, the oldest first."""
    changes = configuration_change
    query = select(changes).where(changes.c.organization == organization, changes.c.version > number)
    found = await connection.execute(query.order_by(changes.c.version, changes.c.section, changes.c.key))
    return [dict(row) for row in found.mappings()]


configuration_trial: Final = Table(
    "configuration_trial",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("section", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("revision", Text, nullable=False),
    Column("version", Number, nullable=False),
    Column("result", Document, nullable=False),
    Index("ix_configuration_trial_item", "organization", "section", "key", "id"),
)
"""What a change would have done on a real day. revision: of the thing as it was tried; version: what it was compared
with, 0 before the first. result: a `routing.simulation.trial.Tried`."""

KEPT_TRIALS: Final = 20
"""Of each thing; older ones go."""


async def add_trial(connection: AsyncConnection, row: Row) -> None:
    """Keep a trial and let the oldest of its thing go."""
    await connection.execute(insert(configuration_trial).values(**row))
    kept = (await trials(connection, row["organization"], row["section"], row["key"]))[:KEPT_TRIALS]
    of = configuration_trial.c
    await connection.execute(
        delete(configuration_trial).where(
            configuration_trial.c.organization == row["organization"],
            of.section == row["section"],
            of.key == row["key"],
            of.id < kept[-1]["id"],
        )
    )


async def trials(connection: AsyncConnection, organization: str, section: str, key: str) -> list[Row]:
    """What was tried of a thing, the latest first."""
    of = configuration_trial.c
    found = await connection.execute(
        select(configuration_trial)
        .where(configuration_trial.c.organization == organization, of.section == section, of.key == key)
        .order_by(of.id.desc())
    )
    return [dict(row) for row in found.mappings()]


trial_run: Final = Table(
    "configuration_trial_run",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("section", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("revision", Text, nullable=False),
    Column("version", Number, nullable=False),
    Column("state", Text, nullable=False),
    Column("done", Number, nullable=False),
    Column("of", Number, nullable=False),
    Column("attempt", Number, nullable=False),
    Column("error", Text),
)
"""The trial that an organization runs, or ran last: one row each, so that there is never a second one at the same
time, whichever node is asked. state: `running`, `done`, `failed` or `stopped`; while it is running a job does it, whose
key is the id. attempt: above 1 when it was begun anew after a restart. error: why it failed, for people."""

RUNNING: Final = "running"


async def begin_trial(connection: AsyncConnection, dialect: Dialect, row: Row) -> bool:
    """Make this the organization's trial; False when another one runs."""
    of = trial_run.c
    over = (trial_run.c.organization == row["organization"]) & (of.state != RUNNING)
    if (await connection.execute(update(trial_run).where(over).values(**row))).rowcount == 1:
        return True
    # None yet, or one that runs: then the row is in the way.
    return (await connection.execute(dialect.upsert(trial_run, row, change=()))).rowcount == 1


async def change_trial(connection: AsyncConnection, organization: str, id_: str, **values: Any) -> bool:
    """What has become of a running trial; False when it does not run any more."""
    of = trial_run.c
    this = (trial_run.c.organization == organization) & (of.id == id_) & (of.state == RUNNING)
    return (await connection.execute(update(trial_run).where(this).values(**values))).rowcount == 1


async def latest_trial(connection: AsyncConnection, organization: str) -> Row | None:
    """The one that runs, or ran last."""
    found = await connection.execute(select(trial_run).where(trial_run.c.organization == organization))
    row = found.mappings().one_or_none()
    return None if row is None else dict(row)


async def trial_result(connection: AsyncConnection, organization: str, id_: str) -> Any:
    """What came of a trial that is done; None when it is not kept."""
    of = configuration_trial.c
    return await connection.scalar(
        select(of.result).where(configuration_trial.c.organization == organization, of.id == id_)
    )
