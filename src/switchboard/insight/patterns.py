"""Patterns of agents that a supervisor wants to know, counted from the ledger when somebody asks.

    found = await Patterns(agents, conversations).of(organization, since, until)
    found[agent].hang_ups

Each is a count beside the talks it is a part of, and a hint to look, never a verdict: the definitions are in
`docs/reference/figures.md`. Nothing is kept and nothing costs the Floor anything.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from switchboard.agents.service import Agents, Departure
from switchboard.conversations.service import Conversations, FirstOffer
from switchboard.kit.clock import MICROSECONDS
from switchboard.measures.work import Work, transfer_rate

SOON: Final = 5 * MICROSECONDS
"""A contact that comes so soon after somebody left would have been his."""

SHORT: Final = 10 * MICROSECONDS
"""A talk that is shorter than this, time on hold included, helps nobody."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Of one agent. talks: that customer or agent ended; the others up to `wrap_up_limits` are of these."""

    talks: int = 0
    short: int = 0
    hang_ups: int = 0
    wrap_ups: int = 0
    """Talks that were followed by wrap-up."""
    wrap_up_limits: int = 0
    left_before: int = 0
    handled: int = 0
    """Engagements whose work is done, however the talk ended."""
    transferred: int = 0
    """Of the handled: handed over to another queue."""

    @property
    def transfer_rate(self) -> float | None:
        """0-1; None when nothing was handled."""
        return transfer_rate(Work(handled=self.handled, transferred=self.transferred))


class Patterns:
    """Reads both ledgers: what agents did, and what contacts met."""

    def __init__(self, agents: Agents, conversations: Conversations) -> None:
        self._agents = agents
        self._conversations = conversations

    async def of(self, organization: str, since: int, until: int) -> dict[str, Pattern]:
        """By agent, of those who had a talk or left before an offer. since, until: UTC epoch microseconds."""
        found = {
            row.agent: Pattern(
                row.talks,
                row.short,
                row.hang_ups,
                row.wrap_ups,
                row.limits,
                handled=row.handled,
                transferred=row.transferred,
            )
            for row in await self._conversations.days.talks(organization, since, until, short=SHORT)
        }
        for agent, count in (await self._left_before(organization, since, until)).items():
            found[agent] = replace(found.get(agent, Pattern()), left_before=count)
        return found

    async def _left_before(self, organization: str, since: int, until: int) -> dict[str, int]:
        departures = await self._agents.departures(organization, since, until)
        if not departures:
            return {}
        serving = await self._agents.serving(organization)
        first, last = min(one.at for one in departures), max(one.at for one in departures) + SOON
        counted: dict[Departure, bool] = {}
        async for page in self._conversations.days.entered(organization, first, last):
            for departure, offer in near(departures, page, serving):
                if offer.agent is not None and not counted.get(departure):
                    others = await self._agents.available_since(organization, offer.agent, offer.entered)
                    counted[departure] = comes_later(departure, others)
                elif offer.agent is None:
                    counted[departure] = True
        result: dict[str, int] = {}
        for departure, would_have in counted.items():
            result[departure.agent] = result.get(departure.agent, 0) + would_have
        return {agent: count for agent, count in result.items() if count}


def near(
    departures: Sequence[Departure], entered: Sequence[FirstOffer], serving: Mapping[str, Sequence[str]]
) -> list[tuple[Departure, FirstOffer]]:
    """Each departure with the contacts that entered a queue of his within `SOON` after it, and were offered to somebody
    else at once or to nobody. departures: in order of time."""
    times = [one.at for one in departures]
    return [
        (departure, one)
        for one in entered
        for departure in departures[bisect_left(times, one.entered - SOON) : bisect_right(times, one.entered)]
        if one.queue in serving.get(departure.agent, ()) and one.agent != departure.agent
    ]


def comes_later(departure: Departure, available_since: int | None) -> bool:
    """Whether the one who was offered the contact had been available for less long. available_since: his; None when
    it was no time at all."""
    return available_since is None or available_since > departure.since
