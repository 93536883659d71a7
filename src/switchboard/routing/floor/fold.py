"""How each event changes the Floor's memory: the only place that does.

`apply` is total over `events.Event`: folding a journal's events rebuilds the same memory, without deciding
anything anew.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from switchboard.agents.model import AgentState
from switchboard.conversations.model import ContactStage, OfferEnd, TalkEnd, VisitEnd
from switchboard.routing import events as told
from switchboard.routing.floor.deadlines import Kind
from switchboard.routing.floor.handling import learned, waited
from switchboard.routing.floor.indexes import ENDS_BY_ITSELF, change_people, rebuild, same_places
from switchboard.routing.floor.places import clock_set, comes, goes, hold, leave_line, stand_in_line
from switchboard.routing.floor.relief_told import left_line, relief_began, relief_ended
from switchboard.routing.floor.seating import exclusion_of, reseat
from switchboard.routing.floor.state import (
    NOBODY,
    AgentOnFloor,
    ContactOnFloor,
    EngagementOnFloor,
    FloorState,
    Lease,
    Visit,
    visit_of,
)


def _configuration_in_force(state: FloorState, event: told.ConfigurationInForce, at: int) -> None:
    before, state.configuration = state.configuration, event.configuration
    configured = {agent.id for agent in event.configuration.agents}
    for agent in event.configuration.agents:
        if agent.id not in state.agents:
            state.agents[agent.id] = AgentOnFloor(agent.id, since=at, reach=agent.reach)
    for agent_id, on_floor in list(state.agents.items()):
        # Who is no longer configured stays until his work is done.
        if agent_id not in configured and on_floor.state is AgentState.SIGNED_OUT:
            del state.agents[agent_id]
    if same_places(before, event.configuration, teams=bool(state.helping)):
        change_people(state)
    else:
        looks_back = {queue.id for queue in event.configuration.queues if queue.relief and queue.relief.looks_back}
        state.recent = {queue: recent for queue, recent in state.recent.items() if queue in looks_back}
        rebuild(state)


def _learned_in_force(state: FloorState, event: told.LearnedInForce, _at: int) -> None:
    state.learned = event.learned


def _agent_state_changed(state: FloorState, event: told.AgentStateChanged, at: int) -> None:
    agent = state.agents[event.agent]
    # Who has capacities is counted by what is in his hands, when the event has been taken in.
    queues = () if agent.id in state.sharing else state.queues_of(agent.id)
    before, idle_before = exclusion_of(agent), agent.idle_since
    _count_time(agent, at)
    agent.state = event.state
    agent.reason = event.reason
    agent.since = at
    agent.until = event.until
    agent.contact = event.contact
    agent.queue = event.queue
    agent.then = event.then
    if event.idle_since is not None:
        agent.idle_since = event.idle_since
    after = exclusion_of(agent)
    for queue in queues:
        queue.uncount(agent.id, before, idle_before)
        queue.count(agent.id, after, agent.idle_since)
    if event.state not in _AT_WORK:
        agent.next_state = agent.next_reason = None
        agent.resting_until = agent.resting_for = None
        if event.state is AgentState.SIGNED_OUT and state.settings.get(agent.id, NOBODY) is NOBODY:
            del state.agents[agent.id]
    if agent.misses and (event.state is AgentState.ENGAGED or event.before is AgentState.NOT_RESPONDING):
        agent.misses = 0
    if event.until is not None and (kind := ENDS_BY_ITSELF.get(event.state)) is not None:
        state.deadlines.add(event.until, kind, id=agent.id)


def _count_time(agent: AgentOnFloor, at: int) -> None:
    """The span of his state ends."""
    if agent.state in _WORKING:
        agent.worked += at - agent.since
    elif agent.state is AgentState.AVAILABLE:
        agent.available += at - agent.since
    elif agent.state is AgentState.SIGNED_OUT:
        agent.worked = agent.available = 0


_WORKING: Final = frozenset({AgentState.ENGAGED, AgentState.WRAP_UP})
_AT_WORK: Final = frozenset({AgentState.OFFERED, AgentState.ENGAGED, AgentState.WRAP_UP})


def _next_state_set(state: FloorState, event: told.NextStateSet, _at: int) -> None:
    agent = state.agents[event.agent]
    agent.next_state = event.state
    agent.next_reason = event.reason


def _agent_reach_set(state: FloorState, event: told.AgentReachSet, _at: int) -> None:
    agent = state.agents[event.agent]
    before = exclusion_of(agent)
    agent.reach, agent.reachable, agent.node = event.reach, event.reachable, event.node
    after = exclusion_of(agent)
    if before is not after and agent.id not in state.sharing:
        for queue in state.queues_of(agent.id):
            queue.uncount(agent.id, before, agent.idle_since)
            queue.count(agent.id, after, agent.idle_since)


def _agent_rests(state: FloorState, event: told.AgentRests, _at: int) -> None:
    agent = state.agents[event.agent]
    agent.resting_until, agent.resting_for = event.until, event.reason
    if event.until is not None:
        state.deadlines.add(event.until, Kind.REST, id=agent.id)


def _contact_registered(state: FloorState, event: told.ContactRegistered, at: int) -> None:
    state.contacts[event.contact] = ContactOnFloor(
        event.contact,
        event.client,
        event.channel,
        event.node,
        event.worker,
        event.customer,
        at,
        entrance=event.entrance or "",
        absent=event.absent,
    )


def _customer_came(state: FloorState, event: told.CustomerCame, _at: int) -> None:
    contact = state.contacts[event.contact]
    contact.absent = False
    if contact.engagement is not None:
        contact.unmet -= 1


def _queue_entered(state: FloorState, event: told.QueueEntered, at: int) -> None:
    contact = state.contacts[event.contact]
    contact.stage = ContactStage.WAITING
    contact.visit = event.visit
    contact.visits += 1
    # Who comes back has his old number.
    state.last_number = max(event.number, state.last_number)
    visit = state.visits[event.visit] = visit_of(event, at, contact.channel)
    visit.needs = visit.needed()
    if event.queue in state.looks:
        state.looks[event.queue] = 0
    if event.clock is not None:
        contact.clock = event.clock
    comes(state, visit)
    if visit.held:
        hold(state, visit)
    else:
        stand_in_line(state, visit)


def _queue_refused(state: FloorState, event: told.QueueRefused, _at: int) -> None:
    contact = state.contacts[event.contact]
    contact.visits += 1
    contact.left_line = event.how


def _widened(state: FloorState, event: told.Widened, _at: int) -> None:
    visit = state.visits[event.visit]
    leave_line(state, visit)
    visit.step, visit.step_until = event.step, event.until
    visit.needs = visit.needed()
    stand_in_line(state, visit)


def _wait_expected(state: FloorState, event: told.WaitExpected, _at: int) -> None:
    state.visits[event.visit].expected = event.expected


def _queue_left(state: FloorState, event: told.QueueLeft, at: int) -> None:
    visit = state.visits.pop(event.visit)
    contact = state.contacts[event.contact]
    contact.visit = None
    contact.left_line = event.how
    gave_up = event.how in _GAVE_UP
    wait = at - event.entered - event.paused
    state.handling[event.queue] = waited(state.handling.get(event.queue), wait, gave_up=gave_up)
    goes(state, visit)
    if event.queue in state.looks:
        left_line(state, event, at)
    if event.how is VisitEnd.ANSWERED:
        contact.answered = visit
    if contact.stage is ContactStage.WAITING:
        leave_line(state, visit)
        contact.stage = ContactStage.IN_FLOW


_GAVE_UP: Final = frozenset({VisitEnd.ABANDONED, VisitEnd.ABANDONED_WHILE_OFFERED})


def _offered(state: FloorState, event: told.Offered, at: int) -> None:
    visit = state.visits[event.visit]
    contact = state.contacts[event.contact]
    if not visit.offers:
        leave_line(state, visit)
        if event.together:
            _ring_together(state, visit)
    visit.offers += (event.offer,)
    contact.stage = ContactStage.OFFERED
    contact.leases = event.fence
    agent = state.agents[event.agent]
    agent.offers.append(event.offer)
    agent.last_offer = event.offer
    state.last_offer = event.offer
    state.leases[event.offer] = Lease(
        event.offer,
        event.fence,
        event.visit,
        event.contact,
        event.queue,
        event.agent,
        event.reach,
        at,
        event.deadline,
        event.why,
    )
    state.deadlines.add(event.deadline, Kind.OFFER, number=event.offer)


def _offer_ended(state: FloorState, event: told.OfferEnded, _at: int) -> None:
    del state.leases[event.offer]
    agent = state.agents[event.agent]
    agent.offers.remove(event.offer)
    if event.end is OfferEnd.NO_ANSWER:
        agent.misses += 1
    visit = state.visits[event.visit]
    one = visit.offers.index(event.offer)
    visit.offers = visit.offers[:one] + visit.offers[one + 1 :]
    if event.end is OfferEnd.ANSWERED_ELSEWHERE:
        agent.taken_offer = event.offer
    if event.end in _ANSWERED:
        _ring_no_more(state, visit)
    elif visit.offers:
        visit.passed += (event.agent,)
    else:
        # Back to the old place: the rank of a visit never changes.
        _ring_no_more(state, visit)
        state.contacts[event.contact].stage = ContactStage.WAITING
        stand_in_line(state, visit)


_ANSWERED: Final = frozenset({OfferEnd.ACCEPTED, OfferEnd.ANSWERED_ELSEWHERE})
"""Ends of an offer after which the contact is not back in line."""


def _engagement_opened(state: FloorState, event: told.EngagementOpened, at: int) -> None:
    contact = state.contacts[event.contact]
    contact.stage = ContactStage.ENGAGED
    contact.engagement = event.engagement
    contact.engagements += 1
    contact.unmet += contact.absent
    state.agents[event.agent].engagements.append(event.engagement)
    state.engagements[event.engagement] = EngagementOnFloor(
        event.engagement,
        event.contact,
        contact.client,
        contact.channel,
        contact.customer,
        event.agent,
        event.queue,
        at,
        event.ring_time,
        offer=event.offer,
        fence=event.fence or contact.leases,
    )


def _held(state: FloorState, event: told.Held, at: int) -> None:
    engagement = state.engagements[event.engagement]
    engagement.held_since = at
    engagement.holds += 1


def _resumed(state: FloorState, event: told.Resumed, at: int) -> None:
    engagement = state.engagements[event.engagement]
    engagement.held_since = None
    engagement.resumed = at
    engagement.hold += event.held


def _went_inactive(state: FloorState, event: told.WentInactive, at: int) -> None:
    state.engagements[event.engagement].inactive_since = at


def _became_active(state: FloorState, event: told.BecameActive, _at: int) -> None:
    state.engagements[event.engagement].inactive_since = None


def _engagement_talk_ended(state: FloorState, event: told.EngagementTalkEnded, at: int) -> None:
    engagement = state.engagements[event.engagement]
    engagement.talk_ended = at
    # What is left to do for him is work again.
    engagement.held_since = engagement.inactive_since = None
    engagement.hold = event.hold
    engagement.cut_short = event.by not in _WHOLE
    contact = state.contacts[event.contact]
    contact.engagement = None
    contact.answered = None
    contact.stage = ContactStage.IN_FLOW


_WHOLE: Final = frozenset({TalkEnd.AGENT, TalkEnd.CUSTOMER, TalkEnd.HANDED_OVER})
"""Ends of a talk that was as long as it needed to be."""


def _wrap_up_started(state: FloorState, event: told.WrapUpStarted, _at: int) -> None:
    state.engagements[event.engagement].wrap_up_until = event.until
    state.deadlines.add(event.until, Kind.WRAP_UP, id=event.engagement)


def _engagement_closed(state: FloorState, event: told.EngagementClosed, at: int) -> None:
    engagement = state.engagements.pop(event.engagement)
    if not engagement.cut_short:
        queue = engagement.queue
        wrap_up = 0 if engagement.talk_ended is None else at - engagement.talk_ended
        state.handling[queue] = learned(
            state.handling.get(queue), at - engagement.opened, engagement.ring_time, wrap_up
        )
    state.agents[event.agent].engagements.remove(event.engagement)


def _contact_closed(state: FloorState, event: told.ContactClosed, _at: int) -> None:
    del state.contacts[event.contact]


def _ring_together(state: FloorState, visit: Visit) -> None:
    visit.together = True
    queue = state.queues.get(visit.queue)
    if queue is not None:
        queue.ring(visit.id, visit.order, visit.needs)


def _ring_no_more(state: FloorState, visit: Visit) -> None:
    """Nobody joins from now on."""
    if not visit.together:
        return
    visit.together, visit.passed = False, ()
    queue = state.queues.get(visit.queue)
    if queue is not None:
        queue.no_longer_ring(visit.id)


FOLD: Final[Mapping[type, Callable[[FloorState, Any, int], None]]] = {
    told.ConfigurationInForce: _configuration_in_force,
    told.LearnedInForce: _learned_in_force,
    told.AgentStateChanged: _agent_state_changed,
    told.NextStateSet: _next_state_set,
    told.AgentReachSet: _agent_reach_set,
    told.ContactRegistered: _contact_registered,
    told.CustomerCame: _customer_came,
    told.QueueEntered: _queue_entered,
    told.QueueRefused: _queue_refused,
    told.ClockSet: clock_set,
    told.Widened: _widened,
    told.WaitExpected: _wait_expected,
    told.QueueLeft: _queue_left,
    told.Offered: _offered,
    told.OfferEnded: _offer_ended,
    told.EngagementOpened: _engagement_opened,
    told.Held: _held,
    told.Resumed: _resumed,
    told.EngagementTalkEnded: _engagement_talk_ended,
    told.WrapUpStarted: _wrap_up_started,
    told.EngagementClosed: _engagement_closed,
    told.ContactClosed: _contact_closed,
    told.AgentRests: _agent_rests,
    told.WentInactive: _went_inactive,
    told.BecameActive: _became_active,
    told.ReliefBegan: relief_began,
    told.ReliefEnded: relief_ended,
}
"""Every event and what it changes."""


def apply(state: FloorState, event: told.Event, at: int) -> None:
    """Change the Floor's memory as this event says; it happened at `at`."""
    FOLD[type(event)](state, event, at)
    if state.sharing:
        reseat(state, getattr(event, "agent", None))
