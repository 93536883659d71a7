"""What a strategy is: it chooses among the idle agents who have what a contact needs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import nlargest
from typing import Final, Protocol

import msgspec

from switchboard.agents.model import WHOLE
from switchboard.routing.outcomes import PLAIN_OUTCOME, Learned, OutcomeRule, OutcomeWhy
from switchboard.routing.requirements import Needs

RUNNERS_UP: Final = 5
"""How many of those who would have been next are recorded."""


class Request(msgspec.Struct, frozen=True, gc=False):
    """The contact for which an agent is looked for. needs: what it needs of one. contact, queue, entrance: ids;
    the entrance tells kinds of contacts apart. rule: how the queue goes by what was learned; learned: the version in
    force, None while there is none."""

    needs: Needs | None
    contact: str = ""
    queue: str = ""
    entrance: str = ""
    rule: OutcomeRule = PLAIN_OUTCOME
    learned: Learned | None = None


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """An idle agent who has what is needed. idle_since: UTC epoch microseconds. skills: id of the skill -> level.

    tier: his in this queue, 1 first. cost: what an hour of his costs, in whatever unit is used for all. worked,
    available: microseconds since he signed in that he spent with contacts (wrap-up included), and without one.
    last_offer: number of the last offer that was made to him, 0 for none; they rise. used: the share of his capacity
    that other contacts have just now, in thousandths; whoever is at work counts as idle for no time.
    """

    agent: str
    idle_since: int
    skills: Mapping[str, int]
    tier: int = 1
    cost: int = 0
    worked: int = 0
    available: int = 0
    last_offer: int = 0
    used: int = 0

    def occupancy(self, now: int) -> float:
        """Share of his time with contacts since he signed in, 0 when he has just done so. Of somebody who has other
        contacts just now more than 1: by as much as the share of his capacity that they have."""
        if self.used:
            return 1.0 + self.used / WHOLE
        # The span that still goes on is not in `available` yet.
        whole = self.worked + self.available + max(now - self.idle_since, 0)
        return self.worked / whole if whole else 0.0


class Choice(msgspec.Struct, frozen=True, gc=False):
    """Who is chosen, with a score in the strategy's unit (higher is better), and at most five runners-up
    (agent, score), best first. outcome: what was expected, of a strategy that goes by it.

    together: others (agent, score) who are rung at the same time, best first; whoever becomes idle meanwhile is rung
    as well, and the first who answers has the contact. None: the one who is chosen is rung alone.
    """

    agent: str
    score: float
    runners_up: Sequence[tuple[str, float]]
    outcome: OutcomeWhy | None = None
    together: Sequence[tuple[str, float]] | None = None


class Strategy(Protocol):
    """Chooses deterministically: the same candidates in the same order at the same time, the same choice."""

    def choose(self, request: Request, candidates: Iterator[Candidate], now: int, /) -> Choice | None:
        """The best of the candidates, who come the longest idle first, then those at work who have most room left;
        None when there are none.

        Take no more of them than needed: each one costs. now: UTC epoch microseconds.
        """
        ...


def best_by(score: Callable[[Candidate], float], candidates: Iterator[Candidate]) -> Choice | None:
    """Whoever has the highest score; of equals the one who comes first, which is the longest idle."""
    ranked = nlargest(1 + RUNNERS_UP, [(candidate.agent, score(candidate)) for candidate in candidates], key=_score)
    if not ranked:
        return None
    return Choice(*ranked[0], ranked[1:])


def _score(scored: tuple[str, float]) -> float:
    return scored[1]
