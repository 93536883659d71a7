"""The agent who was busy for the smallest share of his time. Score: his occupancy, negative; of somebody who has other
contacts just now one less, and the share of his capacity that they have."""

from collections.abc import Iterator

from switchboard.routing.strategies.contract import Candidate, Choice, Request, best_by


class LeastOccupied:
    """Evens out the work; occupancy = with contacts / (that + available), since sign-in."""

    def choose(self, _request: Request, candidates: Iterator[Candidate], now: int, /) -> Choice | None:
        """Somebody who has just signed in was not busy at all."""
        return best_by(lambda candidate: -candidate.occupancy(now), candidates)
