"""What an agent can no longer serve goes back to the line: his page was lost, or he was dismissed."""

from switchboard.agents.model import AgentState
from switchboard.conversations.model import RETURNS, OfferEnd, TalkEnd, WrapUpEnd
from switchboard.routing import commands
from switchboard.routing.events import NextStateSet, QueueEntered
from switchboard.routing.floor import engagements, offers
from switchboard.routing.floor.staff import move
from switchboard.routing.floor.state import AgentOnFloor, EngagementOnFloor, Visit
from switchboard.routing.floor.turn import Turn
from switchboard.routing.floor.widening import ends
from switchboard.routing.model import DONE, Answer, Refusal

_AT_WORK = frozenset({AgentState.OFFERED, AgentState.ENGAGED})


def return_work(turn: Turn, command: commands.WorkReturned) -> Answer:
    """Take from this agent whom he was offered and whom he talks to; nobody is hung up on."""
    agent = turn.state.agents.get(command.agent)
    if agent is None:
        return Answer(Refusal.UNKNOWN_AGENT)
    if command.why not in RETURNS:
        return Answer(Refusal.NOT_A_RETURN)
    if agent.state is AgentState.SIGNED_OUT:
        return Answer(Refusal.NOT_SIGNED_IN)
    if command.engagement is not None and command.engagement not in agent.engagements:
        return Answer(Refusal.UNKNOWN_ENGAGEMENT)
    _settle_what_comes_next(turn, agent, command)
    ended = OfferEnd.UNREACHABLE if command.why is TalkEnd.AGENT_LOST else OfferEnd.WITHDRAWN
    for offer in list(agent.offers):
        offers.end(turn, turn.state.leases[offer], ended)
    _take_work(turn, agent, command)
    if command.sign_out:
        _sign_out(turn, agent)
    return DONE


def _sign_out(turn: Turn, agent: AgentOnFloor) -> None:
    """Unless that came with the end of his work."""
    if agent.state is not AgentState.SIGNED_OUT:
        move(turn, agent, AgentState.SIGNED_OUT)


def _take_work(turn: Turn, agent: AgentOnFloor, command: commands.WorkReturned) -> None:
    for engagement in [turn.state.engagements[one] for one in agent.engagements]:
        if engagement.talk_ended is None:
            _return_customer(turn, engagement, command.why)
        elif command.sign_out:
            engagements.close(turn, engagement, WrapUpEnd.SIGNED_OUT)


def _settle_what_comes_next(turn: Turn, agent: AgentOnFloor, command: commands.WorkReturned) -> None:
    """Say before his work ends what he will be, or the one who was taken from him would be offered to him again."""
    if command.sign_out:
        if agent.state in _AT_WORK | {AgentState.WRAP_UP}:
            turn.tell(NextStateSet(agent.id, AgentState.SIGNED_OUT))
    elif agent.state in _AT_WORK and agent.next_state is not AgentState.SIGNED_OUT:
        turn.tell(NextStateSet(agent.id, AgentState.NOT_RESPONDING, command.why))


def place_before(turn: Turn, engagement: EngagementOnFloor) -> Visit:
    """How the customer of this talk stood in line before it; asked before the talk is ended."""
    contact = turn.state.contacts[engagement.contact]
    if contact.answered is not None:
        return contact.answered
    # A talk that began before places were kept: he counts as waiting since he came in.
    number = turn.state.last_number + 1
    return Visit("", contact.id, engagement.queue, 0, contact.arrived, number, 0, (), (), None)


def _return_customer(turn: Turn, engagement: EngagementOnFloor, why: TalkEnd) -> None:
    """The talk ends without wrap-up; the customer stands where he stood, and may wait as long as before. Whom he
    needed then he needs now: his step begins anew."""
    contact = turn.state.contacts[engagement.contact]
    before = place_before(turn, engagement)
    engagements.end_talk(turn, engagement, why, wrap_up=False)
    visit = f"{contact.id}.v{contact.visits + 1}"
    turn.tell(
        QueueEntered(
            visit,
            contact.id,
            engagement.queue,
            before.place,
            before.number,
            before.priority,
            before.requirements,
            before.preferred,
            None if before.leave_at is None else turn.now + (before.leave_at - before.entered),
            why,
            before.wanted,
            before.step,
            ends(before.wanted, before.step, turn.now),
            before.scheme,
            before.passage,
            contact.clock,
        )
    )
