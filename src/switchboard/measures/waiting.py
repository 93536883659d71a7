"""How long a caller in line will still wait, as far as can be said, and what may be announced of it.

    seconds = outlook(ahead=2, free_in=(0.0, 40.0, 95.0), handling=180.0)     # Outlook(low=.., high=..)
    told = announced(None, Now(position=3, agents=3, handling=180.0, outlook=seconds))

The estimate decides nothing: it is what a caller hears. Two rules make it bearable for him: it is rounded
up, and it never rises without a reason that can be named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Final

from switchboard.measures.formula import Formula, Unit, register

DEFAULT_HANDLING: Final = 180.0
"""Seconds that a contact is taken to need as long as a queue has handled none."""

LEAST_SHARE: Final = 0.25
"""What is left at least of a contact that has already taken longer than usual, as a share of the usual time."""

_P80: Final = 0.842
"""Quantile of the standard normal distribution: one caller in five waits less than the low end, one in five longer
than the high end."""


@dataclass(frozen=True, slots=True)
class Queue:
    """ahead: callers before this one, 0 for the next one. free_in: for each agent who could take him, in any
    order, seconds until he is expected to be free, 0 for an idle one. handling: mean seconds from the
    beginning of a talk until the agent is free again, more than 0."""

    ahead: int
    free_in: Sequence[float]
    handling: float = DEFAULT_HANDLING


@dataclass(frozen=True, slots=True)
class Outlook:
    """Seconds; 0 <= low <= high."""

    low: float
    high: float


def expected_wait(line: Queue) -> float | None:
    """Mean seconds until this caller's turn; None when no agent could take him: announce nothing then.

    Agents take callers in turn as they come free and are busy for the mean handling time each, so with s
    agents caller number n (from 0) is served when agent n mod s is free for the (n div s + 1)-th time.
    Source: Ibrahim & Whitt, Real-time delay estimation in overloaded multiserver queues, 2009, section 3:
    the queue-length estimator (n + 1) / (s * mu), here with what is known of each agent's present contact.
    """
    agents = len(line.free_in)
    if not agents:
        return None
    rounds, turn = divmod(line.ahead, agents)
    return rounds * line.handling + sorted(line.free_in)[turn]


def expected_free(elapsed: float, handling: float) -> float:
    """Seconds until an agent is free who began his contact `elapsed` seconds ago: what is left of the mean, and
    never less than a quarter of it, because one that lasts longer than usual says little of when it ends."""
    return max(handling - elapsed, LEAST_SHARE * handling)


def outlook(line: Queue) -> Outlook | None:
    """The range in which the wait will most likely lie; None when nobody could take this caller.

    With n callers ahead the wait is the sum of n + 1 times between two agents becoming free. Were these
    exponential, their sum had the coefficient of variation 1 / sqrt(n + 1); its quintiles
    follow by the normal approximation (Ibrahim & Whitt, 2009, section 5.1).
    """
    mean = expected_wait(line)
    if mean is None:
        return None
    spread = mean / sqrt(line.ahead + 1)
    return Outlook(max(mean - _P80 * spread, 0.0), mean + _P80 * spread)


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
    that he was told last. why: set when place or wait is worse than before. basis: what it rests on."""

    position: int
    range: int | None
    last: int | None
    basis: Now
    why: Rise | None = None


def announced(before: Told | None, now: Now) -> Told:
    """What this caller may be told now, after what he was told before.

    His place is always the true one; it only becomes worse when others came before him. His wait may be told
    as longer than before only when that has happened, when agents left, or when contacts take longer than
    they did; else he hears what he heard before, for an estimate that merely wavers is of no use to him.
    """
    found = None if now.outlook is None else rounded_up(now.outlook)
    if before is None:
        return Told(now.position, found, found, now)
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


def _reason(before: Now, now: Now) -> Rise | None:
    if now.position > before.position:
        return Rise.OVERTAKEN
    if now.agents < before.agents:
        return Rise.FEWER_AGENTS
    if now.handling >= LONGER * before.handling:
        return Rise.LONGER_CONTACTS
    return None


WAITING_MEASURES: Final = register(
    [
        Formula(
            "expected wait",
            1,
            Unit.SECONDS,
            "(callers ahead div agents) * mean handling time + time until the agent is free who takes the last of them",
            expected_wait,
        )
    ]
)
