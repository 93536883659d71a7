"""Everybody who can is rung at once, and the first who answers has the contact. Score: seconds idle."""

from collections.abc import Iterator

from switchboard.routing.strategies.contract import Candidate, Choice, Request


class RingAll:
    """The shortest ringing; it disturbs everybody, so it is for few agents and rare contacts."""

    def choose(self, _request: Request, candidates: Iterator[Candidate], now: int, /) -> Choice | None:
        """All of the candidates: nobody is left to be next."""
        idle = [(candidate.agent, (now - candidate.idle_since) / 1_000_000) for candidate in candidates]
        return Choice(*idle[0], (), together=idle[1:]) if idle else None
