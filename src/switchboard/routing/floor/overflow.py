"""A line that is full, and contacts that go on from one queue to another, decided and saved as one batch.

The place in line is since the first entry, number and priority stay; ring time, longest wait, requirements and all
else are those of the queue it is in now. What it needs itself it needs there as well.
"""

from collections.abc import Mapping
from typing import Final

from switchboard.conversations.model import VisitEnd
from switchboard.routing.events import QueueEntered, QueueRefused
from switchboard.routing.floor import offers
from switchboard.routing.floor.choosing import offer_in_line
from switchboard.routing.floor.clocks import clock_in
from switchboard.routing.floor.line import QueueOnFloor
from switchboard.routing.floor.state import Visit
from switchboard.routing.floor.turn import Turn
from switchboard.routing.floor.widening import ends, stays_at
from switchboard.routing.model import QueueSettings, WhenNobody
from switchboard.routing.overflow import Passage, Reason
from switchboard.routing.requirements import Needs, highest, wanted_by

_LEFT: Final[Mapping[Reason, VisitEnd]] = {
    Reason.FULL: VisitEnd.OVERFLOWED_FULL,
    Reason.MAX_WAIT: VisitEnd.OVERFLOWED_MAX_WAIT,
    Reason.NOBODY: VisitEnd.OVERFLOWED_NOBODY,
    Reason.CLOSED: VisitEnd.OVERFLOWED_CLOSED,
}


def is_full(turn: Turn, queue: QueueOnFloor, visit: Visit) -> bool:
    """Whether the line is as long as it may be; who can be offered to somebody at once is let in all the same."""
    most = queue.settings.max_length
    if most is None or len(queue.entered) < most:
        return False
    if _nobody_idle(queue, visit):
        return True
    # Whoever stands there already goes before: several who come in one turn count on no agent twice.
    offer_in_line(turn, queue)
    return _nobody_idle(queue, visit)


def _nobody_idle(queue: QueueOnFloor, visit: Visit) -> bool:
    return next(queue.idle_for(_first_needs(queue, visit), visit.channel), None) is None


def refuse(turn: Turn, visit: Visit) -> None:
    """This visit is not let into its queue: another takes it, or its flow goes on."""
    entry = _elsewhere(turn, visit, turn.state.queues[visit.queue].settings, Reason.FULL)
    how = VisitEnd.FULL if entry is None else VisitEnd.OVERFLOWED_FULL
    turn.tell(QueueRefused(visit.id, visit.contact, visit.queue, how, visit.priority))
    if entry is not None:
        entry.enter(turn)


def send_on(turn: Turn, visit: Visit, why: Reason) -> bool:
    """Let another queue have a contact that waits in line; says whether one takes it."""
    queue = turn.state.queues.get(visit.queue)
    settings = turn.retired.get(visit.queue) if queue is None else queue.settings
    if settings is None or not settings.overflow or (why is Reason.MAX_WAIT and brought(visit).own_limit):
        return False
    entry = _elsewhere(turn, visit, settings, why)
    if entry is None:
        return False
    offers.leave_queue(turn, visit, _LEFT[why])
    entry.enter(turn)
    return True


class _Entry:
    """A visit as it would be in another queue."""

    def __init__(self, visit: Visit, queue: QueueOnFloor, passage: Passage, now: int) -> None:
        settings = queue.settings
        max_wait = settings.max_wait
        wanted = wanted_by(settings.wanted, passage.wanted)
        self.queue = queue
        self.passage = passage
        self.visit = Visit(
            visit.id,
            visit.contact,
            settings.id,
            now,
            visit.place,
            visit.number,
            visit.priority,
            highest(settings.requires, passage.requirements),
            visit.preferred,
            visit.leave_at if passage.own_limit else None if max_wait is None else now + max_wait,
            wanted=wanted,
            step_until=ends(wanted, 0, now),
            scheme=settings.ranking.scheme,
            channel=visit.channel,
            clock=clock_in(visit.clock, settings.ranking, visit.place, now),
        )

    def enter(self, turn: Turn) -> None:
        """It stands there from now on. Where it is one more than may, it has the agent for whose sake it was let in."""
        turn.tell(self._entered(turn))
        most = self.queue.settings.max_length
        if most is not None and len(self.queue.entered) > most:
            offer_in_line(turn, self.queue)

    def _entered(self, turn: Turn) -> QueueEntered:
        visit = self.visit
        contact = turn.state.contacts[visit.contact]
        return QueueEntered(
            f"{contact.id}.v{contact.visits + 1}",
            contact.id,
            visit.queue,
            visit.place,
            visit.number,
            visit.priority,
            visit.requirements,
            visit.preferred,
            visit.leave_at,
            wanted=visit.wanted,
            step_until=visit.step_until,
            scheme=visit.scheme,
            passage=self.passage,
            clock=visit.clock,
        )


def _elsewhere(turn: Turn, visit: Visit, settings: QueueSettings, why: Reason) -> _Entry | None:
    """Where a queue with these settings sends this visit: the first that takes it, a queue that does not take it
    asked for its own rules in turn."""
    own = brought(visit)
    # In the order in which they did not keep it, each once: whatever the rules say, this comes to an end.
    passed = dict.fromkeys((*own.passed, settings.id))
    return _taken(turn, visit, own, settings, why, why, passed)


def _taken(
    turn: Turn, visit: Visit, own: Passage, settings: QueueSettings, why: Reason, first: Reason, passed: dict[str, None]
) -> _Entry | None:
    for rule in settings.overflow:
        queue = turn.state.queues.get(rule.queue)
        if why not in rule.when or queue is None or rule.queue in passed:
            continue
        passage = Passage(own.requirements, own.wanted, own.own_limit, tuple(passed), first)
        entry = _Entry(visit, queue, passage, turn.now)
        refusal = _refusal(turn, queue, entry.visit)
        if refusal is None:
            return entry
        passed[rule.queue] = None
        further = _taken(turn, visit, own, queue.settings, refusal, first, passed)
        if further is not None:
            return further
    return None


def _refusal(turn: Turn, queue: QueueOnFloor, visit: Visit) -> Reason | None:
    """Why this queue would not keep this visit for a moment."""
    if queue.settings.when_nobody is WhenNobody.LEAVE and not queue.could_ever(
        _first_needs(queue, visit), visit.channel
    ):
        return Reason.NOBODY
    return Reason.FULL if is_full(turn, queue, visit) else None


def brought(visit: Visit) -> Passage:
    """What it brought itself. Where that was not kept, because its queue sent nobody on when it came: all it needs."""
    return visit.passage if visit.passage is not None else Passage(visit.requirements, visit.wanted)


def _first_needs(queue: QueueOnFloor, visit: Visit) -> Needs | None:
    """What it needs in the first step that somebody signed in could satisfy, or in the last."""
    needs = visit.needed()
    if visit.wanted is None:
        return needs
    for step in range(1, stays_at(visit.wanted) + 1):
        if queue.could_ever(needs, visit.channel):
            break
        needs = visit.needed(step)
    return needs
