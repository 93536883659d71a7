"""Time in random histories: what ends by itself and when, and how long each contact has waited while its clock went on,
said once more from the journal."""

from collections.abc import Iterator

from support.floor import Centre
from switchboard.agents.model import AgentState
from switchboard.routing import events as told
from switchboard.routing.floor.state import FloorState
from switchboard.routing.live import LiveView


def check_deadline(centre: Centre) -> None:
    """The Floor looks next when the first of all that ends by itself does."""
    state = centre.floor.state
    deadline = centre.floor.next_deadline()
    look = min((look for look in state.looks.values() if look), default=None)
    ends = [] if look is None else [look]
    ends += [lease.deadline for lease in state.leases.values()]
    ends += [one.wrap_up_until for one in state.engagements.values() if one.wrap_up_until is not None]
    ends += [one.until for one in state.agents.values() if one.state is AgentState.DELAYED]
    ends += [one.resting_until for one in state.agents.values() if one.resting_until is not None]
    ends += [one.until for one in state.agents.values() if one.state is AgentState.PAUSED and one.until is not None]
    ends += [
        one.leave_at for one in state.visits.values() if one.leave_at is not None and not one.offers and not one.held
    ]
    ends += [
        one.step_until
        for one in state.visits.values()
        if one.step_until is not None and not one.offers and not one.held
    ]
    ends += clock_ends(state)
    assert deadline == (min(ends) if ends else None)


def clock_ends(state: FloorState) -> Iterator[int]:
    """When each clock that stands still goes on by itself."""
    for contact in state.contacts.values():
        clock = contact.clock
        if clock is None or clock.since is None:
            continue
        if clock.until is not None:
            yield clock.until
        for visit in state.visits.values():
            settings = [one for one in state.configuration.queues if one.id == visit.queue]
            if visit.contact == contact.id and settings:
                yield clock.since + settings[0].longest_pause


def check_waits(centre: Centre) -> None:
    """The board says since when whoever waits longest has waited, counted from the journal: a clock that stands still
    waits for nothing. Relief looks at the same line."""
    state = centre.floor.state
    waits = _waits(centre)
    for row in LiveView(state, {}).board().queues:
        here = [visit for visit in state.visits.values() if visit.queue == row.id]
        running = [centre.now - waits[visit.id] for visit in here if not _stands(visit.clock)]
        assert row.longest_since == min(running, default=None)
        assert row.waiting == len([visit for visit in here if not visit.held])
        line = state.queues[row.id]
        assert line.held == {visit.id for visit in here if visit.held}
        assert line.stopped == {visit.id for visit in here if visit.stopped and not visit.held}


def _waits(centre: Centre) -> dict[str, int]:
    """How long each open visit has waited while its clock went on."""
    waited: dict[str, int] = {}
    counted_from: dict[str, int | None] = {}
    of_contact: dict[str, str] = {}
    clocks: dict[str, bool] = {}
    for event, at in centre.history:
        if isinstance(event, told.QueueEntered):
            clocks[event.contact] = _stands(event.clock)
            waited[event.visit], of_contact[event.contact] = 0, event.visit
            counted_from[event.visit] = None if clocks[event.contact] else at
        elif isinstance(event, told.ClockSet):
            clocks[event.contact] = _stands(event.clock)
            visit = of_contact.get(event.contact)
            since = counted_from.pop(visit, None) if visit else None
            if visit is None:
                continue
            waited[visit] += 0 if since is None else at - since
            counted_from[visit] = None if clocks[event.contact] else at
        elif isinstance(event, told.QueueLeft):
            visit = of_contact.pop(event.contact)
            since = counted_from.pop(visit)
            whole = waited.pop(visit) + (0 if since is None else at - since)
            assert whole == at - event.entered - event.paused, event
    return {
        visit: wait + (0 if (since := counted_from[visit]) is None else centre.now - since)
        for visit, wait in waited.items()
    }


def _stands(clock: object) -> bool:
    return getattr(clock, "since", None) is not None
