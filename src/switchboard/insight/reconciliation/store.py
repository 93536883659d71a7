"""Tables of reconciliation and their SQL. Functions take a connection.

A result is the row in `reconciliation`, which is written last and deleted first: differences without one are nobody's
and are swept away. Who called stands here for the carrier's side alone; our own side is asked of the contact, so that
what is forgotten there is gone from here.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, Final

import msgspec
from sqlalchemy import Column, Index, RowMapping, Table, UniqueConstraint, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.insight.reconciliation.model import Difference, Kind, Saved, Silence, Tolerance, Totals, Why
from switchboard.storage.schema import Document, Flag, Moment, Number, Text, metadata

reconciliation: Final = Table(
    "reconciliation",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("client", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("digest", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("tolerance", Document, nullable=False),
    Column("totals", Document, nullable=False),
    UniqueConstraint("organization", "client", "digest"),
    Index("ix_reconciliation_expiry", "organization", "expires_at"),
)
"""digest: SHA-256 of the list, so that the same list gives one result however often it is sent."""

reconciliation_difference: Final = Table(
    "reconciliation_difference",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("reconciliation", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("client", Text, nullable=False),
    Column("at", Moment),
    Column("line", Number),
    Column("caller", Text),
    Column("called", Text, nullable=False),
    Column("duration", Number),
    Column("answered", Flag),
    Column("call", Text, nullable=False),
    Column("contact", Text),
    Column("our_at", Moment),
    Column("our_duration", Number),
    Column("our_end", Text),
    Column("why", Text, nullable=False),
    Column("text", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""A `model.Difference`. kind: a `Kind`; number: its place among those of its kind."""

center_run: Final = Table(
    "center_run",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("started_at", Moment, primary_key=True, autoincrement=False),
    Column("quiet_since", Moment),
    Column("clean", Flag, nullable=False),
    Column("stopped_at", Moment),
)
"""One life of the center. quiet_since: when it was last seen alive before, NULL for the first one; clean: it had been
stopped then. stopped_at: NULL while it runs, and for one that died."""

_HEAD: Final = tuple(reconciliation.c[one.name] for one in fields(Saved))
_LINE: Final = tuple(reconciliation_difference.c[one.name] for one in fields(Difference))


def _saved(row: RowMapping) -> Saved:
    values = dict(row)
    values["tolerance"] = msgspec.convert(values["tolerance"], Tolerance)
    values["totals"] = msgspec.convert(values["totals"], Totals)
    return Saved(**values)


def _difference(row: RowMapping) -> Difference:
    values: dict[str, Any] = dict(row)
    return Difference(**(values | {"kind": Kind(values["kind"]), "why": Why(values["why"])}))


async def add_head(connection: AsyncConnection, organization: str, saved: Saved) -> None:
    values = msgspec.to_builtins(saved)
    await connection.execute(insert(reconciliation).values(organization=organization, **values))


async def add_differences(
    connection: AsyncConnection, organization: str, client: str, id_: str, differences: Sequence[Difference]
) -> None:
    """Some more of the differences of a result."""
    whose = {"organization": organization, "client": client, "reconciliation": id_}
    rows = [{**whose, **asdict(one), "kind": one.kind.value, "why": one.why.value} for one in differences]
    await connection.execute(insert(reconciliation_difference), rows)


async def heads(connection: AsyncConnection, organization: str, clients: Collection[str], most: int) -> list[Saved]:
    """The latest results, the newest first."""
    found = await connection.execute(
        select(*_HEAD)
        .where(reconciliation.c.organization == organization, reconciliation.c.client.in_(clients))
        .order_by(reconciliation.c.id.desc())
        .limit(most)
    )
    return [_saved(row) for row in found.mappings()]


async def head(connection: AsyncConnection, organization: str, clients: Collection[str], id_: str) -> Saved | None:
    found = await connection.execute(
        select(*_HEAD).where(
            reconciliation.c.organization == organization,
            reconciliation.c.client.in_(clients),
            reconciliation.c.id == id_,
        )
    )
    row = found.mappings().one_or_none()
    return None if row is None else _saved(row)


async def of_list(connection: AsyncConnection, organization: str, client: str, digest: str) -> Saved | None:
    """The result of this very list."""
    found = await connection.execute(
        select(*_HEAD).where(
            reconciliation.c.organization == organization,
            reconciliation.c.client == client,
            reconciliation.c.digest == digest,
        )
    )
    row = found.mappings().one_or_none()
    return None if row is None else _saved(row)


