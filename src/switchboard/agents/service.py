"""What is known about agents beyond the present moment: profiles, reasons, and what they did."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from switchboard.agents import store
from switchboard.agents.configured import ConfiguredList, Profiles, Reasons, Teams
from switchboard.agents.decide import Day, Span, day
from switchboard.agents.model import AgentState, Profile, Reach
from switchboard.kit.clock import Clock
from switchboard.kit.errors import Invalid, NotFound
from switchboard.kit.ids import IdSource
from switchboard.storage import rows
from switchboard.storage.database import Database
from switchboard.storage.rows import RowChange
from switchboard.tenancy.service import Audit

__all__ = ["Agents", "ConfiguredList", "Day", "Departure", "Profiles", "Reasons", "Span", "Teams", "span_row"]


def span_row(organization: str, agent: str, span: Span) -> RowChange:
    """The row of a finished span, for the projection of the Floor's events."""
    return rows.insert(
        store.agent_span,
        organization=organization,
        agent=agent,
        since=span.since,
        until=span.until,
        state=str(span.state),
        reason=span.reason,
        contact=span.contact,
        queue=span.queue,
        overran=span.overran or None,
    )


class Departure(NamedTuple):
    """An agent was available from `since` until he left it himself, for a pause or for good."""

    agent: str
    since: int
    at: int


class Agents:
    """profiles, reasons, teams: lists for configuration, in the caller's transaction."""

    def __init__(self, database: Database, clock: Clock, ids: IdSource, audit: Audit) -> None:
        self._database = database
        self.profiles = Profiles(database, clock, ids, audit)
        self.reasons = Reasons(database, clock, ids, audit)
        self.teams = Teams(database, clock, ids, audit)

    async def profile(self, organization: str, person: str) -> Profile | None:
        """The profile of a person who is an agent, else None."""
        async with self._database.reading() as connection:
            configured = await self.profiles.configured(connection, organization)
        return next((profile for profile in configured.values() if profile.person == person), None)

    async def choose_reach(self, organization: str, person: str, reach: Reach) -> None:
        """The agent's own choice where his calls ring. Tell the Floor with `ReachChanged` as well.

        Raises NotFound for someone who is no agent, Invalid when he has no phone.
        """
        profile = await self.profile(organization, person)
        if profile is None:
            raise NotFound("you are not set up as an agent")
        if reach is Reach.PHONE and profile.phone is None:
            raise Invalid("no phone is set up for you", field="reach")
        async with self._database.transaction() as connection:
            chosen = msgspec.structs.replace(profile, reach=reach)
            await self.profiles.put(connection, organization, chosen, by=person)

    async def day(self, organization: str, person: str, since: int, until: int, running: Span | None = None) -> Day:
        """What an agent did between two moments. running: his present span, which has no row before it ends."""
        spans = await self.spans(organization, person, since, until)
        return day(spans if running is None else [*spans, running], since, until)

    async def serving(self, organization: str) -> dict[str, tuple[str, ...]]:
        """The queues that each agent is set up to serve; ids."""
        async with self._database.reading() as connection:
            configured = await self.profiles.configured(connection, organization)
        return {profile.person: profile.queues for profile in configured.values()}

    async def lengths(self, organization: str, since: int, until: int) -> Sequence[tuple[str, str, str | None, int]]:
        """(agent, state, reason, microseconds) of everybody's finished spans, as far as they lie in [since, until).
        An agent's state may come twice."""
        async with self._database.reading() as connection:
            return await store.lengths(connection, organization, since, until)

    async def departures(self, organization: str, since: int, until: int) -> list[Departure]:
        """Whoever left available by himself, for a pause or for good, within [since, until); in order."""
        async with self._database.reading() as connection:
            found = await store.departures(connection, organization, since, until)
        return [Departure(*row) for row in found]

    async def available_since(self, organization: str, person: str, at: int) -> int | None:
        """Since when he had been available when that ended at this moment; None when he had not been."""
        async with self._database.reading() as connection:
            return await store.available_since(connection, organization, person, at)

    async def spans(self, organization: str, person: str, since: int, until: int) -> list[Span]:
        """An agent's finished spans between two moments; those that reach over the edges are given whole."""
        async with self._database.reading() as connection:
            found = await store.spans(connection, organization, person, since, until)
        return [
            Span(
                AgentState(row["state"]),
                row["reason"],
                row["since"],
                row["until"],
                row["contact"],
                row["queue"],
                bool(row["overran"]),
            )
            for row in found
        ]
