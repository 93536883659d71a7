"""The agent who was busy for the smallest share of his time. Score: his occupancy, negative."""

from collections.abc import Iterator

from switchboard.routing.requirements import Needs
from switchboard.routing.strategies.contract import Candidate, Choice, best_by


class LeastOccupied:
    """Evens out the work; occupancy = with contacts / (that + available), since sign-in."""

    def choose(self, _needs: Needs | None, candidates: Iterator[Candidate], now: int, /) -> Choice | None:
        """Somebody who has just signed in was not busy at all."""
        return best_by(lambda candidate: -_occupancy(candidate, now), candidates)


def _occupancy(candidate: Candidate, now: int) -> float:
    # The span that still goes on is not in `available` yet.
    whole = candidate.worked + candidate.available + max(now - candidate.idle_since, 0)
    return candidate.worked / whole if whole else 0.0
