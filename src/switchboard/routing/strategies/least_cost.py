"""The agent whose hour costs least. Score: what it costs, negative."""

from collections.abc import Iterator

from switchboard.routing.strategies.contract import Candidate, Choice, Request, best_by


class LeastCost:
    """Of those who can, the cheapest; of equals the longest idle."""

    def choose(self, _request: Request, candidates: Iterator[Candidate], _now: int, /) -> Choice | None:
        """Agents without a cost count as costing nothing."""
        return best_by(lambda candidate: -float(candidate.cost), candidates)
