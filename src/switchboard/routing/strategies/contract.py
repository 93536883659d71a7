"""What a strategy is: it chooses one of the idle agents who satisfy a contact's requirements."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from switchboard.routing.model import Requirement

RUNNERS_UP: Final = 5
"""How many of those who would have been next are recorded."""


class Candidate(NamedTuple):
    """An idle agent who satisfies the requirements. idle_since: UTC epoch microseconds. skills: id of the
    skill -> level."""

    agent: str
    idle_since: int
    skills: Mapping[str, int]


class Choice(NamedTuple):
    """Who is chosen, with a score in the strategy's unit (higher is better), and at most five runners-up
    (agent, score), best first."""

    agent: str
    score: float
    runners_up: Sequence[tuple[str, float]]


class Strategy(Protocol):
    """Chooses deterministically: the same candidates in the same order at the same time, the same choice."""

    def choose(
        self, requirements: Sequence[Requirement], candidates: Iterator[Candidate], now: int, /
    ) -> Choice | None:
        """The best of the candidates, who come the longest idle first; None when there are none.

        Take no more of them than needed: each one costs. now: UTC epoch microseconds.
        """
        ...
