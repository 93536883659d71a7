"""Why a contact still waits: who could take it, and what stops each of them."""

import msgspec

from switchboard.routing.floor.indexes import exclusion_of
from switchboard.routing.floor.line import satisfies
from switchboard.routing.floor.state import FloorState
from switchboard.routing.model import Exclusion


class WhyWaiting(msgspec.Struct, frozen=True, gc=False):
    """position: contacts before it in line, 0 for the next one. offered_to: at whom it rings just now.
    stops: what keeps each agent of the queue from taking it, by agent; an agent who is not there could
    take it now, which can only be while it is being offered to someone else."""

    contact: str
    queue: str
    since: int
    position: int
    offered_to: str | None
    stops: dict[str, Exclusion]


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
    )
