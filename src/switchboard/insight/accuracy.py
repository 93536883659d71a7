"""How right the estimated waits of a queue were: sums of bounded size, whatever the number of calls.

    accuracy = Accuracy()
    accuracy.count(expected, waited=95_000_000)
    accuracy.shown()            # Estimates(measured=1, p50=..., p90=..., bias=..., within=..., kept=...)

Errors are counted in classes that are each 10 % wider than the one before, so that P50 and P90 are right to within 5 %.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import log
from typing import Final

from switchboard.kit.clock import MICROSECONDS
from switchboard.measures.waiting import RANGES, Outlook, rounded_up
from switchboard.routing.model import Expected

WIDER: Final = 1.1
CLASSES: Final = 100
"""The last one begins at 3.5 hours."""


@dataclass(frozen=True, slots=True)
class Estimates:
    """How right the estimates were of those who were answered. measured: how many. p50, p90: of the absolute error,
    microseconds. bias: (sum of estimates - sum of waits) / sum of waits, above 0 when estimates were too long; None
    when nobody waited. within: share whose wait lay in the range; kept: share who waited no longer than they would
    have been told. gave_up: those with an estimate who left the line otherwise; of them nothing is known."""

    measured: int
    p50: int
    p90: int
    bias: float | None
    within: float
    kept: float
    gave_up: int


@dataclass(slots=True)
class Accuracy:
    """Of one queue and day, or of several together. errors: how many by class."""

    errors: dict[int, int] = field(default_factory=dict)
    measured: int = 0
    within: int = 0
    kept: int = 0
    estimated: int = 0
    waited: int = 0
    gave_up: int = 0

    def count(self, expected: Expected, waited: int) -> None:
        """One who was answered. waited: microseconds since the estimate."""
        at = class_of(abs(expected.likely - waited))
        self.errors[at] = self.errors.get(at, 0) + 1
        self.measured += 1
        self.within += expected.low <= waited <= expected.high
        told = promised(expected)
        self.kept += told is None or waited <= told
        self.estimated += expected.likely
        self.waited += waited

    def shown(self) -> Estimates | None:
        """None when nobody was measured."""
        if self.measured == 0:
            return None
        return Estimates(
            self.measured,
            self._quantile(0.5),
            self._quantile(0.9),
            None if self.waited == 0 else (self.estimated - self.waited) / self.waited,
            self.within / self.measured,
            self.kept / self.measured,
            self.gave_up,
        )

    def _quantile(self, share: float) -> int:
        """The error that this share of all does not exceed: within its class taken as evenly spread."""
        left = share * self.measured
        for at, count in sorted(self.errors.items()):
            if left <= count:
                begin, end = edges(at)
                return round(begin + (end - begin) * left / count)
            left -= count
        return edges(max(self.errors))[1]


def together(parts: Iterable[Accuracy]) -> Accuracy:
    """Several days as one."""
    whole = Accuracy()
    for part in parts:
        for at, count in part.errors.items():
            whole.errors[at] = whole.errors.get(at, 0) + count
        whole.measured += part.measured
        whole.within += part.within
        whole.kept += part.kept
        whole.estimated += part.estimated
        whole.waited += part.waited
        whole.gave_up += part.gave_up
    return whole


def class_of(error: int) -> int:
    """0 for less than a second. error: microseconds."""
    seconds = error / MICROSECONDS
    return 0 if seconds < 1 else min(1 + int(log(seconds) / log(WIDER)), CLASSES)


def edges(at: int) -> tuple[int, int]:
    """From where to where a class reaches, microseconds."""
    if at == 0:
        return 0, MICROSECONDS
    return round(WIDER ** (at - 1) * MICROSECONDS), round(WIDER**at * MICROSECONDS)


def promised(expected: Expected) -> int | None:
    """The longest wait that the announcement of this estimate speaks of, microseconds; None for "more than an hour"."""
    seconds = [part / MICROSECONDS for part in (expected.low, expected.high, expected.likely)]
    minutes = RANGES[rounded_up(Outlook(*seconds))][1]
    return None if minutes is None else minutes * 60 * MICROSECONDS
