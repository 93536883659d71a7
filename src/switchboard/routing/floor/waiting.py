"""Why a contact still waits: who could take it, what stops each of them, and what comes next."""

from collections.abc import Iterator
from heapq import nsmallest

import msgspec

from switchboard.routing.due import Clock
from switchboard.routing.floor.indexes import pause_over_at
from switchboard.routing.floor.line import QueueOnFloor, satisfies
from switchboard.routing.floor.seating import stop_of
from switchboard.routing.floor.state import FloorState, Visit
from switchboard.routing.model import AfterSteps, Exclusion, Why
from switchboard.routing.overflow import Passage, Reason
from switchboard.routing.requirements import Asks, Needs, asked_for, levels, together

Stops = dict[str, Exclusion]
"""What keeps each agent of a queue from a contact, by agent."""

Alike = tuple[str, Needs | None, str]
"""Queue, needs and channel: contacts that agree in them are kept from the same agents."""


class WhyWaiting(msgspec.Struct, frozen=True, gc=False):
    """position: contacts before it in line, 0 for the next one. offered_to: at whom it rings just now, one or several.
    stops: what keeps each agent of the queue from taking it, by agent; an agent who is not there could
    take it now, which can only be while it is being offered to someone else.

    needs: what it needs just now, None for nothing. step, of steps: the part of its requirements that it is in,
    `steps` when all of them are over; until: when this part ends, None when it stays; then: what is needed next.
    later: what is needed in the steps behind that, and after how many microseconds more. chosen: why it rings at whom
    it rings. leave_at: when it has waited as long as it may; overflow: the queue that is asked first to take it then.
    came_from, came_why: the queue that sent it on, and why. clock: when it is due, and how long it was paused;
    goes_on_at: when it goes on by itself, while it stands still. asks: what of this was set for its customer.
    """

    contact: str
    queue: str
    since: int
    position: int
    offered_to: tuple[str, ...]
    stops: dict[str, Exclusion]
    needs: Needs | None = None
    step: int = 0
    steps: int = 0
    until: int | None = None
    then: Needs | None = None
    leave_at: int | None = None
    later: tuple[tuple[int, Needs | None], ...] = ()
    chosen: Why | None = None
    overflow: str | None = None
    came_from: str | None = None
    came_why: Reason | None = None
    clock: Clock | None = None
    asks: Asks | None = None
    goes_on_at: int | None = None


def why_waiting(state: FloorState, contact_id: str, known: dict[Alike, Stops] | None = None) -> WhyWaiting | None:
    """None when this contact is not in line. known: what was found for others, of which they are
    alike; added to."""
    contact = state.contacts.get(contact_id)
    if contact is None or contact.visit is None:
        return None
    visit = state.visits[contact.visit]
    queue = state.queues.get(visit.queue)
    key = (visit.queue, visit.needs, visit.channel)
    stops = None if known is None else known.get(key)
    if stops is None:
        stops = {} if queue is None else _stops(state, queue, visit.needs, visit.channel)
        if known is not None:
            known[key] = stops
    leases = [state.leases[offer] for offer in visit.offers]
    return WhyWaiting(
        contact_id,
        visit.queue,
        visit.entered,
        queue.ahead_of(visit.order) if queue is not None else 0,
        tuple([lease.agent for lease in leases]),
        stops,
        visit.needs,
        visit.step,
        0 if visit.wanted is None else len(visit.wanted.steps),
        visit.step_until,
        None if visit.step_until is None else _needed(visit, visit.step + 1),
        visit.leave_at,
        () if visit.step_until is None else tuple(_later(visit)),
        leases[0].why if leases else None,
        None if visit.leave_at is None or queue is None else _after(state, queue, visit),
        *_came(visit),
        visit.clock,
        asked_for(visit.wanted, visit.requirements),
        pause_over_at(state, contact),
    )


def _stops(state: FloorState, queue: QueueOnFloor, needs: Needs | None, channel: str) -> Stops:
    stops: Stops = {}
    for agent_id, settings in queue.members.items():
        excluded = stop_of(state, state.agents[agent_id], channel)
        if not satisfies(settings, needs):
            excluded = Exclusion.LACKS_SKILL
        if excluded is not None:
            stops[agent_id] = excluded
    return stops


def _after(state: FloorState, queue: QueueOnFloor, visit: Visit) -> str | None:
    """The first queue that is asked when it has waited as long as it may."""
    passage = visit.passage or Passage()
    if passage.own_limit:
        return None
    rules = (one.queue for one in queue.settings.overflow if Reason.MAX_WAIT in one.when)
    return next((one for one in rules if one in state.queues and one not in passage.passed), None)


def _came(visit: Visit) -> tuple[str | None, Reason | None]:
    passage = visit.passage
    return (None, None) if passage is None or not passage.passed else (passage.passed[-1], passage.why)


def in_line(state: FloorState, queue_id: str, most: int) -> list[WhyWaiting]:
    """The first of those who wait in this queue or ring at somebody, in order; empty when there is no such queue."""
    queue = state.queues.get(queue_id)
    visits = [] if queue is None else [state.visits[visit] for visit in (*queue.entered, *queue.held)]
    first = nsmallest(most, visits, key=lambda visit: visit.order)
    known: dict[Alike, Stops] = {}
    return [why for visit in first if (why := why_waiting(state, visit.contact, known)) is not None]


def _later(visit: Visit) -> Iterator[tuple[int, Needs | None]]:
    """The steps behind the next one: how long the one before each lasts, and what is needed then."""
    wanted = visit.wanted
    if wanted is None:
        return
    last = len(wanted.steps) - (wanted.after is AfterSteps.STAY)
    for step in range(visit.step + 1, last):
        yield wanted.steps[step].lasts, _needed(visit, step + 1)


def _needed(visit: Visit, step: int) -> Needs | None:
    """What it needs in one of its steps; behind the last one what it always needs."""
    wanted = visit.wanted
    if wanted is None:
        return None
    narrow = wanted.steps[step].needs if step < len(wanted.steps) else None
    return together(levels(visit.requirements), wanted.needs, narrow)
