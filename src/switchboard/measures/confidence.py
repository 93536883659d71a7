"""How sure a mean of several runs is: confidence intervals by Student's t.

    interval([0.81, 0.79, 0.84])          # Interval(mean=0.813.., half=0.062..)

Sources: Student, The probable error of a mean, Biometrika 6, 1908; the distribution function for whole degrees of
freedom from Abramowitz & Stegun, Handbook of mathematical functions, 26.7.3 and 26.7.4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import atan, cos, pi, sin, sqrt
from statistics import fmean, stdev, variance
from typing import Final, TypeAlias

LEVEL: Final = 0.95
"""How often such an interval holds the true mean."""

MOST: Final = 1e6
"""Where the search for a quantile ends: that of one degree of freedom at a level of 0.999999."""


@dataclass(frozen=True, slots=True)
class Interval:
    """mean - half to mean + half. half is None when one value says nothing about how much it varies."""

    mean: float
    half: float | None

    @property
    def low(self) -> float | None:
        return None if self.half is None else self.mean - self.half

    @property
    def high(self) -> float | None:
        return None if self.half is None else self.mean + self.half


def interval(values: Sequence[float], level: float = LEVEL) -> Interval:
    """The mean of independent runs and how sure it is. Raises ValueError when there is no value."""
    if not values:
        raise ValueError("a mean needs at least one value")
    if len(values) == 1:
        return Interval(values[0], None)
    return Interval(fmean(values), student_t(len(values) - 1, level) * stdev(values) / sqrt(len(values)))


def paired(before: Sequence[float], after: Sequence[float], level: float = LEVEL) -> Interval:
    """after - before, run by run: with common random numbers what both have in common drops out.

    Raises ValueError when they are not equally many.
    """
    return interval([then - now for now, then in zip(before, after, strict=True)], level)


def difference(before: Sequence[float], after: Sequence[float], level: float = LEVEL) -> Interval:
    """mean(after) - mean(before) of two independent groups, which may vary unequally and be unequally many.

    Raises ValueError when one has less than two values. Source: Welch, The generalization of Student's problem when
    several different population variances are involved, Biometrika 34, 1947; whole degrees of freedom, rounded down.
    """
    if min(len(before), len(after)) < 2:
        raise ValueError("a difference needs at least two values of each")
    parts = [(variance(values) / len(values), len(values) - 1) for values in (before, after)]
    return _welch(fmean(after) - fmean(before), parts, level)


Clusters: TypeAlias = Sequence[Sequence[float]]
"""Values that belong together, as those of one hour: between clusters they are independent, within them not."""


def difference_of_clusters(before: Clusters, after: Clusters, level: float = LEVEL) -> Interval:
    """mean(after) - mean(before) over all values of the clusters, as sure as that many clusters make it.

    Raises ValueError when one has less than two clusters. Source: the variance of a ratio estimator
    (sum of totals by sum of sizes), Cochran, Sampling techniques, 1977, chapter 9A (clusters of
    unequal sizes); the degrees of freedom are Welch's, of clusters.
    """
    if min(len(before), len(after)) < 2:
        raise ValueError("a difference needs at least two clusters of each")
    means = [fmean(value for cluster in clusters for value in cluster) for clusters in (before, after)]
    parts = [_of_clusters(clusters, mean) for clusters, mean in zip((before, after), means, strict=True)]
    return _welch(means[1] - means[0], parts, level)


def _of_clusters(clusters: Clusters, mean: float) -> tuple[float, int]:
    """The variance of the mean over all values, and its degrees of freedom."""
    apart = sum(sum(value - mean for value in cluster) ** 2 for cluster in clusters)
    number, size = len(clusters), sum(map(len, clusters))
    return apart * number / (number - 1) / size**2, number - 1


def _welch(mean: float, parts: Sequence[tuple[float, int]], level: float) -> Interval:
    """parts: variance and degrees of freedom of each mean."""
    total = sum(part for part, _ in parts)
    if total == 0:
        return Interval(mean, 0.0)
    freedom = total**2 / sum(part**2 / degrees for part, degrees in parts)
    # Beyond a thousand the distribution does not change any more; counting terms would only cost time.
    return Interval(mean, student_t(max(1, min(int(freedom), 1_000)), level) * sqrt(total))


@cache
def student_t(freedom: int, level: float = LEVEL) -> float:
    """t so that `level` of the distribution lies between -t and t. freedom: degrees of freedom, 1 or more."""
    if freedom < 1 or not 0 < level < 1:
        raise ValueError("degrees of freedom are 1 or more, the level is between 0 and 1")
    low, high = 0.0, MOST
    while high - low > 1e-9 * max(1.0, low):
        middle = (low + high) / 2
        if _within(middle, freedom) < level:
            low = middle
        else:
            high = middle
    return high


def _within(t: float, freedom: int) -> float:
    """Share of the distribution between -t and t."""
    angle = atan(t / sqrt(freedom))
    if freedom == 1:
        return 2 * angle / pi
    # Odd: 2/pi (angle + sin (cos + 2/3 cos^3 + ..)); even: sin (1 + 1/2 cos^2 + 1.3/2.4 cos^4 + ..).
    odd = freedom % 2
    term = cos(angle) if odd else 1.0
    total = term
    for number in range(2 + odd, freedom - 1, 2):
        term *= cos(angle) ** 2 * (number - 1) / number
        total += term
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total
