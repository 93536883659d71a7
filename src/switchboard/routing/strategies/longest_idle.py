"""The agent who has been idle longest gets the contact. Score: seconds idle."""

from collections.abc import Iterator
from itertools import islice

from switchboard.routing.strategies.contract import RUNNERS_UP, Candidate, Choice, Request


class LongestIdle:
    """Fair to agents: whoever rested longest works next."""

    def choose(self, _request: Request, candidates: Iterator[Candidate], now: int, /) -> Choice | None:
        """The first candidate, because they come the longest idle first."""
        first = next(candidates, None)
        if first is None:
            return None
        runners_up = [
            (candidate.agent, (now - candidate.idle_since) / 1_000_000) for candidate in islice(candidates, RUNNERS_UP)
        ]
        return Choice(first.agent, (now - first.idle_since) / 1_000_000, runners_up)
