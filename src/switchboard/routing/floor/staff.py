"""How an agent goes from one state to the next; every other decision about agents uses these."""

from collections.abc import Mapping
from typing import Final

from switchboard.agents.model import AgentState
from switchboard.conversations.model import OfferEnd
from switchboard.routing.events import AgentRests, AgentStateChanged, NextStateSet
from switchboard.routing.floor.state import AgentOnFloor
from switchboard.routing.floor.turn import Turn
from switchboard.routing.model import Delays
from switchboard.routing.pauses import limit_of

UNBLAMED: Final = frozenset({OfferEnd.CALLER_LEFT, OfferEnd.WITHDRAWN, OfferEnd.ANSWERED_ELSEWHERE})
"""Ends of an offer that keep the agent's place among the idle."""

_DELAY: Final[Mapping[OfferEnd, str]] = {
    OfferEnd.REJECTED: "rejected",
    OfferEnd.BUSY: "busy",
    OfferEnd.UNREACHABLE: "unreachable",
    OfferEnd.SET_UP_FAILED: "set_up_failed",
    OfferEnd.NO_ANSWER: "no_answer",
}


def move(
    turn: Turn,
    agent: AgentOnFloor,
    state: AgentState,
    *,
    reason: str | None = None,
    until: int | None = None,
    idle_since: int | None = None,
    contact: str | None = None,
    queue: str | None = None,
    overran: bool = False,
) -> None:
    """The agent's present span ends, the next begins. overran: because the pause had lasted as long as it may."""
    then = None
    if state is AgentState.PAUSED and (limit := limit_of(turn.state.configuration.pauses, reason)) is not None:
        until, then = turn.now + limit.longest, limit.then
    turn.tell(
        AgentStateChanged(
            agent.id,
            state,
            agent.state,
            agent.since,
            reason,
            agent.reason,
            until,
            idle_since,
            contact,
            queue,
            agent.contact,
            agent.queue,
            then,
            overran,
        )
    )


def become_available(turn: Turn, agent: AgentOnFloor, *, overran: bool = False) -> None:
    """Idle from now on: last among the idle."""
    move(turn, agent, AgentState.AVAILABLE, idle_since=turn.now, overran=overran)


def go_on(turn: Turn, agent: AgentOnFloor) -> None:
    """His state as it follows from what is in his hands: a talk before a wrap-up before what rings, of several talks
    the latest, of several wrap-ups the one that may last longest."""
    state = turn.state
    work = [state.engagements[one] for one in agent.engagements]
    talks = [one for one in work if one.talk_ended is None]
    now: tuple[AgentState, int | None, str, str]
    if talks:
        now = (AgentState.ENGAGED, None, talks[-1].contact, talks[-1].queue)
    elif work:
        last = max(work, key=lambda one: one.wrap_up_until or 0)
        now = (AgentState.WRAP_UP, last.wrap_up_until, last.contact, last.queue)
    else:
        rings = state.leases[agent.offers[-1]]
        now = (AgentState.OFFERED, rings.deadline, rings.contact, rings.queue)
    if (agent.state, agent.until, agent.contact, agent.queue) != now:
        move(turn, agent, now[0], until=now[1], contact=now[2], queue=now[3])


def as_asked(turn: Turn, agent: AgentOnFloor) -> bool:
    """Go to the state the agent asked to have after his present work, if he asked for one."""
    if agent.next_state is None:
        return False
    move(turn, agent, agent.next_state, reason=agent.next_reason)
    return True


def after_work(turn: Turn, agent: AgentOnFloor) -> None:
    """One of his contacts is done. After the last one comes what he asked for, else the rest of a delay, else he is
    available."""
    if agent.engagements or agent.offers:
        go_on(turn, agent)
    elif as_asked(turn, agent):
        pass
    elif agent.resting_until is not None and agent.resting_until > turn.now:
        move(turn, agent, AgentState.DELAYED, reason=agent.resting_for, until=agent.resting_until)
    else:
        become_available(turn, agent)


def after_offer(turn: Turn, agent: AgentOnFloor, end: OfferEnd) -> None:
    """His offer ended without a talk: what he asked for, else what this end leads to."""
    delays = turn.state.configuration.delays
    if agent.engagements:
        _after_offer_at_work(turn, agent, end, delays)
        return
    if as_asked(turn, agent):
        return
    if end in UNBLAMED:
        move(turn, agent, AgentState.AVAILABLE, idle_since=agent.idle_since)
    elif end is OfferEnd.NO_ANSWER and agent.misses >= delays.misses:
        move(turn, agent, AgentState.NOT_RESPONDING)
    elif agent.reachable and (delay := _delay(delays, end)) > 0:
        move(turn, agent, AgentState.DELAYED, reason=end, until=turn.now + delay)
    else:
        # Without rest, or he is kept from offers anyway until he can be reached again.
        become_available(turn, agent)


def _after_offer_at_work(turn: Turn, agent: AgentOnFloor, end: OfferEnd, delays: Delays) -> None:
    """He goes on with his other contacts; what the end of the offer leads to keeps him from offers meanwhile."""
    if end in UNBLAMED or agent.next_state is not None:
        return
    if end is OfferEnd.NO_ANSWER and agent.misses >= delays.misses:
        turn.tell(NextStateSet(agent.id, AgentState.NOT_RESPONDING, end))
    elif agent.reachable and (delay := _delay(delays, end)) > 0:
        turn.tell(AgentRests(agent.id, turn.now + delay, end))


def rest_over(turn: Turn, agent_id: str) -> None:
    """Offers may come again beside his work."""
    turn.tell(AgentRests(agent_id))


def _delay(delays: Delays, end: OfferEnd) -> int:
    delay: int = getattr(delays, _DELAY[end])
    return delay
