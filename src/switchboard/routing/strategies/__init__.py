"""Which agent gets the contact: one file per strategy, one line in `STRATEGIES`, one contract test for all.

    choice = STRATEGIES["longest idle"].choose(Request(needs), candidates, now)

A queue names its strategy; `tests/contracts/test_strategies.py` runs against every line of the registry.
"""

from collections.abc import Mapping
from typing import Final

from switchboard.routing.strategies.best_expected_outcome import BestExpectedOutcome
from switchboard.routing.strategies.contract import Candidate, Choice, Request, Strategy
from switchboard.routing.strategies.least_cost import LeastCost
from switchboard.routing.strategies.least_occupied import LeastOccupied
from switchboard.routing.strategies.least_skilled import LeastSkilled
from switchboard.routing.strategies.longest_idle import LongestIdle
from switchboard.routing.strategies.most_skilled import MostSkilled
from switchboard.routing.strategies.ordered_tiers import OrderedTiers
from switchboard.routing.strategies.ring_all import RingAll
from switchboard.routing.strategies.round_robin import RoundRobin

STRATEGIES: Final[Mapping[str, Strategy]] = {
    "longest idle": LongestIdle(),
    "most skilled": MostSkilled(),
    "least skilled": LeastSkilled(),
    "least occupied": LeastOccupied(),
    "round robin": RoundRobin(),
    "ring all": RingAll(),
    "ordered tiers": OrderedTiers(),
    "least cost": LeastCost(),
    "best expected outcome": BestExpectedOutcome(),
}
"""Every strategy by the name that queues use."""

__all__ = ["STRATEGIES", "Candidate", "Choice", "Request", "Strategy"]
