"""What agents ask for: sign-in and sign-out, a state, another way to be reached."""

from switchboard.agents.model import AgentState
from switchboard.conversations.model import OfferEnd, TalkEnd, WrapUpEnd
from switchboard.routing import commands
from switchboard.routing.events import AgentReachSet, NextStateSet
from switchboard.routing.floor import contacts, engagements, offers
from switchboard.routing.floor.staff import become_available, move, rest_over
from switchboard.routing.floor.state import AgentOnFloor
from switchboard.routing.floor.turn import Turn
from switchboard.routing.model import DONE, Answer, Refusal
from switchboard.routing.pauses import TOO_LONG

_AT_WORK = frozenset({AgentState.OFFERED, AgentState.ENGAGED, AgentState.WRAP_UP})


def sign_in(turn: Turn, command: commands.AgentSignedIn) -> Answer:
    """He takes part from now on. Signing in once more only tells where he is."""
    agent = turn.state.agents.get(command.agent)
    if agent is None or command.agent not in turn.state.settings:
        return Answer(Refusal.UNKNOWN_AGENT)
    if command.state not in (AgentState.AVAILABLE, AgentState.PAUSED):
        return Answer(Refusal.NOT_NOW)
    _reach(turn, agent, AgentReachSet(agent.id, command.reach, command.reachable, command.node))
    if agent.state is AgentState.SIGNED_OUT:
        _take(turn, agent, command.state, command.reason)
    elif agent.next_state is AgentState.SIGNED_OUT:
        turn.tell(NextStateSet(agent.id, None))
    return DONE


def sign_out(turn: Turn, command: commands.AgentSignedOut) -> Answer:
    """He no longer takes part: at once, or when his work is done."""
    agent = turn.state.agents.get(command.agent)
    if agent is None:
        return Answer(Refusal.UNKNOWN_AGENT)
    if agent.state is AgentState.SIGNED_OUT:
        return Answer(Refusal.NOT_SIGNED_IN)
    let_go(turn, agent, forced=command.forced)
    return DONE


def let_go(turn: Turn, agent: AgentOnFloor, *, forced: bool) -> None:
    """Sign out someone who is signed in."""
    state = turn.state
    if agent.state not in _AT_WORK:
        move(turn, agent, AgentState.SIGNED_OUT)
        return
    turn.tell(NextStateSet(agent.id, AgentState.SIGNED_OUT))
    for offer in list(agent.offers):
        offers.end(turn, state.leases[offer], OfferEnd.WITHDRAWN)
    if not forced:
        return
    for engagement in [state.engagements[engagement] for engagement in agent.engagements]:
        if engagement.talk_ended is None:
            contacts.end_talk_and_contact(turn, engagement.id, TalkEnd.SIGNED_OUT, wrap_up=False)
        else:
            engagements.close(turn, engagement, WrapUpEnd.SIGNED_OUT)


def ask_state(turn: Turn, command: commands.AgentStateAsked) -> Answer:
    """Available or a pause: now, or after the present work."""
    agent = turn.state.agents.get(command.agent)
    if agent is None:
        return Answer(Refusal.UNKNOWN_AGENT)
    if agent.state is AgentState.SIGNED_OUT:
        return Answer(Refusal.NOT_SIGNED_IN)
    if command.state not in (AgentState.AVAILABLE, AgentState.PAUSED):
        return Answer(Refusal.NOT_NOW)
    if agent.state in _AT_WORK:
        _ask_next(turn, agent, command)
        if command.state is AgentState.AVAILABLE and agent.resting_until is not None:
            rest_over(turn, agent.id)
    elif (agent.state, agent.reason) != (command.state, command.reason):
        _take(turn, agent, command.state, command.reason)
    return DONE


def _ask_next(turn: Turn, agent: AgentOnFloor, command: commands.AgentStateAsked) -> None:
    wish = None if command.state is AgentState.AVAILABLE else command.state
    reason = None if wish is None else command.reason
    if (agent.next_state, agent.next_reason) != (wish, reason):
        turn.tell(NextStateSet(agent.id, wish, reason))


def _take(turn: Turn, agent: AgentOnFloor, state: AgentState, reason: str | None) -> None:
    if state is AgentState.AVAILABLE:
        # A second wish for "available" must not cost him his place among the idle.
        if agent.state is not AgentState.AVAILABLE:
            become_available(turn, agent)
    else:
        move(turn, agent, state, reason=reason)


def change_reach(turn: Turn, command: commands.ReachChanged) -> Answer:
    """His page or phone came or went, or he is reached elsewhere from now on."""
    agent = turn.state.agents.get(command.agent)
    if agent is None:
        return Answer(Refusal.UNKNOWN_AGENT)
    _reach(
        turn,
        agent,
        AgentReachSet(
            agent.id,
            agent.reach if command.reach is None else command.reach,
            command.reachable,
            agent.node if command.node is None else command.node,
        ),
    )
    return DONE


def _reach(turn: Turn, agent: AgentOnFloor, now: AgentReachSet) -> None:
    if (agent.reach, agent.reachable, agent.node) == (now.reach, now.reachable, now.node):
        return
    was_reachable = agent.reachable
    turn.tell(now)
    if was_reachable and not now.reachable:
        # What rings there rings nowhere: the contact goes on at once.
        for offer in list(agent.offers):
            offers.end(turn, turn.state.leases[offer], OfferEnd.UNREACHABLE)


def delay_over(turn: Turn, agent_id: str) -> None:
    """His rest is over."""
    become_available(turn, turn.state.agents[agent_id])


def pause_over(turn: Turn, agent_id: str) -> None:
    """His pause has lasted as long as its reason allows. Who pauses has no work that this could cut short."""
    agent = turn.state.agents[agent_id]
    if agent.then is AgentState.AVAILABLE:
        become_available(turn, agent, overran=True)
    elif agent.then is AgentState.SIGNED_OUT:
        move(turn, agent, AgentState.SIGNED_OUT, overran=True)
    else:
        move(turn, agent, AgentState.NOT_RESPONDING, reason=TOO_LONG, overran=True)
