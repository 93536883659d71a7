"""Whether callers would have been told the truth: estimates asked when they come in line, and what became of them.

Three are compared: the product's own, and two that others announce. Asked of a sample, because each asking looks
at all agents of the queue.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from switchboard.kit.clock import MICROSECONDS

WINDOW: Final = 1_800 * MICROSECONDS
"""The average of answered waits is taken over the last half hour."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What could be announced to one caller, in seconds. likely: the product's estimate; low, high: its range.
    average: mean wait of those answered in the last half hour; last: wait of the last one to enter service. None when
    nothing can be said."""

    likely: float | None
    low: float | None
    high: float | None
    average: float | None
    last: float | None


class History:
    """The answered waits of one queue, as far as a caller could be told of them."""

    def __init__(self) -> None:
        self._recent: deque[tuple[int, int]] = deque()
        self._sum = 0
        self._last: int | None = None

    def answered(self, at: int, wait: int) -> None:
        """Somebody was answered at this time after such a wait, both in microseconds."""
        self._recent.append((at, wait))
        self._sum += wait
        self._last = wait

    def average(self, now: int) -> float | None:
        """Seconds; None when nobody was answered in the last half hour."""
        while self._recent and self._recent[0][0] < now - WINDOW:
            self._sum -= self._recent.popleft()[1]
        return self._sum / len(self._recent) / MICROSECONDS if self._recent else None

    @property
    def last(self) -> float | None:
        """Seconds; None when nobody was answered yet."""
        return None if self._last is None else self._last / MICROSECONDS


@dataclass(slots=True)
class Errors:
    """How far estimates were from the waits, in seconds: absolute, one for each caller of whom all three were asked
    and who was answered. inside: how many waits lay in the announced range."""

    likely: list[float] = field(default_factory=list)
    average: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)
    inside: int = 0

    def take(self, estimate: Estimate, wait: float) -> None:
        """A caller was answered after so many seconds. Left out unless all three can be compared."""
        if None in (estimate.likely, estimate.low, estimate.high, estimate.average, estimate.last):
            return
        self.likely.append(abs(estimate.likely - wait))  # type: ignore[operator]  # none of them is None
        self.average.append(abs(estimate.average - wait))  # type: ignore[operator]
        self.last.append(abs(estimate.last - wait))  # type: ignore[operator]
        self.inside += estimate.low <= wait <= estimate.high  # type: ignore[operator]

    def add(self, other: "Errors") -> None:
        self.likely += other.likely
        self.average += other.average
        self.last += other.last
        self.inside += other.inside


def quantile(values: Sequence[float], share: float) -> float | None:
    """The smallest of the values (in order) that at least `share` of them do not exceed; None when there are none.

    The nearest rank, so that what is reported was measured: Hyndman & Fan, Sample quantiles in statistical packages,
    The American Statistician 50(4), 1996, definition 1.
    """
    if not values:
        return None
    return values[max(0, min(len(values) - 1, -int(-share * len(values) // 1) - 1))]


def quantiles(values: Iterable[float], shares: Sequence[float]) -> list[float | None]:
    """Several at once."""
    ordered = sorted(values)
    return [quantile(ordered, share) for share in shares]
