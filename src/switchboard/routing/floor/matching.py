"""Brings waiting contacts and idle agents together until no pair is left that could be."""

from collections.abc import Iterator

from switchboard.conversations.model import VisitEnd
from switchboard.routing.floor import offers, overflow
from switchboard.routing.floor.between import Claim, claim_of
from switchboard.routing.floor.choosing import (
    candidate,
    choose,
    is_late,
    offer,
    offer_in_line,
    offer_to_idle,
    own_is_idle,
)
from switchboard.routing.floor.line import Order, QueueOnFloor
from switchboard.routing.floor.room import Room
from switchboard.routing.floor.seating import cannot_be_offered
from switchboard.routing.floor.state import FloorState, Visit
from switchboard.routing.floor.turn import Turn
from switchboard.routing.model import Found, WhenNobody
from switchboard.routing.overflow import Passage, Reason
from switchboard.routing.requirements import Needs
from switchboard.routing.strategies import Choice


def settle(turn: Turn) -> None:
    """Look at whoever this turn concerns. Afterwards no eligible idle agent stands beside an eligible
    waiting contact, and nobody waits in vain where the queue says that he shall not."""
    while turn.unsettled:
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
        elif turn.left_alone:
            for queue in _taken(turn.state, turn.left_alone):
                turn.waiting.update((visit, None) for visit in queue.in_line())
        else:
            _ask_once_more(turn, _taken(turn.state, turn.in_vain))


def _taken(state: FloorState, queues: dict[str, None]) -> list[QueueOnFloor]:
    """Those of these queues that there still are; they are looked at now."""
    taken = [state.queues[queue] for queue in queues if queue in state.queues]
    queues.clear()
    return taken


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
    choice = choose(state, visit, iter((candidate(state, agent, visit.queue),)), turn.now)
    if not visit.offers and _looks_around(state, visit, choice, helps=best[0]):
        # Those others may be the ones for whom somebody before it waits.
        offer_in_line(turn, state.queues[visit.queue], before=visit.order)
        _find_agent(turn, visit)
        # Then it is this one's turn again.
        turn.free[agent_id] = None
        return
    offer(turn, visit, choice, Found.CONTACT)


def _looks_around(state: FloorState, visit: Visit, choice: Choice | None, *, helps: bool) -> bool:
    """Whether others than the one who became free may get it: where he only helps and one of the queue's own became
    free as well, or where it rings at all who are idle, whom it may have rung in vain before among them."""
    return (helps and own_is_idle(state, visit)) or (choice is not None and choice.together is not None)


def _first(turn: Turn, queue: QueueOnFloor, agent: str) -> tuple[Order, str] | None:
    """The contact that comes first of those he could take: one that waits, or one that rings at others already."""
    head = _first_in_line(turn.state, queue, agent) if queue.line else None
    if head is not None and queue.settings.overflow and is_late(turn, turn.state.visits[head[1]]):
        head = _first_in_time(turn, queue, agent)
    for order, visit_id, lane in queue.ringing:
        if head is not None and head[0] < order:
            break
        visit = turn.state.visits[visit_id]
        # Whose time is up rings as long as it rings now, and at nobody else.
        late = is_late(turn, visit)
        if agent in lane.eligible and agent not in visit.passed and not late and _may_come(turn.state, agent, visit):
            return order, visit_id
    return head


def _first_in_line(state: FloorState, queue: QueueOnFloor, agent: str) -> tuple[Order, str] | None:
    seat = state.seats.get(agent)
    if isinstance(seat, Room):
        return queue.first_with_room(agent, seat, lambda visit: state.visits[visit].channel)
    return queue.first_for(agent)


def _first_in_time(turn: Turn, queue: QueueOnFloor, agent: str) -> tuple[Order, str] | None:
    """The same without those whose time is up although their deadline has not come up yet: they leave the line when
    everybody who is free has been looked at, so that whoever is idle then may count for them elsewhere."""
    found: list[tuple[Order, str]] = []
    for _, _, lane in queue.heads:
        if agent not in lane.eligible:
            continue
        for order, visit_id in lane.line:
            visit = turn.state.visits[visit_id]
            if is_late(turn, visit):
                turn.waiting[visit_id] = None
            elif _may_come(turn.state, agent, visit):
                found.append((order, visit_id))
                break
    return min(found, default=None)


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
    if offer_to_idle(turn, visit, queue):
        return
    if not _stays(queue) and not queue.could_ever(visit.needs, visit.channel):
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


def _ask_once_more(turn: Turn, queues: list[QueueOnFloor]) -> None:
    """Those who wait in vain in these queues, first come first: another queue may take them now that did not."""
    waiting = [turn.state.visits[visit] for queue in queues for visit in _in_vain(turn.state, queue)]
    refused: set[tuple[str, str, Passage, Needs | None]] = set()
    for visit in sorted(waiting, key=lambda one: one.order):
        # Who is like one that no queue took is not taken either: thousands may wait so.
        alike = (visit.queue, visit.channel, overflow.brought(visit), visit.needs)
        if alike not in refused and not overflow.send_on(turn, visit, Reason.NOBODY):
            refused.add(alike)


def _in_vain(state: FloorState, queue: QueueOnFloor) -> Iterator[str]:
    """Whom nobody who is there could ever take."""
    for _, _, lane in queue.heads:
        if queue.sharing:
            yield from (one for _, one in lane.line if not queue.could_ever(lane.needs, state.visits[one].channel))
        elif not queue.could_ever(lane.needs):
            yield from (one for _, one in lane.line)


def _is_over(turn: Turn, visit: Visit) -> bool:
    """Lets the visit leave the queue, for another one or for its flow, when its maximum wait is reached; says whether
    it was."""
    if not is_late(turn, visit):
        return False
    _send_on(turn, visit, Reason.MAX_WAIT, VisitEnd.MAX_WAIT)
    return True
