"""How far the carrier's clock is from ours, found from the calls themselves.

Two lists of one clock have the same distance between their starts in nearly every true pair, while wrong pairs are
scattered: the distance that most candidate pairs agree on is the clocks' difference. Robust by construction: calls
that only one side has, or a caller who rang twice, add scattered distances and move nothing.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from switchboard.insight.reconciliation.model import MOST_SKEW
from switchboard.kit.clock import MICROSECONDS

AGREE: Final = 4 * MICROSECONDS
"""Distances this near each other are one: a list in whole seconds, and what setting up a call takes."""

FEW: Final = 3
"""So many calls have to agree, or all there are."""

MOST_CROSSED: Final = 36
"""Pairs of one caller and number that are all tried where single ones are too few."""


class Started(NamedTuple):
    """A call as its start is compared. called: equal for one number. caller: None when withheld."""

    called: str
    caller: str | None
    moments: tuple[int, ...]


class Skew(NamedTuple):
    """offset: the carrier's clock minus ours, microseconds. pairs: how many calls say so; 0 when it is not known, and
    taken for none."""

    offset: int
    pairs: int


UNKNOWN: Final = Skew(0, 0)


def estimated(lines: Iterable[Started], calls: Iterable[Started]) -> Skew:
    """The difference of the clocks. Callers who rang one number once on each side are asked first; where there are
    too few of them, all that can be paired are."""
    groups: dict[tuple[str, str | None], tuple[list[Started], list[Started]]] = defaultdict(lambda: ([], []))
    for side, started in enumerate((lines, calls)):
        for one in started:
            groups[one.called, one.caller][side].append(one)
    both = [group for group in groups.values() if group[0] and group[1]]
    single = [group for group in both if len(group[0]) == len(group[1]) == 1 and group[0][0].caller is not None]
    found = _agreed(single)
    if found.pairs >= FEW:
        return found
    crossed = _agreed([group for group in both if len(group[0]) * len(group[1]) <= MOST_CROSSED])
    return max(found, crossed, key=lambda one: one.pairs)


def _agreed(groups: Sequence[tuple[list[Started], list[Started]]]) -> Skew:
    """What most of these say: the middle of the densest stretch of `AGREE`."""
    distances = sorted(
        distance
        for lines, calls in groups
        for line in lines
        for call in calls
        for distance in {theirs - ours for theirs in line.moments for ours in call.moments}
        if abs(distance) <= MOST_SKEW
    )
    best: tuple[int, int, int] | None = None
    for first, distance in enumerate(distances):
        last = bisect_right(distances, distance + AGREE)
        middle = distances[(first + last - 1) // 2]
        # Of two that as many agree on, the nearer one: clocks are mostly right.
        one = (last - first, -abs(middle), middle)
        best = one if best is None else max(best, one)
    if best is None:
        return UNKNOWN
    agreeing, _, middle = best
    possible = sum(min(len(lines), len(calls)) for lines, calls in groups)
    enough = agreeing >= FEW and agreeing * 2 >= possible
    return Skew(middle, agreeing) if enough or 2 <= agreeing == possible else UNKNOWN
