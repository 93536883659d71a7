"""Tables of agents, and their SQL. Functions take the connection of the caller's transaction."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Column, ScalarSelect, Table, UniqueConstraint, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.agents.model import AgentState
from switchboard.kit.clock import MICROSECONDS
from switchboard.storage.dialect import Dialect
from switchboard.storage.schema import Document, Flag, Moment, Number, Text, metadata

LONGEST_SPAN: Final = 86_400 * MICROSECONDS
"""So long an agent is available at a stretch, for the sums of a day."""

agent_reason: Final = Table(
    "agent_reason",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("longest", Number),
    # What comes when that time is over; null: nothing.
    Column("next_state", Text),
    Column("retired_at", Moment),
    UniqueConstraint("organization", "key"),
)

team: Final = Table(
    "team",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("brand", Text),
    Column("capacity", Document),
    Column("retired_at", Moment),
    Column("hours", Text),
    UniqueConstraint("organization", "key"),
)

agent_profile: Final = Table(
    "agent_profile",
    metadata,
    Column("organization", Text, primary_key=True),
    # The person's id and key: an agent is a person.
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("queues", Document, nullable=False),
    Column("skills", Document, nullable=False),
    # Queue id -> tier; null: 1 in all of them.
    Column("tiers", Document),
    Column("cost", Number),
    Column("reach", Text, nullable=False),
    Column("phone", Text),
    Column("team", Text),
    # How many contacts at a time; null: as the team's.
    Column("capacity", Document),
    Column("retired_at", Moment),
    UniqueConstraint("organization", "key"),
)

agent_span: Final = Table(
    "agent_span",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("agent", Text, primary_key=True),
    Column("since", Moment, primary_key=True, autoincrement=False),
    Column("until", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("contact", Text),
    Column("queue", Text),
    # Of a pause: the longest time of its reason ended it. Null: no.
    Column("overran", Flag),
    sqlite_with_rowid=False,
)
"""What an agent did, one row per finished span of more than no time. The running span is on the Floor."""


async def rows(connection: AsyncConnection, table: Table, organization: str) -> Sequence[Mapping[str, Any]]:
    """Every configured row of this table, retired ones included."""
    found = await connection.execute(select(table).where(table.c.organization == organization).order_by(table.c.key))
    return [dict(row) for row in found.mappings()]


async def put(connection: AsyncConnection, dialect: Dialect, table: Table, rows_: Sequence[Mapping[str, Any]]) -> None:
    """Insert or change rows by id, in one statement."""
    if rows_:
        await connection.execute(dialect.upsert(table), list(rows_))


async def retire(connection: AsyncConnection, table: Table, organization: str, id_: str, at: int) -> None:
    """Take one row out of use."""
    await connection.execute(
        update(table).where(table.c.organization == organization, table.c.id == id_).values(retired_at=at)
    )


async def spans(
    connection: AsyncConnection, organization: str, agent: str, since: int, until: int
) -> Sequence[Mapping[str, Any]]:
    """An agent's finished spans that overlap [since, until), in order."""
    of_agent = select(agent_span).where(agent_span.c.organization == organization, agent_span.c.agent == agent)
    # Spans do not overlap: of those that began before, only the last one can reach in.
    before = of_agent.where(agent_span.c.since < since).order_by(agent_span.c.since.desc()).limit(1)
    within = of_agent.where(agent_span.c.since >= since, agent_span.c.since < until).order_by(agent_span.c.since)
    rows = [*(await connection.execute(before)).mappings(), *(await connection.execute(within)).mappings()]
    return [dict(row) for row in rows if row["until"] > since]


async def lengths(
    connection: AsyncConnection, organization: str, since: int, until: int
) -> Sequence[tuple[str, str, str | None, int]]:
    """(agent, state, reason, microseconds) of all finished spans, as far as they lie in [since, until)."""
    found = []
    last = await connection.execute(
        select(
            agent_profile.c.id,
            *(_last_before(organization, since, column) for column in ("state", "reason", "until")),
        ).where(agent_profile.c.organization == organization)
    )
    agents = []
    for agent, state, reason, ended in last:
        agents.append(agent)
        # Spans do not overlap: of those that began before, only each agent's last one can reach in.
        if ended is not None and ended > since:
            found.append((agent, state, reason, min(ended, until) - since))
    ends = case((agent_span.c.until > until, until), else_=agent_span.c.until)
    within = await connection.execute(
        select(agent_span.c.agent, agent_span.c.state, agent_span.c.reason, func.sum(ends - agent_span.c.since))
        .where(agent_span.c.organization == organization, agent_span.c.agent.in_(agents))
        .where(agent_span.c.since >= since, agent_span.c.since < until)
        .group_by(agent_span.c.agent, agent_span.c.state, agent_span.c.reason)
    )
    return [*found, *((agent, state, reason, int(total)) for agent, state, reason, total in within)]


async def departures(
    connection: AsyncConnection, organization: str, since: int, until: int
) -> Sequence[tuple[str, int, int]]:
    """(agent, since, until) of the available spans that ended in [since, until) with a pause or a sign-out."""
    following = agent_span.alias("following")
    # A sign-out has no span: nothing follows at that moment.
    then = (
        select(following.c.state)
        .where(following.c.organization == organization)
        .where(following.c.agent == agent_span.c.agent, following.c.since == agent_span.c.until)
        .correlate(agent_span)
        .scalar_subquery()
    )
    found = await connection.execute(
        select(agent_span.c.agent, agent_span.c.since, agent_span.c.until)
        .where(agent_span.c.organization == organization, agent_span.c.state == AgentState.AVAILABLE.value)
        .where(agent_span.c.since >= since - LONGEST_SPAN, agent_span.c.until >= since, agent_span.c.until < until)
        .where(then.is_(None) | (then == AgentState.PAUSED.value))
        .order_by(agent_span.c.until)
    )
    return [(row[0], row[1], row[2]) for row in found]


async def available_since(connection: AsyncConnection, organization: str, agent: str, at: int) -> int | None:
    """Since when this agent had been available, when that ended at this moment."""
    found = await connection.execute(
        select(agent_span.c.since, agent_span.c.until, agent_span.c.state)
        .where(agent_span.c.organization == organization, agent_span.c.agent == agent, agent_span.c.since < at)
        .order_by(agent_span.c.since.desc())
        .limit(1)
    )
    last = found.one_or_none()
    return last[0] if last is not None and last[1] == at and last[2] == AgentState.AVAILABLE.value else None


def _last_before(organization: str, at: int, column: str) -> ScalarSelect[Any]:
    """A column of the last span of each row of `agent_profile` that began before this moment."""
    return (
        select(agent_span.c[column])
        .where(agent_span.c.organization == organization, agent_span.c.agent == agent_profile.c.id)
        .where(agent_span.c.since < at)
        .order_by(agent_span.c.since.desc())
        .limit(1)
        .correlate(agent_profile)
        .scalar_subquery()
    )
