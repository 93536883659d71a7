"""How a visit comes into its line, leaves it, and is held outside its lanes: a part of `fold`."""

from switchboard.routing import events as told
from switchboard.routing.floor.deadlines import Kind
from switchboard.routing.floor.indexes import pause_over_at
from switchboard.routing.floor.state import ContactOnFloor, FloorState, Visit


def stand_in_line(state: FloorState, visit: Visit) -> None:
    queue = state.queues.get(visit.queue)
    if queue is not None:
        queue.wait(visit.id, visit.order, visit.needs)
    if visit.leave_at is not None:
        state.deadlines.add(visit.leave_at, Kind.VISIT, id=visit.id)
    if visit.step_until is not None:
        state.deadlines.add(visit.step_until, Kind.STEP, id=visit.id)


def leave_line(state: FloorState, visit: Visit) -> None:
    queue = state.queues.get(visit.queue)
    if queue is not None and visit.held:
        queue.held.discard(visit.id)
    elif queue is not None:
        queue.no_longer_wait(visit.order, visit.needs)


def hold(state: FloorState, visit: Visit) -> None:
    queue = state.queues.get(visit.queue)
    if queue is not None:
        queue.held.add(visit.id)


def comes(state: FloorState, visit: Visit) -> None:
    """It counts as waiting from now on, unless its clock stands still."""
    if visit.stopped:
        _stops(state, visit)
    queue = state.queues.get(visit.queue)
    if queue is not None and not visit.held:
        queue.count_wait(visit.id, visit.entered)


def goes(state: FloorState, visit: Visit) -> None:
    """It counts as waiting no more."""
    queue = state.queues.get(visit.queue)
    if queue is not None:
        queue.entered.pop(visit.id, None)
        queue.stopped.discard(visit.id)
    if visit.stopped:
        # Outside of every line only a time that was said ends its pause.
        expect_clock(state, state.contacts[visit.contact])


def _stops(state: FloorState, visit: Visit) -> None:
    queue = state.queues.get(visit.queue)
    if queue is not None and visit.held:
        queue.entered.pop(visit.id, None)
    elif queue is not None:
        queue.stopped.add(visit.id)
    expect_clock(state, state.contacts[visit.contact])


def _goes_on(state: FloorState, visit: Visit) -> None:
    queue = state.queues.get(visit.queue)
    if queue is not None:
        queue.stopped.discard(visit.id)
        queue.count_wait(visit.id, visit.entered + visit.stood)


def expect_clock(state: FloorState, contact: ContactOnFloor) -> None:
    """See to it that a clock which stands still goes on when its pause is over."""
    at = pause_over_at(state, contact)
    if at is not None:
        state.deadlines.add(at, Kind.CLOCK, id=contact.id)


def clock_set(state: FloorState, event: told.ClockSet, at: int) -> None:
    contact = state.contacts[event.contact]
    contact.clock = event.clock
    if event.queue in state.looks:
        state.looks[event.queue] = 0
    if event.visit is None:
        expect_clock(state, contact)
        return
    visit = state.visits[event.visit]
    queue = state.queues.get(visit.queue)
    in_line = not visit.offers
    if in_line:
        leave_line(state, visit)
    stood = visit.paused(at)
    visit.clock, visit.leave_at, visit.step_until = event.clock, event.leave_at, event.step_until
    if visit.stopped:
        _stops(state, visit)
    else:
        visit.stood = stood
        _goes_on(state, visit)
    if visit.held:
        hold(state, visit)
    elif in_line:
        stand_in_line(state, visit)
    elif visit.together and queue is not None:
        queue.no_longer_ring(visit.id)
        queue.ring(visit.id, visit.order, visit.needs)
