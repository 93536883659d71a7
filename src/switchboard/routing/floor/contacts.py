"""A contact arrives, stands in line, and ends: by the customer, by its flow, or because it was lost."""

from enum import Enum
from typing import NamedTuple

from switchboard.conversations.model import ContactEnd, ContactStage, OfferEnd, TalkEnd, VisitEnd
from switchboard.routing import commands
from switchboard.routing.events import ContactClosed, ContactRegistered, CustomerCame, QueueEntered
from switchboard.routing.floor import engagements, offers, overflow
from switchboard.routing.floor.clocks import clock_in
from switchboard.routing.floor.line import QueueOnFloor
from switchboard.routing.floor.state import ContactOnFloor, visit_of
from switchboard.routing.floor.turn import Turn
from switchboard.routing.floor.widening import ends as step_ends
from switchboard.routing.model import DONE, Answer, Refusal
from switchboard.routing.overflow import Passage
from switchboard.routing.requirements import highest, preferring, wanted_by


class Ends(NamedTuple):
    """What each part of a contact's journey is said to have ended with."""

    in_flow: ContactEnd
    in_line: ContactEnd
    engaged: ContactEnd
    visit: VisitEnd
    visit_offered: VisitEnd
    offer: OfferEnd
    talk: TalkEnd


class Cause(Enum):
    """Why a contact ends, and what that is called at each stage."""

    LEFT = Ends(
        ContactEnd.LEFT,
        ContactEnd.ABANDONED,
        ContactEnd.ANSWERED,
        VisitEnd.ABANDONED,
        VisitEnd.ABANDONED_WHILE_OFFERED,
        OfferEnd.CALLER_LEFT,
        TalkEnd.CUSTOMER,
    )
    FINISHED = Ends(
        ContactEnd.FINISHED,
        ContactEnd.FINISHED,
        ContactEnd.ANSWERED,
        VisitEnd.FINISHED,
        VisitEnd.FINISHED,
        OfferEnd.WITHDRAWN,
        TalkEnd.FLOW,
    )
    MEDIA_LOST = Ends(
        ContactEnd.MEDIA_LOST,
        ContactEnd.MEDIA_LOST,
        ContactEnd.MEDIA_LOST,
        VisitEnd.MEDIA_LOST,
        VisitEnd.MEDIA_LOST,
        OfferEnd.WITHDRAWN,
        TalkEnd.MEDIA_LOST,
    )
    SIGNALLING_LOST = Ends(
        ContactEnd.SIGNALLING_LOST,
        ContactEnd.SIGNALLING_LOST,
        ContactEnd.SIGNALLING_LOST,
        VisitEnd.SIGNALLING_LOST,
        VisitEnd.SIGNALLING_LOST,
        OfferEnd.WITHDRAWN,
        TalkEnd.SIGNALLING_LOST,
    )


def arrive(turn: Turn, command: commands.ContactArrived) -> Answer:
    """A new contact, with its flow."""
    if command.contact in turn.state.contacts:
        return Answer(Refusal.KNOWN_CONTACT)
    turn.tell(
        ContactRegistered(
            command.contact,
            command.client,
            command.channel,
            command.node,
            command.worker,
            command.customer,
            command.entrance,
            command.absent,
        )
    )
    return DONE


def reach(turn: Turn, command: commands.CustomerReached) -> Answer:
    """The customer who was called is there."""
    contact = turn.state.contacts.get(command.contact)
    if contact is None:
        return Answer(Refusal.UNKNOWN_CONTACT)
    if contact.absent:
        turn.tell(CustomerCame(contact.id))
    return DONE


def enter_queue(turn: Turn, command: commands.ContactQueued) -> Answer:
    """The flow puts the contact in line."""
    state = turn.state
    contact = state.contacts.get(command.contact)
    queue = state.queues.get(command.queue)
    if contact is None:
        return Answer(Refusal.UNKNOWN_CONTACT)
    if queue is None:
        return Answer(Refusal.UNKNOWN_QUEUE)
    if contact.stage is not ContactStage.IN_FLOW:
        return Answer(Refusal.NOT_IN_FLOW)
    entered = _entered(turn, contact, queue, command)
    if queue.settings.max_length is not None and (command.place is None or command.comes):
        visit = visit_of(entered, turn.now, contact.channel)
        if overflow.is_full(turn, queue, visit):
            overflow.refuse(turn, visit)
            return Answer(visit=entered.visit)
    turn.tell(entered)
    return Answer(visit=entered.visit)


