"""The agents of the first tier; of the next only while none of these is idle. Score: the tier, negative."""

from collections.abc import Iterator

from switchboard.routing.strategies.contract import Candidate, Choice, Request, best_by


class OrderedTiers:
    """A second line that steps in; within a tier the longest idle."""

    def choose(self, _request: Request, candidates: Iterator[Candidate], _now: int, /) -> Choice | None:
        """An agent has a tier in each queue, 1 unless he was given another."""
        return best_by(lambda candidate: -float(candidate.tier), candidates)
