"""Which agent gets the contact: one file per strategy, one line in `STRATEGIES`, one contract test for all.

    choice = STRATEGIES["longest idle"].choose(requirements, candidates, now)

A queue names its strategy; `tests/contracts/test_strategies.py` runs against every line of the registry.
"""

from collections.abc import Mapping
from typing import Final

from switchboard.routing.strategies.contract import Candidate, Choice, Strategy
from switchboard.routing.strategies.longest_idle import LongestIdle

STRATEGIES: Final[Mapping[str, Strategy]] = {
    "longest idle": LongestIdle(),
}
"""Every strategy by the name that queues use."""

__all__ = ["STRATEGIES", "Candidate", "Choice", "Strategy"]
