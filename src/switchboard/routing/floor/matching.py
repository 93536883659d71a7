"""Brings waiting contacts and idle agents together until no pair is left that could be."""

from collections.abc import Iterator
from typing import Final

from switchboard.conversations.model import VisitEnd
from switchboard.routing.floor import offers, overflow
from switchboard.routing.floor.between import Claim, claim_of
from switchboard.routing.floor.line import Order, QueueOnFloor
from switchboard.routing.floor.room import Room
from switchboard.routing.floor.seating import cannot_be_offered, stop_of
from switchboard.routing.floor.state import AgentOnFloor, FloorState, Visit
from switchboard.routing.floor.turn import Turn
from switchboard.routing.floor.widening import widen
from switchboard.routing.model import Found, WhenNobody
from switchboard.routing.overflow import Reason
from switchboard.routing.strategies import STRATEGIES, Candidate, Choice, Request

PREFERRED = "preferred"
"""Stands for a strategy in `Why` when the contact had asked for this agent."""

OWN: Final = frozenset({False})
HELPERS: Final = frozenset({True})
ANYBODY: Final = OWN | HELPERS


def settle(turn: Turn) -> None:
    """Look at whoever this turn concerns. Afterwards no eligible idle agent stands beside an eligible
    waiting contact, and nobody waits in vain where the queue says that he shall not."""
    while turn.free or turn.waiting or turn.left_alone:
        if turn.free:
            free = list(turn.free)
            turn.free.clear()
            for agent in free:
                _find_contact(turn, agent)
        elif turn.waiting:
            waiting = _in_order(turn.state, turn.waiting)
            turn.waiting.clear()
            for visit in waiting:
                _find_agent(turn, visit)
        else:
            for queue in turn.left_alone:
                if queue in turn.state.queues:
                    turn.waiting.update((visit, None) for visit in turn.state.queues[queue].in_line())
            turn.left_alone.clear()


def _in_order(state: FloorState, visits: dict[str, None]) -> list[Visit]:
    """Those of these visits that wait in line, first come first."""
    standing = [state.visits[visit] for visit in visits if visit in state.visits]
    if len(standing) > 1:
        standing.sort(key=lambda visit: visit.order)
    return standing


def _find_contact(turn: Turn, agent_id: str) -> None:
    """Offer the idle agent the contact that comes first among those he could take: in any of his queues, and when
    nobody waits for him there, in those in which he helps."""
    state = turn.state
    agent = state.agents.get(agent_id)
    if agent is None or cannot_be_offered(state, agent) is not None:
        return
    best: tuple[bool, Claim, str] | None = None
    for queue in state.queues_of(agent_id):
        if (head := _first(turn, queue, agent_id)) is not None:
            claim = (agent_id in queue.helpers, claim_of(state, queue, head[0], turn.now), head[1])
            if best is None or claim < best:
                best = claim
    if best is None:
        return
    visit = state.visits[best[2]]
    if _is_over(turn, visit):
        # Its deadline is due but had not come up yet: the agent takes the next one.
        turn.free[agent_id] = None
        return
    if best[0] and not visit.offers and _own_is_idle(state, visit):
        # Several became free at once, and one of the queue's own goes first; then it is this one's turn again.
        _find_agent(turn, visit)
        turn.free[agent_id] = None
        return
    choice = _choose(state, visit, iter((_candidate(state, agent, visit.queue),)), turn.now)
    _offer(turn, visit, choice, Found.CONTACT)


def _first(turn: Turn, queue: QueueOnFloor, agent: str) -> tuple[Order, str] | None:
    """The contact that comes first of those he could take: one that waits, or one that rings at others already."""
    head = _first_in_line(turn.state, queue, agent) if queue.line else None
    for order, visit_id, lane in queue.ringing:
        if head is not None and head[0] < order:
            break
        visit = turn.state.visits[visit_id]
        # Whose time is up rings as long as it rings now, and at nobody else.
        late = visit.leave_at is not None and visit.leave_at <= turn.now
        if agent in lane.eligible and agent not in visit.passed and not late and _may_come(turn.state, agent, visit):
            return order, visit_id
    return head


def _first_in_line(state: FloorState, queue: QueueOnFloor, agent: str) -> tuple[Order, str] | None:
    seat = state.seats.get(agent)
    if isinstance(seat, Room):
        return queue.first_with_room(agent, seat, lambda visit: state.visits[visit].channel)
    return queue.first_for(agent)


def _may_come(state: FloorState, agent: str, visit: Visit) -> bool:
    """Whether the room of somebody with capacities is one for this contact."""
    seat = state.seats.get(agent)
    return not isinstance(seat, Room) or seat.stop(visit.channel) is None


