"""The times of one contact, in whole microseconds: ring, talk, hold, wrap-up, queue.

The moments are stored, the times derived (never stored beside them), so two reports cannot disagree.
What has not ended yet is measured up to `now`; what has not begun is 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from switchboard.measures.formula import Formula, Unit, register


class Span(NamedTuple):
    """From start to end, UTC epoch microseconds; end is None while it lasts."""

    start: int
    end: int | None = None

    def length(self, now: int) -> int:
        """Microseconds so far, never negative: clocks of two nodes may differ a little."""
        return max(0, (now if self.end is None else self.end) - self.start)


@dataclass(frozen=True, slots=True)
class EngagementMoments:
    """When an engagement's stages began; each None until it happened. All UTC epoch microseconds.

    offered: the agent's phone began to ring (None for a monitor, who rings nowhere). answered: both
    hear each other. talk_ended: one of them hung up. closed: the wrap-up is finished.
    holds: each time the customer was on hold, in order, not overlapping.
    now: what still lasts is measured up to here.
    """

    now: int
    offered: int | None = None
    answered: int | None = None
    talk_ended: int | None = None
    closed: int | None = None
    holds: Sequence[Span] = ()


def _length(start: int | None, ends: Sequence[int | None], now: int) -> int:
    """From start to the first of `ends` that has happened, else to now; 0 without a start."""
    if start is None:
        return 0
    end = next((moment for moment in ends if moment is not None), None)
    return Span(start, end).length(now)


def ring_time(moments: EngagementMoments) -> int:
    """Offered until answered."""
    return _length(moments.offered, (moments.answered, moments.talk_ended, moments.closed), moments.now)


def hold_time(moments: EngagementMoments) -> int:
    """The customer on hold, all times together. A hold nobody ended stops with the conversation."""
    end = moments.now if moments.talk_ended is None else moments.talk_ended
    return sum(Span(hold.start, hold.end).length(end) for hold in moments.holds)


def talk_time(moments: EngagementMoments) -> int:
    """Answered until hung up, without the holds."""
    connected = _length(moments.answered, (moments.talk_ended, moments.closed), moments.now)
    return max(0, connected - hold_time(moments))


def wrap_up_time(moments: EngagementMoments) -> int:
    """Hung up until the agent finished the after-contact work."""
    return _length(moments.talk_ended, (moments.closed,), moments.now)


def handle_time(moments: EngagementMoments) -> int:
    """Talk, hold and wrap-up together: the agent's work on this contact, without the ringing."""
    return talk_time(moments) + hold_time(moments) + wrap_up_time(moments)


class QueueVisit(NamedTuple):
    """One stay in a queue: entered and left (None while it lasts), UTC epoch microseconds. paused: microseconds of it
    during which its clock stood still, because the customer had to do something."""

    now: int
    entered: int
    left: int | None = None
    paused: int = 0


def queue_time(visit: QueueVisit) -> int:
    """Entered until left, however it ended, while the clock went on. Offers in between do not interrupt it: the caller
    still waits."""
    return max(0, Span(visit.entered, visit.left).length(visit.now) - visit.paused)


ENGAGEMENT_TIMES: Final = register(
    Formula(name, 1, Unit.MICROSECONDS, text, of)
    for name, text, of in (
        ("ring time", "answered - offered", ring_time),
        ("talk time", "(hung up - answered) - hold time", talk_time),
        ("hold time", "sum of (hold ended - hold began)", hold_time),
        ("wrap-up time", "wrap-up finished - hung up", wrap_up_time),
        ("handle time", "talk time + hold time + wrap-up time", handle_time),
    )
)
QUEUE_TIMES: Final = register(
    [Formula("queue time", 2, Unit.MICROSECONDS, "left the queue - entered the queue - clock stopped", queue_time)]
)
