"""Several runs together: each figure with its confidence interval; two scenarios side by side, run by run.

figures = summary(outcomes)["asa"]                       # Interval(mean=.., half=..)
compared = comparison(as_it_is, as_it_could_be)          # with the same seeds: common random numbers
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from switchboard.measures.confidence import Interval, interval, paired
from switchboard.routing.simulation.counting import Outcome

Figures = Mapping[str, float | None]


def seeds_of(first: int, runs: int) -> list[int]:
    """The seeds of so many runs: the first and those after it, so that any of them can be repeated alone."""
    return [first + number for number in range(runs)]


def of_everything(outcome: Outcome) -> Figures:
    """All queues and the whole time."""
    return outcome.figures()


def summary(
    outcomes: Sequence[Outcome], figures: Callable[[Outcome], Figures] = of_everything
) -> dict[str, Interval | None]:
    """Each figure over the runs; None where no run had anything to measure.

    A run without it (nobody was answered) is left out of that figure's mean.
    """
    each = [figures(outcome) for outcome in outcomes]
    return {name: _interval([one[name] for one in each]) for name in each[0]}


def _interval(values: Sequence[float | None]) -> Interval | None:
    known = [value for value in values if value is not None]
    return interval(known) if known else None


class Compared(NamedTuple):
    """A figure in two scenarios. difference: after - before, run by run; None when a run had nothing to measure."""

    before: Interval | None
    after: Interval | None
    difference: Interval | None

    @property
    def clear(self) -> bool:
        """Whether the difference is more than chance: its interval does not hold 0."""
        found = self.difference
        return found is not None and found.half is not None and abs(found.mean) > found.half


def comparison(
    before: Sequence[Outcome], after: Sequence[Outcome], figures: Callable[[Outcome], Figures] = of_everything
) -> dict[str, Compared]:
    """Figure by figure. The runs belong together in pairs: same place, same seed."""
    first, second = summary(before, figures), summary(after, figures)
    pairs = [(figures(one), figures(other)) for one, other in zip(before, after, strict=True)]
    return {
        name: Compared(first[name], second[name], _difference([(a[name], b.get(name)) for a, b in pairs]))
        for name in first
        if name in second
    }


def _difference(pairs: Sequence[tuple[float | None, float | None]]) -> Interval | None:
    known = [(before, after) for before, after in pairs if before is not None and after is not None]
    return paired([one for one, _ in known], [other for _, other in known]) if known else None