def _find_agent(turn: Turn, visit: Visit) -> None:
    """Offer the waiting visit to the best idle agent, or let it leave the queue when its time is up."""
    state = turn.state
    if visit.offers or visit.id not in state.visits:
        return
    queue = state.queues.get(visit.queue)
    if queue is None:
        _send_on(turn, visit, Reason.CLOSED, VisitEnd.QUEUE_CLOSED)
        return
    if visit.held or _is_over(turn, visit):
        return
    if visit.wanted is not None:
        widen(turn, visit, queue)
    preferred = next(_preferred(state, queue, visit), None)
    if preferred is not None:
        idle = (turn.now - preferred.idle_since) / 1_000_000
        offers.make(turn, visit, Choice(preferred.id, idle, ()), strategy=PREFERRED, found=Found.AGENT)
        return
    choice = _best_idle(state, queue, visit, turn.now)
    if choice is not None:
        _offer(turn, visit, choice, Found.AGENT)
    elif not _stays(queue) and not queue.could_ever(visit.needs, visit.channel):
        _waits_in_vain(turn, visit, queue)


def _send_on(turn: Turn, visit: Visit, why: Reason, otherwise: VisitEnd) -> None:
    """Another queue takes it, or its flow goes on."""
    if not overflow.send_on(turn, visit, why):
        offers.leave_queue(turn, visit, otherwise)


def _stays(queue: QueueOnFloor) -> bool:
    """Whether contacts of this queue wait also for those who are not there."""
    return queue.settings.when_nobody is WhenNobody.STAY and not queue.settings.overflow


def _waits_in_vain(turn: Turn, visit: Visit, queue: QueueOnFloor) -> None:
    """Nobody who is there could ever take it."""
    if queue.settings.when_nobody is WhenNobody.LEAVE:
        _send_on(turn, visit, Reason.NOBODY, VisitEnd.NOBODY_SIGNED_IN)
    else:
        overflow.send_on(turn, visit, Reason.NOBODY)


def _is_over(turn: Turn, visit: Visit) -> bool:
    """Lets the visit leave the queue, for another one or for its flow, when its maximum wait is reached; says whether
    it was."""
    if visit.leave_at is None or visit.leave_at > turn.now:
        return False
    _send_on(turn, visit, Reason.MAX_WAIT, VisitEnd.MAX_WAIT)
    return True


def _preferred(state: FloorState, queue: QueueOnFloor, visit: Visit) -> Iterator[AgentOnFloor]:
    for agent_id in visit.preferred:
        agent = state.agents.get(agent_id)
        if agent is None or stop_of(state, agent, visit.channel) is not None or agent_id not in queue.members:
            continue
        if visit.needs is None or agent_id in queue.lane(visit.needs).eligible:
            yield agent


def _candidate(state: FloorState, agent: AgentOnFloor, queue: str) -> Candidate:
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
            yield _candidate(state, state.agents[agent], visit.queue)


def _own_is_idle(state: FloorState, visit: Visit) -> bool:
    """Whether one of the queue's own agents could take it now."""
    queue = state.queues[visit.queue]
    return any(agent not in queue.helpers for _, agent in queue.idle_for(visit.needs, visit.channel))


def _best_idle(state: FloorState, queue: QueueOnFloor, visit: Visit, now: int) -> Choice | None:
    """The queue's own agents first, whatever the strategy would say of those who help; but what rings at all rings at
    these as well."""
    if not queue.helpers:
        return _choose(state, visit, _candidates(state, queue, visit), now)
    choice = _choose(state, visit, _candidates(state, queue, visit, OWN), now)
    if choice is None:
        return _choose(state, visit, _candidates(state, queue, visit, HELPERS), now)
    if choice.together is not None:
        return _choose(state, visit, _candidates(state, queue, visit), now)
    return choice


def _choose(state: FloorState, visit: Visit, candidates: Iterator[Candidate], now: int) -> Choice | None:
    settings = state.queues[visit.queue].settings
    entrance = state.contacts[visit.contact].entrance
    request = Request(visit.needs, visit.contact, visit.queue, entrance, settings.outcome, state.learned)
    return STRATEGIES[settings.strategy].choose(request, candidates, now)


def _offer(turn: Turn, visit: Visit, choice: Choice | None, found: Found) -> None:
    if choice is None:
        return
    strategy = turn.state.queues[visit.queue].settings.strategy
    offers.make(turn, visit, choice, strategy=strategy, found=found)
