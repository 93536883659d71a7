"""Which line of the carrier's is which of our calls: each has at most one partner, and all together cost least.

A pair is possible when the called number is one, no two known callers differ, and the starts are at most a tolerance
apart. It costs what the starts differ and a tenth of what the lengths differ, and more where only one side knows the
caller. A line and a call that find no partner cost more than any possible pair of theirs would.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from switchboard.insight.reconciliation.assignment import Edge, assigned

UNIT: Final = 1_000
"""Microseconds that cost 1: a list knows nothing finer than a millisecond."""

START_WEIGHT: Final = 10
"""What a difference of starts costs, compared with one of lengths."""

HIDDEN_WEIGHT: Final = 7
"""What it costs, in tolerances, when only one side knows the caller. Two such pairs cost more than one of two who are
alike and a call that is left alone: a call that is missing must not be made up from those who hide."""


class Side(NamedTuple):
    """One call as either side has it. called: equal for one number. moments: its start by our clock, two where it is
    not known which of them. key: tells equal ones apart, always in the same way."""

    called: str
    caller: str | None
    moments: tuple[int, ...]
    duration: int | None
    key: str | int


def price(line: Side, call: Side, tolerance: int) -> int | None:
    """What this pair costs; None when it cannot be one. tolerance: microseconds. The same from either side."""
    if line.called != call.called or (line.caller != call.caller and line.caller and call.caller):
        return None
    apart = min(abs(theirs - ours) for theirs in line.moments for ours in call.moments)
    if apart > tolerance:
        return None
    cost = apart // UNIT * START_WEIGHT
    if line.duration is not None and call.duration is not None:
        cost += min(abs(line.duration - call.duration), tolerance) // UNIT
    if line.caller != call.caller:
        cost += tolerance // UNIT * HIDDEN_WEIGHT
    return cost if cost <= alone(tolerance) else None


def alone(tolerance: int) -> int:
    """What it costs when a line finds no partner."""
    return tolerance // UNIT * (START_WEIGHT + 1)


def matched(lines: Sequence[Side], calls: Sequence[Side], tolerance: int) -> list[tuple[int, int]]:
    """(line, call) of each pair, as places in the two sequences, which may be in any order."""
    line_order = sorted(range(len(lines)), key=lambda at: _order(lines[at]))
    call_order = sorted(range(len(calls)), key=lambda at: _order(calls[at]))
    near = _Near(calls, call_order)
    rows = []
    for at in line_order:
        edges = []
        for place in near.to(lines[at], tolerance):
            cost = price(lines[at], calls[call_order[place]], tolerance)
            if cost is not None:
                edges.append(Edge(place, cost))
        rows.append(edges)
    taken = assigned(rows, len(calls), alone(tolerance))
    return sorted((line_order[row], call_order[place]) for row, place in enumerate(taken) if place is not None)


def _order(one: Side) -> tuple[tuple[int, ...], int, str, str]:
    return one.moments, one.duration or 0, one.called, str(one.key)


_ANYBODY: Final = "*"
"""Stands for every caller of a number, and is nobody's number."""


class _Near:
    """The calls by number and caller, in the order of time, to look up those near a moment."""

    def __init__(self, calls: Sequence[Side], order: Sequence[int]) -> None:
        places: dict[tuple[str, str | None], list[tuple[int, int]]] = defaultdict(list)
        for place, at in enumerate(order):
            for moment in calls[at].moments:
                places[calls[at].called, calls[at].caller].append((moment, place))
                places[calls[at].called, _ANYBODY].append((moment, place))
        self._places = {key: sorted(found) for key, found in places.items()}

    def to(self, line: Side, tolerance: int) -> list[int]:
        """Places of the calls that may be this line, each once, in order."""
        # A line that hides its caller may be anybody's call; another one his, or one that hides him.
        callers = [_ANYBODY] if line.caller is None else [line.caller, None]
        return sorted({place for caller in callers for place in self._between(line, caller, tolerance)})

    def _between(self, line: Side, caller: str | None, tolerance: int) -> Iterator[int]:
        there = self._places.get((line.called, caller), ())
        for moment in line.moments:
            first = bisect_left(there, (moment - tolerance, -1))
            last = bisect_left(there, (moment + tolerance + 1, -1))
            for _, place in there[first:last]:
                yield place
