"""Why a contact still waits: who could take it, what stops each of them, and what comes next."""

from heapq import nsmallest

import msgspec

from switchboard.routing.floor.indexes import exclusion_of
from switchboard.routing.floor.line import satisfies
from switchboard.routing.floor.state import FloorState, Visit
from switchboard.routing.model import Exclusion
from switchboard.routing.requirements import Needs, levels, together


class WhyWaiting(msgspec.Struct, frozen=True, gc=False):
    """position: contacts before it in line, 0 for the next one. offered_to: at whom it rings just now.
    stops: what keeps each agent of the queue from taking it, by agent; an agent who is not there could
    take it now, which can only be while it is being offered to someone else.

    needs: what it needs just now, None for nothing. step, of steps: the part of its requirements that it is in,
    `steps` when all of them are over; until: when this part ends, None when it stays; then: what is needed next.
    leave_at: when it has waited as long as it may.
    """

    contact: str
    queue: str
    since: int
    position: int
    offered_to: str | None
    stops: dict[str, Exclusion]
    needs: Needs | None = None
    step: int = 0
    steps: int = 0
    until: int | None = None
    then: Needs | None = None
    leave_at: int | None = None


def why_waiting(state: FloorState, contact_id: str) -> WhyWaiting | None:
    """None when this contact is not in line."""
    contact = state.contacts.get(contact_id)
    if contact is None or contact.visit is None:
        return None
    visit = state.visits[contact.visit]
    queue = state.queues.get(visit.queue)
    stops: dict[str, Exclusion] = {}
    for agent_id, settings in queue.members.items() if queue is not None else ():
        excluded = exclusion_of(state.agents[agent_id])
        if not satisfies(settings, visit.needs):
            excluded = Exclusion.LACKS_SKILL
        if excluded is not None:
            stops[agent_id] = excluded
    return WhyWaiting(
        contact_id,
        visit.queue,
        visit.entered,
        queue.ahead_of(visit.order) if queue is not None else 0,
        None if visit.offer is None else state.leases[visit.offer].agent,
        stops,
        visit.needs,
        visit.step,
        0 if visit.wanted is None else len(visit.wanted.steps),
        visit.step_until,
        None if visit.step_until is None else _next(visit),
        visit.leave_at,
    )


def in_line(state: FloorState, queue_id: str, most: int) -> list[WhyWaiting]:
    """The first of those who wait in this queue or ring at somebody, in order; empty when there is no such queue."""
    queue = state.queues.get(queue_id)
    visits = [] if queue is None else [state.visits[visit] for visit in queue.entered]
    first = nsmallest(most, visits, key=lambda visit: visit.order)
    return [why for visit in first if (why := why_waiting(state, visit.contact)) is not None]


def _next(visit: Visit) -> Needs | None:
    """What is needed when the present step is over."""
    wanted = visit.wanted
    if wanted is None:
        return None
    step = wanted.steps[visit.step + 1].needs if visit.step + 1 < len(wanted.steps) else None
    return together(levels(visit.requirements), wanted.needs, step)
