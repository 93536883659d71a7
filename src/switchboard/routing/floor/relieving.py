"""Decides when a group begins to help in a queue and when it stops (`routing.relief` has the rules).

A queue with relief is looked at when somebody entered or left its line, when its rules changed, and at the moment
that was worked out beforehand at which time alone would change something: a head who has waited too long, the end of
a minimal stay or of the rule's hours, minutes that fall out of the service level. Nothing is polled: between these
moments it costs nothing. Looking once more at any other moment changes nothing either, which is what lets a replay
give the same.
"""

from switchboard.routing.events import ReliefBegan, ReliefEnded
from switchboard.routing.floor import recent
from switchboard.routing.floor.helping import Helping
from switchboard.routing.floor.state import FloorState
from switchboard.routing.floor.turn import Turn
from switchboard.routing.relief import (
    Figures,
    Relief,
    ReliefEnd,
    ReliefGroup,
    ReliefRule,
    goes_on,
    hours_change,
    reasons,
    within_hours,
)


def relieve(turn: Turn) -> None:
    """Look at every queue that is due; whom that concerns is in the turn afterwards."""
    state = turn.state
    for queue_id, look in state.looks.items():
        if look is not None and look <= turn.now:
            relief = _relief_of(state, queue_id)
            for rule in relief.rules:
                _judge(turn, queue_id, relief, rule)
            state.looks[queue_id] = 0


def end_gone(turn: Turn) -> None:
    """Another configuration is in force: what rests on rules that are gone ends."""
    for queue_id, group in list(turn.state.helping):
        queue = turn.state.queues.get(queue_id)
        relief = queue.settings.relief if queue is not None else None
        if relief is None or all(rule.group != group for rule in relief.rules):
            _end(turn, queue_id, group, ReliefEnd.CONFIGURATION, Figures(0, 0, None))


def next_look(state: FloorState) -> int | None:
    """When time alone may change who helps, in UTC epoch microseconds; None: not before something happens."""
    for queue_id, look in state.looks.items():
        if look == 0:
            state.looks[queue_id] = _next_look_at(state, queue_id)
    return min((look for look in state.looks.values() if look is not None), default=None)


def _relief_of(state: FloorState, queue_id: str) -> Relief:
    """Of a queue in `looks`, which has one."""
    relief = state.queues[queue_id].settings.relief
    assert relief is not None
    return relief


def figures_of(state: FloorState, queue_id: str, relief: Relief, rule: ReliefRule) -> Figures:
    """How the queue does now, as this rule looks at it."""
    queue = state.queues[queue_id]
    head = queue.longest_since()
    level = None
    if rule.over.service_level is not None:
        level = recent.service_level(state.recent.get(queue_id, ()), relief, rule.last, state.now)
    return Figures(len(queue.entered), 0 if head is None else state.now - head, level)


def _judge(turn: Turn, queue_id: str, relief: Relief, rule: ReliefRule) -> None:
    state = turn.state
    helping = state.helping.get((queue_id, rule.group))
    found = figures_of(state, queue_id, relief, rule)
    due = within_hours(rule, relief.zone, turn.now)
    if helping is None:
        if due and (because := reasons(rule, found)):
            turn.tell(ReliefBegan(queue_id, rule.group, because, found.waiting, found.longest_wait, _whole(found)))
    elif not due:
        _end(turn, queue_id, rule.group, ReliefEnd.TIME, found)
    elif turn.now >= helping.since + rule.stays and not goes_on(rule, found):
        _end(turn, queue_id, rule.group, ReliefEnd.CALM, found)


def _end(turn: Turn, queue_id: str, group: ReliefGroup, why: ReliefEnd, found: Figures) -> None:
    began = turn.state.helping[queue_id, group].since
    turn.tell(ReliefEnded(queue_id, group, began, why, found.waiting, found.longest_wait, _whole(found)))


def _whole(found: Figures) -> int | None:
    return None if found.service_level is None else round(found.service_level)


def _next_look_at(state: FloorState, queue_id: str) -> int | None:
    relief = _relief_of(state, queue_id)
    moments: list[int] = []
    for rule in relief.rules:
        if (edge := hours_change(rule, relief.zone, state.now)) is not None:
            moments.append(edge)
        moments += _moments(state, queue_id, relief, rule)
    return min(moments, default=None)


def _moments(state: FloorState, queue_id: str, relief: Relief, rule: ReliefRule) -> list[int]:
    """When something of this rule changes by time alone, its hours apart."""
    now = state.now
    helping = state.helping.get((queue_id, rule.group))
    found = figures_of(state, queue_id, relief, rule)
    moments: list[int] = []
    if rule.over.service_level is not None:
        change = recent.next_change(state.recent.get(queue_id, ()), rule.last, now)
        moments += [] if change is None else [change]
    if helping is not None:
        return moments + _leaving(helping, rule, found, now)
    if within_hours(rule, relief.zone, now) and reasons(rule, found):
        # What came after it had been looked at made it so, in the same input.
        return [now]
    head = state.queues[queue_id].longest_since()
    if head is not None and rule.over.longest_wait is not None:
        beyond = head + rule.over.longest_wait + 1
        moments += [beyond] if beyond > now else []
    return moments


def _leaving(helping: Helping, rule: ReliefRule, found: Figures, now: int) -> list[int]:
    stays_until = helping.since + rule.stays
    if stays_until > now:
        return [stays_until]
    return [] if goes_on(rule, found) else [now]