def _entered(turn: Turn, contact: ContactOnFloor, queue: QueueOnFloor, command: commands.ContactQueued) -> QueueEntered:
    """It stands in line as it asked to."""
    settings = queue.settings
    max_wait = command.max_wait if command.max_wait is not None else settings.max_wait
    needed = highest(settings.requires, command.requirements) if command.requirements or settings.requires else ()
    wanted = wanted_by(settings.wanted, command.wanted)
    if command.preferred_for > 0:
        wanted = preferring(wanted, command.preferred, command.preferred_for)
    passage = None
    if settings.overflow:
        passage = Passage(command.requirements, command.wanted, command.max_wait is not None)
    place = turn.now if command.place is None else min(command.place, turn.now)
    return QueueEntered(
        f"{contact.id}.v{contact.visits + 1}",
        contact.id,
        settings.id,
        place,
        turn.state.last_number + 1,
        command.priority,
        needed,
        command.preferred,
        None if max_wait is None else turn.now + max_wait,
        None,
        wanted,
        0,
        step_ends(wanted, 0, turn.now),
        settings.ranking.scheme,
        passage,
        clock_in(contact.clock, settings.ranking, place, turn.now, _due(contact, command, place)),
    )


def _due(contact: ContactOnFloor, command: commands.ContactQueued, place: int) -> int | None:
    """When it shall be due by who puts it in line; None leaves it as it is."""
    known = contact.clock is not None and contact.clock.due is not None
    if command.due is None and command.due_in > 0 and not known:
        return place + command.due_in
    return command.due


def leave(turn: Turn, command: commands.ContactLeft) -> Answer:
    """The customer is gone."""
    contact = turn.state.contacts.get(command.contact)
    if contact is None:
        return Answer(Refusal.UNKNOWN_CONTACT)
    if contact.stage is ContactStage.IN_FLOW:
        closed(turn, contact, ContactEnd.LEFT, command.why)
    else:
        end(turn, contact, Cause.LEFT)
    return DONE


def break_out(turn: Turn, command: commands.ContactBrokeOut) -> Answer:
    """The customer leaves the line by a key, and is with his flow again."""
    contact = turn.state.contacts.get(command.contact)
    if contact is None:
        return Answer(Refusal.UNKNOWN_CONTACT)
    if contact.visit is None:
        return Answer(Refusal.NOT_WAITING)
    visit = turn.state.visits[contact.visit]
    # The agent is not to blame: he keeps his place among the idle.
    offers.end_all(turn, visit, OfferEnd.WITHDRAWN)
    offers.leave_queue(turn, visit, VisitEnd.BROKE_OUT)
    return DONE


def finish(turn: Turn, command: commands.ContactFinished) -> Answer:
    """The flow ended it."""
    contact = turn.state.contacts.get(command.contact)
    if contact is None:
        return Answer(Refusal.UNKNOWN_CONTACT)
    if contact.stage is ContactStage.IN_FLOW:
        closed(turn, contact, command.how, command.why)
    else:
        end(turn, contact, Cause.FINISHED)
    return DONE


def end_engagement(turn: Turn, command: commands.EngagementEnded) -> Answer:
    """The talk is over, and the contact with it."""
    engagement = turn.state.engagements.get(command.engagement)
    if engagement is None:
        return Answer(Refusal.UNKNOWN_ENGAGEMENT)
    if engagement.talk_ended is not None:
        return Answer(Refusal.NOT_TALKING)
    reached = command.by is not TalkEnd.NOT_REACHED
    end_talk_and_contact(turn, engagement.id, command.by, wrap_up=reached)
    return DONE


def end_talk_and_contact(turn: Turn, engagement_id: str, by: TalkEnd, *, wrap_up: bool = True) -> None:
    """The talk ends, then the contact, then the agent goes on."""
    engagement = turn.state.engagements[engagement_id]
    contact = turn.state.contacts[engagement.contact]
    engagements.end_talk(turn, engagement, by, wrap_up=wrap_up)
    # Whoever was cut off while his phone still rang was not answered by anybody.
    met = ContactEnd.ANSWERED if contact.talked else ContactEnd.NOT_REACHED
    closed(turn, contact, _BY_TALK.get(by, met))


_BY_TALK = {
    TalkEnd.MEDIA_LOST: ContactEnd.MEDIA_LOST,
    TalkEnd.SIGNALLING_LOST: ContactEnd.SIGNALLING_LOST,
    TalkEnd.NOT_REACHED: ContactEnd.NOT_REACHED,
}


def end(turn: Turn, contact: ContactOnFloor, cause: Cause) -> None:
    """End this contact wherever it is on its way."""
    state = turn.state
    ends = cause.value
    if contact.engagement is not None:
        end_talk_and_contact(turn, contact.engagement, ends.talk)
        return
    if contact.visit is None:
        closed(turn, contact, ends.in_flow)
        return
    visit = state.visits[contact.visit]
    rang = offers.end_all(turn, visit, ends.offer)
    offers.leave_queue(turn, visit, ends.visit_offered if rang else ends.visit)
    closed(turn, contact, ends.in_line)


def closed(turn: Turn, contact: ContactOnFloor, how: ContactEnd, why: str = "") -> None:
    """The contact is over. why: the flow's own word, when the flow had it."""
    turn.tell(
        ContactClosed(
            contact.id,
            contact.client,
            contact.channel,
            how,
            contact.arrived,
            why,
            visit=contact.left_line,
            talked=contact.talked,
        )
    )
