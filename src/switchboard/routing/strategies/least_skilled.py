"""The agent whose skills are just enough. Score: the sum of all his levels, negative."""

from collections.abc import Iterator

from switchboard.routing.strategies.contract import Candidate, Choice, Request, best_by


class LeastSkilled:
    """Keeps experts free for those who need them."""

    def choose(self, _request: Request, candidates: Iterator[Candidate], _now: int, /) -> Choice | None:
        """The candidates all have what is needed: whoever can do least besides takes it."""
        return best_by(lambda candidate: -float(sum(candidate.skills.values())), candidates)