async def remove_head(connection: AsyncConnection, organization: str, client: str, id_: str) -> bool:
    """Whether there was one."""
    gone = await connection.execute(
        delete(reconciliation).where(
            reconciliation.c.organization == organization,
            reconciliation.c.client == client,
            reconciliation.c.id == id_,
        )
    )
    return gone.rowcount > 0


async def expired(connection: AsyncConnection, organization: str, now: int) -> list[Saved]:
    found = await connection.execute(
        select(*_HEAD).where(reconciliation.c.organization == organization, reconciliation.c.expires_at <= now)
    )
    return [_saved(row) for row in found.mappings()]


async def differences(
    connection: AsyncConnection,
    organization: str,
    clients: Collection[str],
    id_: str,
    kind: Kind,
    *,
    after: int,
    most: int,
) -> list[Difference]:
    """Those of one kind after that number, in order."""
    of = reconciliation_difference.c
    found = await connection.execute(
        select(*_LINE)
        .where(reconciliation_difference.c.organization == organization)
        .where(reconciliation_difference.c.client.in_(clients), of.reconciliation == id_)
        .where(of.kind == kind.value, of.number > after)
        .order_by(of.number)
        .limit(most)
    )
    return [_difference(row) for row in found.mappings()]


async def forget_callers(
    connection: AsyncConnection, organization: str, client: str, contacts: Collection[str], numbers: Collection[str]
) -> None:
    """Take out who called: in the lines of these contacts, and wherever one of these numbers did."""
    table = reconciliation_difference
    await connection.execute(
        update(table)
        .where(
            table.c.organization == organization,
            table.c.client == client,
            or_(table.c.contact.in_(contacts), table.c.caller.in_(numbers)),
        )
        .values(caller=None)
    )


async def orphan(connection: AsyncConnection, organization: str, before: str) -> str | None:
    """A result older than that id whose differences are left over."""
    of = reconciliation_difference.c
    there = select(reconciliation.c.id).where(reconciliation.c.organization == organization)
    return await connection.scalar(
        select(of.reconciliation)
        .where(reconciliation_difference.c.organization == organization)
        .where(of.reconciliation < before, of.reconciliation.not_in(there))
        .limit(1)
    )


async def sweep(connection: AsyncConnection, organization: str, id_: str, most: int) -> bool:
    """Take away some differences of a result, so many of each kind; whether there may be more."""
    of = reconciliation_difference.c
    found = await connection.execute(
        select(of.kind, func.min(of.number).label("least"))
        .where(reconciliation_difference.c.organization == organization, of.reconciliation == id_)
        .group_by(of.kind)
    )
    first = found.all()
    for kind, least in first:
        await connection.execute(
            delete(reconciliation_difference)
            .where(reconciliation_difference.c.organization == organization, of.reconciliation == id_)
            .where(of.kind == kind, of.number < least + most)
        )
    return bool(first)


# -- lives of the center


async def begin_run(connection: AsyncConnection, organization: str, now: int, quiet: int | None, clean: bool) -> None:
    values: Mapping[str, Any] = {"started_at": now, "quiet_since": quiet, "clean": clean}
    await connection.execute(insert(center_run).values(organization=organization, **values))


async def last_run(connection: AsyncConnection, organization: str) -> tuple[int, int | None] | None:
    """(started, stopped) of the latest life."""
    found = await connection.execute(
        select(center_run.c.started_at, center_run.c.stopped_at)
        .where(center_run.c.organization == organization)
        .order_by(center_run.c.started_at.desc())
        .limit(1)
    )
    row = found.one_or_none()
    return None if row is None else (row.started_at, row.stopped_at)


async def end_run(connection: AsyncConnection, organization: str, started: int, now: int) -> None:
    await connection.execute(
        update(center_run)
        .where(center_run.c.organization == organization, center_run.c.started_at == started)
        .values(stopped_at=now)
    )


async def silences(connection: AsyncConnection, organization: str, since: int, until: int) -> list[Silence]:
    """When the center did not run, of what touches [since, until)."""
    of = center_run.c
    found = await connection.execute(
        select(of.quiet_since, of.started_at, of.clean)
        .where(center_run.c.organization == organization, of.started_at > since, of.quiet_since < until)
        .order_by(of.started_at)
    )
    return [Silence(*row) for row in found]
