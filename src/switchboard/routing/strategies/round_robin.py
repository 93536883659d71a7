"""Each in turn: the agent whose last offer is the longest ago. Score: that offer's number, negative."""

from collections.abc import Iterator

from switchboard.routing.strategies.contract import Candidate, Choice, Request, best_by


class RoundRobin:
    """Everybody is rung equally often, however long the calls are."""

    def choose(self, _request: Request, candidates: Iterator[Candidate], _now: int, /) -> Choice | None:
        """Who was never offered anything comes first."""
        return best_by(lambda candidate: -float(candidate.last_offer), candidates)
