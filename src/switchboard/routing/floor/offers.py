"""Offers are leases: made with a deadline and a fence, and ended in exactly one of distinct ways."""

import msgspec

from switchboard.agents.model import AgentState
from switchboard.conversations.model import FAILURES, OfferEnd, VisitEnd
from switchboard.routing import commands
from switchboard.routing.due import Clock
from switchboard.routing.events import EngagementOpened, Offered, OfferEnded, QueueLeft
from switchboard.routing.floor.staff import after_offer, move
from switchboard.routing.floor.state import FloorState, Lease, Visit
from switchboard.routing.floor.turn import Turn
from switchboard.routing.model import DONE, Answer, Found, Refusal, RunnerUp, Why
from switchboard.routing.requirements import asked_for, preference
from switchboard.routing.strategies import Choice


def make(
    turn: Turn,
    visit: Visit,
    choice: Choice,
    *,
    strategy: str,
    found: Found,
) -> None:
    """Offer this visit to the idle agent who was chosen, and to those who are to be rung together with him."""
    queue = turn.state.queues[visit.queue]
    together = choice.together is not None
    others = choice.together or ()
    why = Why(
        strategy,
        found,
        choice.score,
        tuple([RunnerUp(runner, score) for runner, score in choice.runners_up]),
        queue.exclusions(visit.needs, visit.channel),
        turn.now - visit.place - (0 if visit.clock is None else _stood_still(visit, visit.clock, turn.now)),
        queue.ahead_of(visit.order) if found is Found.CONTACT else 0,
        choice.outcome,
        len(visit.offers) + 1 + len(others),
        helps=choice.agent in queue.helpers,
    )
    _make(turn, visit, choice.agent, why, together=together)
    for agent, score in others:
        his = msgspec.structs.replace(why, score=score, helps=agent in queue.helpers)
        _make(turn, visit, agent, his, together=together)


def _stood_still(visit: Visit, clock: Clock, now: int) -> int:
    """What is no part of its wait since its place: of what is due all its pauses, also those in other queues."""
    if clock.due is None:
        return visit.paused(now)
    return clock.paused + (0 if clock.since is None else now - clock.since)


def _make(turn: Turn, visit: Visit, agent_id: str, why: Why, *, together: bool) -> None:
    state = turn.state
    contact = state.contacts[visit.contact]
    agent = state.agents[agent_id]
    deadline = turn.now + state.queues[visit.queue].settings.ring_time
    if because := preference(visit.wanted, visit.preferred, agent_id, state.settings[agent_id].team):
        why = msgspec.structs.replace(why, because=because)
    if asks := asked_for(visit.wanted, visit.requirements):
        why = msgspec.structs.replace(why, asks=asks)
    turn.tell(
        Offered(
            state.last_offer + 1,
            contact.leases + 1,
            visit.id,
            contact.id,
            visit.queue,
            agent.id,
            agent.reach,
            contact.node,
            agent.node,
            deadline,
            why,
            contact.worker,
            together,
        )
    )
    if not agent.engagements:
        move(turn, agent, AgentState.OFFERED, until=deadline, contact=contact.id, queue=visit.queue)


def end(turn: Turn, lease: Lease, how: OfferEnd) -> None:
    """The offer ends without a talk: the agent goes where `how` leads, and the contact is back at its place unless it
    still rings at others."""
    _ended(turn, lease, how)
    after_offer(turn, turn.state.agents[lease.agent], how)


def end_all(turn: Turn, visit: Visit, how: OfferEnd) -> bool:
    """It rings nowhere any more; says whether it did."""
    offers = visit.offers
    for offer in offers:
        end(turn, turn.state.leases[offer], how)
    return bool(offers)


def _ended(turn: Turn, lease: Lease, how: OfferEnd) -> None:
    turn.tell(OfferEnded(lease.offer, lease.visit, lease.contact, lease.queue, lease.agent, how, lease.made))


def leave_queue(turn: Turn, visit: Visit, how: VisitEnd) -> None:
    """The visit is over."""
    clock = visit.clock
    paused = 0 if clock is None else visit.paused(turn.now)
    went_on = None if clock is None or paused == 0 else clock.ended
    turn.tell(
        QueueLeft(
            visit.id, visit.contact, visit.queue, how, visit.entered, visit.priority, visit.expected, paused, went_on
        )
    )


def holds(state: FloorState, offer: int, fence: int) -> Lease | None:
    """The lease, if this offer still rings and the fence is its own."""
    lease = state.leases.get(offer)
    return lease if lease is not None and lease.fence == fence else None


def accept(turn: Turn, command: commands.OfferAccepted) -> Answer:
    """First come, first served: the offer becomes an engagement if its lease still holds."""
    state = turn.state
    lease = holds(state, command.offer, command.fence)
    if lease is None:
        return Answer(Refusal.STALE_OFFER)
    visit = state.visits[lease.visit]
    contact = state.contacts[lease.contact]
    engagement = f"{contact.id}.e{contact.engagements + 1}"
    _ended(turn, lease, OfferEnd.ACCEPTED)
    end_all(turn, visit, OfferEnd.ANSWERED_ELSEWHERE)
    leave_queue(turn, visit, VisitEnd.ANSWERED)
    turn.tell(
        EngagementOpened(
            engagement,
            contact.id,
            lease.agent,
            lease.queue,
            lease.offer,
            visit.id,
            turn.now - lease.made,
            customer=contact.customer,
            fence=0 if lease.fence == contact.leases else lease.fence,
        )
    )
    move(
        turn,
        state.agents[lease.agent],
        AgentState.ENGAGED,
        contact=contact.id,
        queue=lease.queue,
    )
    return Answer(visit=visit.id, engagement=engagement)


def reject(turn: Turn, command: commands.OfferRejected) -> Answer:
    """The agent declined."""
    return _end_if_it_holds(turn, command.offer, command.fence, OfferEnd.REJECTED)


def fail(turn: Turn, command: commands.OfferFailed) -> Answer:
    """The channel could not reach the agent."""
    if command.why not in FAILURES:
        return Answer(Refusal.NOT_A_FAILURE)
    return _end_if_it_holds(turn, command.offer, command.fence, command.why)


def _end_if_it_holds(turn: Turn, offer: int, fence: int, how: OfferEnd) -> Answer:
    lease = holds(turn.state, offer, fence)
    if lease is None:
        return Answer(Refusal.STALE_OFFER)
    end(turn, lease, how)
    return DONE


def expire(turn: Turn, offer: int) -> None:
    """The deadline passed while it rang."""
    end(turn, turn.state.leases[offer], OfferEnd.NO_ANSWER)
