"""How a visit comes into its line, leaves it, and is held outside its lanes: a part of `fold`."""

from switchboard.routing import events as told
from switchboard.routing.floor.deadlines import Kind
from switchboard.routing.floor.state import FloorState, Visit


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


def clock_set(state: FloorState, event: told.ClockSet, _at: int) -> None:
    state.contacts[event.contact].clock = event.clock
    if event.visit is None:
        return
    visit = state.visits[event.visit]
    queue = state.queues.get(visit.queue)
    in_line = not visit.offers
    if in_line:
        leave_line(state, visit)
    visit.clock, visit.leave_at, visit.step_until = event.clock, event.leave_at, event.step_until
    if visit.held:
        hold(state, visit)
    elif in_line:
        stand_in_line(state, visit)
    elif visit.together and queue is not None:
        queue.no_longer_ring(visit.id)
        queue.ring(visit.id, visit.order, visit.needs)
