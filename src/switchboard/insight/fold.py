"""The Floor's events as facts of a contact. Folding the same event twice changes nothing."""

from collections.abc import Callable
from enum import Enum
from typing import Any, Final

from switchboard.conversations.model import TalkEnd
from switchboard.insight.model import Facts, Visit, Work
from switchboard.routing.events import (
    ContactClosed,
    EngagementClosed,
    EngagementOpened,
    EngagementTalkEnded,
    QueueLeft,
    QueueRefused,
)


class Changed(Enum):
    """What an event changed of the facts, as far as it counts."""

    NOTHING = "nothing"
    LINE = "line"
    """How it stood in line, or who answered."""


def _queue_left(facts: Facts, event: QueueLeft, at: int) -> Changed:
    facts.visits[event.visit] = Visit(event.queue, event.entered, at, event.how.value, event.expected, event.paused)
    return Changed.LINE


def _queue_refused(facts: Facts, event: QueueRefused, at: int) -> Changed:
    facts.visits[event.visit] = Visit(event.queue, at, at, event.how.value)
    return Changed.LINE


def _engagement_opened(facts: Facts, event: EngagementOpened, _: int) -> Changed:
    facts.works.setdefault(event.engagement, Work(event.queue, event.agent, event.visit, event.ring_time))
    return Changed.LINE


def _talk_ended(facts: Facts, event: EngagementTalkEnded, _: int) -> Changed | Work:
    work = facts.works.get(event.engagement)
    if work is None or work.wrap_up is not None:
        return Changed.NOTHING
    work.talk, work.hold = event.talk, event.hold
    work.transferred = event.by is TalkEnd.HANDED_OVER
    if event.wraps_up:
        return Changed.NOTHING
    work.wrap_up = 0
    return work


def _engagement_closed(facts: Facts, event: EngagementClosed, _: int) -> Changed | Work:
    work = facts.works.get(event.engagement)
    # Without wrap-up it was over when the talk was.
    if work is None or work.wrap_up is not None:
        return Changed.NOTHING
    work.wrap_up = event.wrap_up
    return work


def _contact_closed(facts: Facts, _event: ContactClosed, _at: int) -> Changed:
    facts.closed = True
    return Changed.NOTHING


FOLDS: Final[dict[type, Callable[[Facts, Any, int], Changed | Work]]] = {
    QueueLeft: _queue_left,
    QueueRefused: _queue_refused,
    EngagementOpened: _engagement_opened,
    EngagementTalkEnded: _talk_ended,
    EngagementClosed: _engagement_closed,
    ContactClosed: _contact_closed,
}
"""What each event that counts does to the facts of its contact. Returns what changed; work that is now done."""
