"""How a contact stands in line: its place, and what its wait rests on. Only asked, never decided by."""

from typing import Final

import msgspec

from switchboard.agents.model import AgentState
from switchboard.kit.clock import MICROSECONDS
from switchboard.measures.waiting import DEFAULT_HANDLING, Outlook, Queue, expected_free, outlook
from switchboard.routing.floor.line import QueueOnFloor
from switchboard.routing.floor.state import AgentOnFloor, FloorState, Handling, Visit


class Standing(msgspec.Struct, frozen=True, gc=False):
    """position: 1 for the next one; ahead: contacts before it, those that ring at an agent included. agents: who
    could take it and is not away. handling: mean seconds of the queue's contacts. low, high: seconds it will
    most likely still wait, None when nobody could take it."""

    position: int
    ahead: int
    agents: int
    handling: float
    low: float | None = None
    high: float | None = None


def standing(state: FloorState, contact_id: str, now: int) -> Standing | None:
    """None when this contact is not in line. Looks at each agent of its queue: ask when somebody is to be told."""
    contact = state.contacts.get(contact_id)
    visit = None if contact is None or contact.visit is None else state.visits[contact.visit]
    queue = None if visit is None else state.queues.get(visit.queue)
    if visit is None or queue is None:
        return None
    handling = _seconds(state.handling.get(visit.queue))
    # Whoever rings at an agent is as good as served, whoever came in meanwhile.
    ahead = 0 if visit.offer is not None else queue.ahead_of(visit.order) + _ringing_before(state, visit)
    free_in = [free for agent in _who_could(queue, visit) if (free := _free_in(state, agent, now)) is not None]
    found = Outlook(0.0, 0.0) if visit.offer is not None else outlook(Queue(ahead, free_in, handling))
    if found is None:
        return Standing(ahead + 1, ahead, 0, handling)
    return Standing(ahead + 1, ahead, len(free_in), handling, found.low, found.high)


def _ringing_before(state: FloorState, visit: Visit) -> int:
    """Those who come before this one and are being offered: they are not in the lanes, but not served either."""
    leases = (lease for lease in state.leases.values() if lease.queue == visit.queue and lease.visit != visit.id)
    return sum(state.visits[lease.visit].order < visit.order for lease in leases)


def _who_could(queue: QueueOnFloor, visit: Visit) -> list[str]:
    eligible = queue.members if visit.needs is None else queue.lane(visit.needs).eligible
    return [agent for agent in queue.signed_in if agent in eligible]


def _free_in(state: FloorState, agent_id: str, now: int) -> float | None:
    """Seconds until this agent will most likely be free; None when he is away or is going away."""
    agent = state.agents[agent_id]
    if agent.state in _AWAY or agent.next_state is not None or not agent.reachable:
        return None
    if agent.state is AgentState.AVAILABLE:
        return 0.0
    if agent.state is AgentState.DELAYED:
        return max((agent.until or now) - now, 0) / MICROSECONDS
    return expected_free(_busy_for(state, agent, now), _seconds(state.handling.get(agent.queue or "")))


_AWAY: Final = frozenset({AgentState.SIGNED_OUT, AgentState.PAUSED, AgentState.NOT_RESPONDING})


def _busy_for(state: FloorState, agent: AgentOnFloor, now: int) -> float:
    """Seconds since his present contact began; 0 while one rings at him, for he is expected to take it."""
    engagement = state.engagements[agent.engagements[-1]] if agent.engagements else None
    return 0.0 if engagement is None else (now - engagement.opened) / MICROSECONDS


def _seconds(handling: Handling | None) -> float:
    # A mean of nothing (calls of no time) would promise that everybody is free at once.
    return DEFAULT_HANDLING if handling is None else max(handling.mean / MICROSECONDS, 1.0)
