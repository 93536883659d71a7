"""Who of the idle agents gets a contact that waits."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from switchboard.routing.floor import offers
from switchboard.routing.floor.line import Order, QueueOnFloor
from switchboard.routing.floor.room import Room
from switchboard.routing.floor.seating import stop_of
from switchboard.routing.floor.state import AgentOnFloor, FloorState, Visit
from switchboard.routing.floor.turn import Turn
from switchboard.routing.floor.widening import widen
from switchboard.routing.model import Found
from switchboard.routing.strategies import STRATEGIES, Candidate, Choice, Request

PREFERRED = "preferred"
"""Stands for a strategy in `Why` when the contact had asked for this agent."""

OWN: Final = frozenset({False})
HELPERS: Final = frozenset({True})
ANYBODY: Final = OWN | HELPERS


def offer_to_idle(turn: Turn, visit: Visit, queue: QueueOnFloor) -> bool:
    """Offer the waiting visit to the best idle agent, in the first step of its requirements that holds; says whether
    there is one."""
    state = turn.state
    if visit.wanted is not None:
        widen(turn, visit, queue)
    preferred = next(_preferred(state, queue, visit), None)
    if preferred is not None:
        idle = (turn.now - preferred.idle_since) / 1_000_000
        offers.make(turn, visit, Choice(preferred.id, idle, ()), strategy=PREFERRED, found=Found.AGENT)
        return True
    choice = _best_idle(state, queue, visit, turn.now)
    offer(turn, visit, choice, Found.AGENT)
    return choice is not None


def offer_in_line(turn: Turn, queue: QueueOnFloor, before: Order | None = None) -> None:
    """Whoever waits in this line and could be offered to somebody idle is, in order: afterwards who is idle still
    could take none of them. before: only those who stand before this rank."""
    waiting: list[tuple[Order, str]] = []
    for _, _, lane in queue.heads:
        if queue.rooms or queue.somebody_idle(lane) or not queue.could_ever(lane.needs):
            waiting += lane.line if before is None else lane.line[: bisect_left(lane.line, (before, ""))]
    for _, visit_id in sorted(waiting):
        visit = turn.state.visits[visit_id]
        if not is_late(turn, visit):
            offer_to_idle(turn, visit, queue)


def is_late(turn: Turn, visit: Visit) -> bool:
    """Whether it has waited as long as it may, so that it leaves the line in this turn."""
    return visit.leave_at is not None and visit.leave_at <= turn.now


def _preferred(state: FloorState, queue: QueueOnFloor, visit: Visit) -> Iterator[AgentOnFloor]:
    for agent_id in visit.preferred:
        agent = state.agents.get(agent_id)
        if agent is None or stop_of(state, agent, visit.channel) is not None or agent_id not in queue.members:
            continue
        if visit.needs is None or agent_id in queue.lane(visit.needs).eligible:
            yield agent


def candidate(state: FloorState, agent: AgentOnFloor, queue: str) -> Candidate:
    settings = state.settings[agent.id]
    seat = state.seats.get(agent.id) if state.sharing else None
    used, idle_since = 0, agent.idle_since
    if isinstance(seat, Room) and seat.at_work is not None:
        # He is not idle at all, however long ago he last was.
        used, idle_since = seat.used, state.now
    return Candidate(
        agent.id,
        idle_since,
        settings.skills,
        settings.tiers.get(queue, 1),
        settings.cost,
        agent.worked,
        agent.available,
        agent.last_offer,
        used,
    )


def _candidates(
    state: FloorState, queue: QueueOnFloor, visit: Visit, only: frozenset[bool] = ANYBODY
) -> Iterator[Candidate]:
    """Agents who could take it now. only: those who help here (True), the queue's own (False), or both."""
    for _, agent in queue.idle_for(visit.needs, visit.channel):
        if (agent in queue.helpers) in only:
            yield candidate(state, state.agents[agent], visit.queue)


def own_is_idle(state: FloorState, visit: Visit) -> bool:
    """Whether one of the queue's own agents could take it now."""
    queue = state.queues[visit.queue]
    return any(agent not in queue.helpers for _, agent in queue.idle_for(visit.needs, visit.channel))


def _best_idle(state: FloorState, queue: QueueOnFloor, visit: Visit, now: int) -> Choice | None:
    """The queue's own agents first, whatever the strategy would say of those who help; but what rings at all rings at
    these as well."""
    if not queue.helpers:
        return choose(state, visit, _candidates(state, queue, visit), now)
    choice = choose(state, visit, _candidates(state, queue, visit, OWN), now)
    if choice is None:
        return choose(state, visit, _candidates(state, queue, visit, HELPERS), now)
    if choice.together is not None:
        return choose(state, visit, _candidates(state, queue, visit), now)
    return choice


def choose(state: FloorState, visit: Visit, candidates: Iterator[Candidate], now: int) -> Choice | None:
    settings = state.queues[visit.queue].settings
    entrance = state.contacts[visit.contact].entrance
    request = Request(visit.needs, visit.contact, visit.queue, entrance, settings.outcome, state.learned)
    return STRATEGIES[settings.strategy].choose(request, candidates, now)


def offer(turn: Turn, visit: Visit, choice: Choice | None, found: Found) -> None:
    if choice is None:
        return
    strategy = turn.state.queues[visit.queue].settings.strategy
    offers.make(turn, visit, choice, strategy=strategy, found=found)
