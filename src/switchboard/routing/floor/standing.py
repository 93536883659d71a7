"""How a contact stands in line: its place, and what its wait rests on. Only asked, never decided by."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

import msgspec

from switchboard.agents.model import AgentState
from switchboard.kit.clock import MICROSECONDS
from switchboard.measures.waiting import DEFAULT_HANDLING, Agents, Line, Outlook, outlook
from switchboard.routing.floor.handling import NOTHING, ONE
from switchboard.routing.floor.line import QueueOnFloor
from switchboard.routing.floor.room import Room
from switchboard.routing.floor.state import AgentOnFloor, FloorState, Handling, Visit


class Standing(msgspec.Struct, frozen=True, gc=False):
    """position: 1 for the next one; ahead: contacts before it, those that ring at an agent included. agents: who
    could take it and is not away. handling: mean seconds of the queue's contacts. low, high: seconds it will
    most likely still wait, None when nobody could take it; likely: as many wait longer as shorter."""

    position: int
    ahead: int
    agents: int
    handling: float
    low: float | None = None
    high: float | None = None
    likely: float | None = None


_AWAY: Final = frozenset({AgentState.SIGNED_OUT, AgentState.PAUSED, AgentState.NOT_RESPONDING})

_UNTRIED: Final = 600
"""Seconds of waiting that are added to those seen: a queue where nobody has waited yet has no impatient callers."""


def standing(state: FloorState, contact_id: str, now: int) -> Standing | None:
    """None when this contact is not in line. Looks at each agent of its queue: ask when somebody is to be told."""
    contact = state.contacts.get(contact_id)
    visit = None if contact is None or contact.visit is None else state.visits[contact.visit]
    queue = None if visit is None else state.queues.get(visit.queue)
    if visit is None or queue is None:
        return None
    known = state.handling.get(visit.queue, NOTHING)
    handling = _handling(known)
    # Whoever rings at an agent is as good as served, whoever came in meanwhile.
    ahead = 0 if visit.offers else queue.ahead_of(visit.order) + _ringing_before(state, visit)
    pool = {agent for agent in _who_could(queue, visit) if _is_there(state.agents[agent])}
    if not pool:
        return Standing(ahead + 1, ahead, 0, handling)
    found = Outlook(0.0, 0.0) if visit.offers else _outlook(state, visit, pool, known, now)
    return Standing(ahead + 1, ahead, len(pool), handling, found.low, found.high, found.likely)


def _outlook(state: FloorState, visit: Visit, pool: set[str], known: Handling, now: int, before: int = 0) -> Outlook:
    gives_up = known.gave_up / ONE / (known.waited / MICROSECONDS + _UNTRIED)
    line = Line(
        before + _taken_before(state, visit, pool),
        list(_agents(state, pool, now, visit.channel)),
        gives_up,
        known.ringing / MICROSECONDS,
    )
    return outlook(line) or Outlook(0.0, 0.0)


def standing_at(state: FloorState, queue_id: str, place: int, priority: int, before: int, now: int) -> Standing | None:
    """How one would stand who has kept this place and is not in line just now; None without such a queue.

    before: others like him who come first and are not in line either.
    """
    queue = state.queues.get(queue_id)
    if queue is None:
        return None
    # Whoever serves the queue could take him: his own needs are looked at when he stands in line.
    visit = Visit("", "", queue_id, now, place, 0, priority, (), (), None)
    known = state.handling.get(queue_id, NOTHING)
    ahead = queue.ahead_of(visit.order) + _ringing_before(state, visit) + before
    pool = {agent for agent in queue.signed_in if _is_there(state.agents[agent])}
    if not pool:
        return Standing(ahead + 1, ahead, 0, _handling(known))
    found = _outlook(state, visit, pool, known, now, before)
    return Standing(ahead + 1, ahead, len(pool), _handling(known), found.low, found.high, found.likely)


def _ringing_before(state: FloorState, visit: Visit) -> int:
    """Those who come before this one and are being offered: they are not in the lanes, but not served either."""
    ringing = {lease.visit for lease in state.leases.values() if lease.queue == visit.queue}
    return sum(state.visits[one].order < visit.order for one in ringing if one != visit.id)


def _who_could(queue: QueueOnFloor, visit: Visit) -> list[str]:
    eligible = queue.members if visit.needs is None else queue.lane(visit.needs).eligible
    return [agent for agent in queue.signed_in if agent in eligible and queue.takes(agent, visit.channel)]


def _is_there(agent: AgentOnFloor) -> bool:
    """Whether he takes contacts, now or after his present one."""
    return agent.state not in _AWAY and agent.next_state is None and agent.reachable


def _taken_before(state: FloorState, visit: Visit, pool: set[str]) -> float:
    """Callers before this one, in whichever queue, who will be taken by agents of the pool; those whom others could
    take as well count in part."""
    taken = 0.0
    there: set[str] | None = None
    for queue in state.queues.values():
        for head, _, lane in queue.heads:
            if head >= visit.order:
                break
            ours = len(lane.eligible & pool)
            if ours == 0:
                continue
            if there is None:
                there = {agent.id for agent in state.agents.values() if _is_there(agent)}
            taken += bisect_left(lane.line, (visit.order, "")) * ours / len(lane.eligible & there)
    return taken


def _agents(state: FloorState, pool: set[str], now: int, channel: str) -> Iterator[Agents]:
    """Each agent of the pool with what he is expected to need, those who are alike together. Who may have several of
    this channel counts as so many."""
    alike: dict[tuple[str, float], int] = {}
    for agent_id in pool:
        agent = state.agents[agent_id]
        of = agent.queue or ""
        left = _free_in(agent, state.handling.get(of, NOTHING), now)
        busy, free = _slots(state, agent_id, channel)
        for key, count in (((of, left), busy), ((of, 0.0), free)):
            if count:
                alike[key] = alike.get(key, 0) + count
    for (of, left), count in sorted(alike.items()):
        known = state.handling.get(of, NOTHING)
        yield Agents(count, left, _handling(known) + known.ringing / MICROSECONDS)


def _slots(state: FloorState, agent_id: str, channel: str) -> tuple[int, int]:
    """How many contacts of this channel he will take only when he is free, and how many he could take now beside what
    he has. Who has no capacities counts once, and his state says when."""
    capacity = state.sharing.get(agent_id)
    if capacity is None:
        return 1, 0
    seat, count = state.seats[agent_id], capacity.of(channel)
    if not isinstance(seat, Room) or seat.stop(channel) is not None:
        return count, 0
    held = min(seat.held.get(channel, 0), count)
    return held, count - held


def _free_in(agent: AgentOnFloor, known: Handling, now: int) -> float:
    """Mean seconds until this agent is free, in whole ones so that many are alike."""
    if agent.state is AgentState.AVAILABLE:
        return 0.0
    if agent.state is AgentState.DELAYED:
        return max((agent.until or now) - now, 0) / MICROSECONDS
    if agent.state is AgentState.WRAP_UP:
        limit = max((agent.until or now) - now, 0)
        return float(round(min(known.wrap_up, limit) / MICROSECONDS))
    # How long he has talked already says next to nothing of how long he still will (docs/decisions/0052).
    ringing = known.ringing if agent.state is AgentState.OFFERED else 0
    return float(round(_handling(known) + ringing / MICROSECONDS))


def _handling(known: Handling) -> float:
    # A mean of nothing (calls of no time) would promise that everybody is free at once.
    return DEFAULT_HANDLING if known.count == 0 else max(known.mean / MICROSECONDS, 1.0)
