"""How long a caller in line will still wait, as far as can be said, and what may be announced of it.

    seconds = outlook(Line(ahead=2, agents=[Agents(3, left=95.0), Agents(1, left=10.0)]))    # Outlook(low=.., high=..)
    told = announced(None, Now(position=3, agents=3, handling=180.0, outlook=seconds))

The estimate decides nothing: it is what a caller hears. Two rules make it bearable for him: it is rounded
up, and it never rises without a reason that can be named.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import exp, sqrt
from typing import Final

from switchboard.measures.formula import Formula, Unit, register

DEFAULT_HANDLING: Final = 180.0
"""Seconds that a contact is taken to need as long as a queue has handled none."""

STAGES: Final = 40
"""Into how many parts a wait is cut at most: with more callers ahead several are taken at once."""

_ENDS: Final = 1.0
"""Standard deviations from the middle of a range to its ends. One caller in six would wait less and one in six longer
if all were known; breaks, callers who come first and the like make that about one in five each
(docs/reports/estimator)."""


@dataclass(frozen=True, slots=True)
class Agents:
    """Agents who are alike. count: how many. left: mean seconds until one of them is free, 0 for idle ones. cycle:
    mean seconds from then on until he is free again, ringing, talk and wrap-up together."""

    count: float
    left: float
    cycle: float = DEFAULT_HANDLING


@dataclass(frozen=True, slots=True)
class Line:
    """ahead: callers who will be taken before this one by agents who could take him, not whole where other agents
    share them. agents: who could take him. gives_up: how many callers in line give up a second, for each of them.
    ringing: mean seconds until an agent answers."""

    ahead: float
    agents: Sequence[Agents]
    gives_up: float = 0.0
    ringing: float = 0.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """Seconds; 0 <= low <= likely <= high. likely: as many wait longer as shorter."""

    low: float
    high: float
    likely: float = 0.0


def expected_wait(line: Line) -> tuple[float, float] | None:
    """Mean and variance of the seconds until this caller's turn; None when no agent could take him.

    With k callers ahead the next one goes - to an agent who comes free, or because he gives up - at the rate of the
    agents plus k times that of giving up; the wait is the sum of such times down to k = 0, at the rate of the agents
    alone. Source: Ibrahim & Whitt, Real-time delay estimation in overloaded multiserver queues with abandonments,
    Management Science 55(10), 2009, section 3: the estimator QL_m. Here the rate of the agents is not their number
    by the mean handling time but what is known of their present work, see `_rate`.
    """
    if not line.agents:
        return None
    mean = variance = 0.0
    left = line.ahead + 1.0
    size = max(1.0, left / STAGES)
    while left > 1e-9:
        # Who is about to be taken is no longer ahead; the last step is this caller's own turn.
        step = min(size, left)
        leaving = max(left - step, 0.0) * line.gives_up
        took = step / (_rate(line.agents, mean) + leaving)
        # Once more in the middle of it: agents who are nearly done make a rate that does not last.
        took = step / (_rate(line.agents, mean + took / 2) + leaving)
        mean += took
        variance += took * took / step
        left -= step
    return mean, variance


def _rate(agents: Sequence[Agents], after: float) -> float:
    """Agents who come free a second, so many seconds from now.

    Who is free for the first time after an exponential time with mean `left` was not free before with probability
    exp(-after / left); whoever was is again at work on a contact, and free again at the rate 1 / cycle.
    """
    rate = 0.0
    for one in agents:
        left = max(one.left, SOON)
        still = exp(-after / left)
        rate += one.count * (still / left + (1.0 - still) / one.cycle)
    return rate


SOON: Final = 0.5
"""Seconds that an agent who is as good as free is taken to need."""


def outlook(line: Line) -> Outlook | None:
    """The range in which the wait will most likely lie; None when nobody could take this caller.

    The wait is a sum of times that are nearly exponential: a gamma distribution with its mean and variance, whose
    quantiles are those of Wilson & Hilferty, The distribution of chi-square, Proceedings of the National Academy of
    Sciences 17, 1931.
    """
    found = expected_wait(line)
    if found is None:
        return None
    # Ringing, too, is of one kind of length only on average.
    mean, variance = found[0] + line.ringing, found[1] + line.ringing * line.ringing
    shape = mean * mean / variance
    low, likely, high = (mean * _quantile(shape, place) for place in (-_ENDS, 0.0, _ENDS))
    return Outlook(low, high, likely)


def _quantile(shape: float, place: float) -> float:
    """Of a gamma distribution with mean 1, at this quantile of the standard normal distribution."""
    root = max(1.0 - 1.0 / (9.0 * shape) + place / (3.0 * sqrt(shape)), 0.0)
    return root * root * root


RANGES: Final[tuple[tuple[int, int | None], ...]] = (
    (0, 1),
    (1, 2),
    (2, 4),
    (3, 5),
    (4, 6),
    (5, 8),
    (6, 10),
    (10, 15),
    (15, 20),
    (20, 30),
    (30, 45),
    (45, 60),
    (60, None),
)
"""What is said, in whole minutes: (from, to). (0, 1) is "less than a minute", (60, None) "more than an hour".
Few and fixed, so that every sentence is spoken as one and rendered ahead."""


def rounded_up(estimate: Outlook) -> int:
    """The first of `RANGES` that does not end before the estimate does."""
    for number, (_, minutes) in enumerate(RANGES):
        if minutes is not None and estimate.high <= 60 * minutes:
            return number
    return len(RANGES) - 1


class Rise(StrEnum):
    """Why a caller hears a longer wait or a later place than the last time."""

    OVERTAKEN = "others came before him"
    """Of a higher priority, or back at the head of the line because their agent was lost."""
    FEWER_AGENTS = "fewer agents"
    LONGER_CONTACTS = "contacts take longer"
    ANOTHER_LINE = "sent on to another line"
    """Its queue did not keep him, and in the next one others are before him or others serve it."""


LONGER: Final = 1.25
"""From what factor on the mean handling time has really risen."""


@dataclass(frozen=True, slots=True)
class Now:
    """How a caller stands just now. position: 1 for the next one. agents: who could take him and are signed in
    and not on a pause. handling: mean seconds. outlook: None when nothing can be said."""

    position: int
    agents: int
    handling: float
    outlook: Outlook | None


@dataclass(frozen=True, slots=True)
class Told:
    """What a caller is told: his place and a number of `RANGES`, None when the wait is not known. last: the range
    that he was told last. why: set when place or wait is worse than before. basis: what it rests on. moved: that
    was in another line."""

    position: int
    range: int | None
    last: int | None
    basis: Now
    why: Rise | None = None
    moved: bool = False


def announced(before: Told | None, now: Now) -> Told:
    """What this caller may be told now, after what he was told before.

    His place is always the true one; it only becomes worse when others came before him. His wait may be told
    as longer than before only when that has happened, when agents left, or when contacts take longer than
    they did; else he hears what he heard before, for an estimate that merely wavers is of no use to him.
    """
    found = None if now.outlook is None else rounded_up(now.outlook)
    if before is None:
        return Told(now.position, found, found, now)
    if before.moved:
        return _in_another_line(before, found, now)
    overtaken = Rise.OVERTAKEN if now.position > before.position else None
    if found is None or found == before.last:
        # What it rests on is kept while he hears the same, or slow changes would never be a reason.
        return Told(now.position, found, before.last, before.basis, overtaken)
    if before.last is None or found < before.last:
        return Told(now.position, found, found, now, overtaken)
    why = _reason(before.basis, now)
    if why is None:
        return Told(now.position, before.last, before.last, before.basis, overtaken)
    return Told(now.position, found, found, now, overtaken or why)


def moved(told: Told | None) -> Told | None:
    """What somebody was told who stands in another line now: whatever is true there may be told, with its reason."""
    return None if told is None else replace(told, moved=True)


def _in_another_line(before: Told, found: int | None, now: Now) -> Told:
    longer = found is not None and before.last is not None and found > before.last
    worse = longer or now.position > before.position
    return Told(
        now.position, found, found if found is not None else before.last, now, Rise.ANOTHER_LINE if worse else None
    )


def _reason(before: Now, now: Now) -> Rise | None:
    if now.position > before.position:
        return Rise.OVERTAKEN
    if now.agents < before.agents:
        return Rise.FEWER_AGENTS
    if now.handling >= LONGER * before.handling:
        return Rise.LONGER_CONTACTS
    return None


def mean_wait(line: Line) -> float | None:
    """The mean of `expected_wait` alone."""
    found = expected_wait(line)
    return None if found is None else found[0]


WAITING_MEASURES: Final = register(
    [
        Formula(
            "expected wait",
            2,
            Unit.SECONDS,
            "sum over k = callers ahead .. 0 of 1 / (agents who come free a second + k * callers who give up a second)",
            mean_wait,
        )
    ]
)
