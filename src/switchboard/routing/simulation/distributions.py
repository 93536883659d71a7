"""Times out of numbers: how long people talk, how soon they answer, when they give up.

    talk = Lognormal(mean=240.0, deviation=180.0)
    talk.sample(random.Random(7))                 # seconds

Each takes numbers from the generator in the same way whatever its mean is, so that two scenarios with the same seed
differ only in what was changed (common random numbers).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log, sqrt
from random import Random
from typing import Final, Protocol


class Distribution(Protocol):
    """A random time in seconds, 0 or more; infinite when it never ends."""

    def sample(self, numbers: Random, /) -> float: ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always the same."""

    seconds: float

    def sample(self, _numbers: Random, /) -> float:
        return self.seconds


NEVER: Final = Fixed(inf)
"""Nobody gives up."""

AT_ONCE: Final = Fixed(0.0)
"""No time at all."""


@dataclass(frozen=True, slots=True)
class Exponential:
    """Without memory: what is left does not depend on what has passed."""

    mean: float

    def sample(self, numbers: Random, /) -> float:
        return self.mean * numbers.expovariate(1.0)


@dataclass(frozen=True, slots=True)
class Lognormal:
    """What talks mostly look like (Brown et al., Statistical analysis of a telephone call center, Journal of the
    American Statistical Association 100, 2005, section 4.2). mean, deviation: of the time itself, in seconds."""

    mean: float
    deviation: float

    def sample(self, numbers: Random, /) -> float:
        spread = log(1 + (self.deviation / self.mean) ** 2)
        return numbers.lognormvariate(log(self.mean) - spread / 2, sqrt(spread))


@dataclass(frozen=True, slots=True)
class Gamma:
    """Several steps one after the other. mean, deviation: seconds."""

    mean: float
    deviation: float

    def sample(self, numbers: Random, /) -> float:
        shape = (self.mean / self.deviation) ** 2
        return numbers.gammavariate(shape, self.mean / shape)


@dataclass(frozen=True, slots=True)
class Weibull:
    """Patience that grows (shape below 1) or wears out (above). scale: seconds within which 63 % give up."""

    scale: float
    shape: float

    def sample(self, numbers: Random, /) -> float:
        return numbers.weibullvariate(self.scale, self.shape)


@dataclass(frozen=True, slots=True)
class Measured:
    """One of these times, as they were measured; seconds, at least one."""

    seconds: Sequence[float]

    def sample(self, numbers: Random, /) -> float:
        # The place and not a choice of `Random`: one number is taken, however many times there are.
        return self.seconds[int(numbers.random() * len(self.seconds))]
