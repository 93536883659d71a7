"""Who can be offered what, and how the queues count it.

An agent without capacities is idle or excluded by his state. One with capacities (`FloorState.sharing`) is excluded,
or has a `Room`: that follows from all that is in his hands, so it is worked out anew after every event about him.
"""

from collections.abc import Mapping
from typing import Final

from switchboard.agents.model import AgentState, Capacity
from switchboard.routing.floor.line import QueueOnFloor
from switchboard.routing.floor.room import Room
from switchboard.routing.floor.state import AgentOnFloor, FloorState
from switchboard.routing.model import Exclusion

_EXCLUDED_BY_STATE: Final[Mapping[AgentState, Exclusion]] = {
    AgentState.SIGNED_OUT: Exclusion.SIGNED_OUT,
    AgentState.OFFERED: Exclusion.OFFERED,
    AgentState.ENGAGED: Exclusion.ENGAGED,
    AgentState.WRAP_UP: Exclusion.WRAP_UP,
    AgentState.PAUSED: Exclusion.PAUSED,
    AgentState.DELAYED: Exclusion.DELAYED,
    AgentState.NOT_RESPONDING: Exclusion.NOT_RESPONDING,
}

_AT_WORK: Final = frozenset({AgentState.ENGAGED, AgentState.WRAP_UP})


def exclusion_of(agent: AgentOnFloor) -> Exclusion | None:
    """Why an agent without capacities cannot be offered anything, whatever it needs; None: he is idle."""
    excluded = _EXCLUDED_BY_STATE.get(agent.state)
    if excluded is None and not agent.reachable:
        return Exclusion.NOT_REACHABLE
    return excluded


def stop_of(state: FloorState, agent: AgentOnFloor, channel: str) -> Exclusion | None:
    """Why this agent cannot be offered a contact of this channel, whatever it needs; None: he can."""
    if agent.id not in state.sharing:
        return exclusion_of(agent)
    seat = state.seats[agent.id]
    return seat.stop(channel) if isinstance(seat, Room) else seat


def cannot_be_offered(state: FloorState, agent: AgentOnFloor) -> Exclusion | None:
    """Why this agent cannot be offered anything of any channel; None: he is idle, or has a room."""
    if agent.id not in state.sharing:
        return exclusion_of(agent)
    seat = state.seats[agent.id]
    return None if isinstance(seat, Room) else seat


def seat_of(state: FloorState, agent: AgentOnFloor, capacity: Capacity) -> Exclusion | Room:
    """What keeps an agent with capacities from every offer, else his room."""
    excluded = exclusion_of(agent)
    working = agent.state in _AT_WORK
    if excluded is not None and not working:
        return excluded
    if agent.offers:
        return Exclusion.OFFERED
    if agent.next_state is not None:
        # He is to be something else when his work is done: nothing comes on top.
        return excluded or Exclusion.ENGAGED
    if agent.resting_until is not None:
        return Exclusion.DELAYED
    if not agent.reachable:
        return Exclusion.NOT_REACHABLE
    held: dict[str, int] = {}
    for engagement in [state.engagements[one] for one in agent.engagements]:
        if engagement.inactive_since is None:
            held[engagement.channel] = held.get(engagement.channel, 0) + 1
    return Room(capacity, held, excluded, capacity.used(held), agent.idle_since)


def take_seat(state: FloorState, queue: QueueOnFloor, agent: AgentOnFloor) -> None:
    """The queue counts this member as he is now."""
    if agent.id in state.sharing:
        queue.seat(agent.id, state.seats[agent.id])
    else:
        queue.count(agent.id, exclusion_of(agent), agent.idle_since)


def leave_seat(state: FloorState, queue: QueueOnFloor, agent: AgentOnFloor) -> None:
    """Takes back what `take_seat` did; nothing about him has changed in between."""
    if agent.id in state.sharing:
        queue.unseat(agent.id, state.seats[agent.id])
    else:
        queue.uncount(agent.id, exclusion_of(agent), agent.idle_since)


def reseat(state: FloorState, agent_id: str | None) -> None:
    """Something has happened to an agent: if he has capacities, his room is another now."""
    capacity = None if agent_id is None else state.sharing.get(agent_id)
    agent = state.agents.get(agent_id or "")
    if capacity is None or agent is None:
        return
    before, now = state.seats[agent.id], seat_of(state, agent, capacity)
    if now == before:
        return
    for queue in state.queues_of(agent.id):
        queue.unseat(agent.id, before)
        queue.seat(agent.id, now)
    state.seats[agent.id] = now
