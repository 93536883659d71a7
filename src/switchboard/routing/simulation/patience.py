"""How long callers would have waited, from those who gave up and those who did not get the chance to.

    patience = survival(waits)                   # (seconds, gave up) of each caller
    patience.sample(numbers)                     # seconds until one gives up
    patience.beyond(30.0, numbers)               # of somebody who has waited 30 s already

Who was answered after 20 s would have waited longer: he counts among those who were still there at 20 s and not as
somebody who gave up (Kaplan & Meier, Nonparametric estimation from incomplete observations, Journal of the American
Statistical Association 53, 1958). Behind the longest wait that was seen, patience goes on without memory with the
mean of all waits by the number who gave up (Brown et al. 2005, section 5.2).
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log
from random import Random

from switchboard.routing.simulation.distributions import NEVER, Distribution


@dataclass(frozen=True, slots=True)
class Survival:
    """times: seconds at which somebody gave up, ascending. gone: the share that has given up by then. mean: of the
    patience behind the last of them."""

    times: tuple[float, ...]
    gone: tuple[float, ...]
    mean: float

    def sample(self, numbers: Random, /) -> float:
        return self._at(1.0 - numbers.random())

    def beyond(self, waited: float, numbers: Random, /) -> float:
        """Of somebody who has waited so long: more than that."""
        place = bisect_left(self.times, waited)
        here = 1.0 - (self.gone[place - 1] if place else 0.0)
        if place == len(self.times):
            return waited - log(1.0 - numbers.random()) * self.mean
        return max(waited, self._at(here * (1.0 - numbers.random())))

    def _at(self, left: float) -> float:
        """When so large a share is left (above 0)."""
        place = bisect_left(self.gone, 1.0 - left)
        if place < len(self.times):
            return self.times[place]
        return self.times[-1] - log(left / (1.0 - self.gone[-1])) * self.mean


def survival(waits: Sequence[tuple[float, bool]]) -> Distribution:
    """From (seconds waited, whether he gave up then) of each caller; nobody ever gives up when nobody did."""
    gave_up = sum(gone for _, gone in waits)
    total = sum(wait for wait, _ in waits)
    if not gave_up or total <= 0:
        return NEVER
    here, left = len(waits), 1.0
    times: list[float] = []
    gone: list[float] = []
    for time, group in groupby(sorted(waits), key=lambda one: one[0]):
        all_of = list(group)
        losses = sum(one[1] for one in all_of)
        if losses:
            left *= 1 - losses / here
            times.append(time)
            gone.append(1.0 - left)
        here -= len(all_of)
    if gone[-1] >= 1.0:
        # The longest wait of all ended by giving up: the last share is spread behind it, or nobody could wait longer.
        gone[-1] = (1.0 + (gone[-2] if len(gone) > 1 else 0.0)) / 2
    return Survival(tuple(times), tuple(gone), total / gave_up)
