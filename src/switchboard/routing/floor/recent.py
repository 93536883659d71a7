"""How a queue's contacts were served lately, counted by the minute, for rules that look at the service level.

By folding, so that every memory knows the same. Only queues whose relief looks at it are counted.
"""

import msgspec

from switchboard.conversations.model import VisitEnd
from switchboard.measures.answering import SERVICE_LEVELS, Answers
from switchboard.routing.relief import FEWEST, MINUTE, Relief

_GAVE_UP = frozenset({VisitEnd.ABANDONED, VisitEnd.ABANDONED_WHILE_OFFERED})


class Minute(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What left the line in one minute (a number since the epoch); the counts are those of `measures.answering`."""

    minute: int
    answered: int = 0
    answered_in_time: int = 0
    abandoned: int = 0
    abandoned_in_time: int = 0
    short: int = 0


Recent = tuple[Minute, ...]
"""The earliest first; minutes without anybody are left out."""


def counted(before: Recent, relief: Relief, how: VisitEnd, wait: int, at: int) -> Recent:
    """After one more contact that left the line at `at`, having waited so long (microseconds)."""
    if how is not VisitEnd.ANSWERED and how not in _GAVE_UP:
        return before
    minute = at // MINUTE
    kept = tuple([one for one in before if one.minute > minute - relief.looks_back])
    last = Minute(minute)
    if kept and kept[-1].minute == minute:
        kept, last = kept[:-1], kept[-1]
    in_time = wait <= relief.threshold
    if how is VisitEnd.ANSWERED:
        last = msgspec.structs.replace(
            last, answered=last.answered + 1, answered_in_time=last.answered_in_time + in_time
        )
    else:
        last = msgspec.structs.replace(
            last,
            abandoned=last.abandoned + 1,
            abandoned_in_time=last.abandoned_in_time + in_time,
            short=last.short + (wait <= relief.short_call),
        )
    return (*kept, last)


def service_level(recent: Recent, relief: Relief, last: int, now: int) -> float | None:
    """In percent, over the last minutes (the present one is one of them); None while it rests on too few."""
    since = now // MINUTE - last
    within = [one for one in recent if one.minute > since]
    counts = Answers(
        sum(one.answered for one in within),
        sum(one.answered_in_time for one in within),
        sum(one.abandoned for one in within),
        sum(one.abandoned_in_time for one in within),
        sum(one.short for one in within),
    )
    if counts.answered + counts.abandoned < FEWEST:
        return None
    level = SERVICE_LEVELS[relief.formula].of(counts)
    return None if level is None else 100 * level


def next_change(recent: Recent, last: int, now: int) -> int | None:
    """When the next of these minutes is too long ago to count; None when none counts."""
    since = now // MINUTE - last
    return next(((one.minute + last) * MINUTE for one in recent if one.minute > since), None)
