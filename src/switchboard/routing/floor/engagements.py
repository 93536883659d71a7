"""Talk, hold and wrap-up of an agent on a contact."""

from switchboard.conversations.model import TalkEnd, WrapUpEnd
from switchboard.routing import commands
from switchboard.routing.events import (
    BecameActive,
    EngagementClosed,
    EngagementTalkEnded,
    Held,
    Resumed,
    WentInactive,
    WrapUpStarted,
)
from switchboard.routing.floor.staff import after_work, go_on
from switchboard.routing.floor.state import EngagementOnFloor
from switchboard.routing.floor.turn import Turn
from switchboard.routing.model import DONE, Answer, Refusal

_SIGN_OUT = frozenset({TalkEnd.SIGNED_OUT, TalkEnd.DISMISSED})


def hold(turn: Turn, command: commands.HoldAsked) -> Answer:
    """The customer on hold, or back."""
    engagement = turn.state.engagements.get(command.engagement)
    if engagement is None:
        return Answer(Refusal.UNKNOWN_ENGAGEMENT)
    if engagement.talk_ended is not None:
        return Answer(Refusal.NOT_TALKING)
    who = (engagement.id, engagement.contact, engagement.agent)
    if command.on and engagement.held_since is None:
        turn.tell(Held(*who))
    elif not command.on and engagement.held_since is not None:
        turn.tell(Resumed(*who, turn.now - engagement.held_since))
    return DONE


def tell_activity(turn: Turn, command: commands.ActivityTold) -> Answer:
    """The customer has fallen silent, or writes again. He comes back to his agent even when that is one too many."""
    engagement = turn.state.engagements.get(command.engagement)
    if engagement is None:
        return Answer(Refusal.UNKNOWN_ENGAGEMENT)
    if engagement.talk_ended is not None:
        return Answer(Refusal.NOT_TALKING)
    who = (engagement.id, engagement.contact, engagement.agent)
    if not command.active and engagement.inactive_since is None:
        turn.tell(WentInactive(*who))
    elif command.active and engagement.inactive_since is not None:
        turn.tell(BecameActive(*who, turn.now - engagement.inactive_since))
    return DONE


def end_talk(turn: Turn, engagement: EngagementOnFloor, by: TalkEnd, *, wrap_up: bool = True) -> None:
    """The talk is over; the agent wraps up when his queue gives him time for it and `wrap_up` allows."""
    state = turn.state
    held = engagement.hold
    if engagement.held_since is not None:
        held += turn.now - engagement.held_since
    queue = state.queues.get(engagement.queue)
    limit = queue.settings.wrap_up if queue is not None and wrap_up else 0
    turn.tell(
        EngagementTalkEnded(
            engagement.id,
            engagement.contact,
            engagement.agent,
            by,
            turn.now - engagement.opened - held,
            held,
            engagement.holds,
            limit > 0,
        )
    )
    if limit <= 0:
        close(turn, engagement, WrapUpEnd.SIGNED_OUT if by in _SIGN_OUT else WrapUpEnd.NONE)
        return
    until = turn.now + limit
    turn.tell(WrapUpStarted(engagement.id, engagement.contact, engagement.agent, until))
    go_on(turn, state.agents[engagement.agent])


def close(turn: Turn, engagement: EngagementOnFloor, how: WrapUpEnd, disposition: str | None = None) -> None:
    """All work on it is done."""
    ended = engagement.talk_ended if engagement.talk_ended is not None else turn.now
    turn.tell(EngagementClosed(engagement.id, engagement.contact, engagement.agent, how, turn.now - ended, disposition))
    after_work(turn, turn.state.agents[engagement.agent])


def finish_wrap_up(turn: Turn, command: commands.WrapUpFinished) -> Answer:
    """The agent is done before the limit."""
    engagement = turn.state.engagements.get(command.engagement)
    if engagement is None:
        return Answer(Refusal.UNKNOWN_ENGAGEMENT)
    if engagement.talk_ended is None:
        return Answer(Refusal.NOT_IN_WRAP_UP)
    close(turn, engagement, WrapUpEnd.FINISHED, command.disposition)
    return DONE


def wrap_up_over(turn: Turn, engagement: str) -> None:
    """The limit was reached."""
    close(turn, turn.state.engagements[engagement], WrapUpEnd.LIMIT)
