"""The clock of a contact: set when it comes in line, stopped while its customer has to do something, and going on.

A contact whose clock stands still is not offered unless its queue says so; its longest wait and its steps stand still
with it. Whoever has stopped a clock sets it going again; at the time that he said, or when it has stood still as long
as the queue allows, it goes on by itself (docs/decisions/0071).
"""

from msgspec.structs import replace

from switchboard.conversations.model import ContactStage, OfferEnd
from switchboard.routing import commands
from switchboard.routing.due import Clock, PauseEnd
from switchboard.routing.events import ClockSet
from switchboard.routing.floor import offers
from switchboard.routing.floor.indexes import pause_over_at
from switchboard.routing.floor.state import ContactOnFloor, Visit
from switchboard.routing.floor.turn import Turn
from switchboard.routing.model import DONE, Answer, Ranking, Refusal, Scheme


def clock_in(clock: Clock | None, ranking: Ranking, place: int, now: int, asked: int | None = None) -> Clock | None:
    """The clock of a contact in a line that ranks so. asked: when it shall be due; what it has been due stays
    otherwise, and where it never has, the queue's own time counts from its place."""
    if asked is None and ranking.scheme is Scheme.DUE and (clock is None or clock.due is None):
        asked = place + ranking.due_in
    if asked is not None and (clock is None or clock.due != asked):
        paused = clock is not None and clock.since is not None
        clock = Clock(asked, 0, now if paused else None, until=clock.until if clock is not None and paused else None)
    if clock is None:
        return None
    return replace(clock, held=clock.since is not None and not ranking.offer_paused)


def running(clock: Clock, now: int, ended: PauseEnd | None = None) -> Clock:
    """The same clock, going on from now on; why, when it does by itself."""
    if clock.since is None:
        return clock
    return Clock(clock.due, clock.paused + (0 if clock.due is None else now - clock.since), ended=ended)


def pause(turn: Turn, command: commands.ClockPaused) -> Answer:
    """Its time stands still from now on; or until another time, when it does already."""
    contact = turn.state.contacts.get(command.contact)
    if contact is None:
        return Answer(Refusal.UNKNOWN_CONTACT)
    if contact.stage is ContactStage.ENGAGED:
        return Answer(Refusal.WITH_AGENT)
    clock = contact.clock or Clock()
    if clock.since is None:
        clock = replace(clock, since=turn.now, until=command.until, ended=None)
    elif command.until in (None, clock.until):
        return DONE
    else:
        clock = replace(clock, until=command.until)
    if contact.visit is None:
        turn.tell(ClockSet(contact.id, clock))
        return DONE
    visit = turn.state.visits[contact.visit]
    queue = turn.state.queues.get(visit.queue)
    held = queue is not None and not queue.settings.ranking.offer_paused
    if held:
        offers.end_all(turn, visit, OfferEnd.WITHDRAWN)
    _set(turn, visit, replace(clock, held=held), 0)
    return DONE


def resume(turn: Turn, command: commands.ClockResumed) -> Answer:
    """Its time goes on; what was paused is added to when it is due."""
    contact = turn.state.contacts.get(command.contact)
    if contact is None:
        return Answer(Refusal.UNKNOWN_CONTACT)
    _go_on(turn, contact)
    return DONE


def pause_over(turn: Turn, contact_id: str) -> None:
    """Its time goes on by itself."""
    contact = turn.state.contacts[contact_id]
    said = contact.clock is not None and pause_over_at(turn.state, contact) == contact.clock.until
    _go_on(turn, contact, PauseEnd.UNTIL if said else PauseEnd.LONGEST)


def _go_on(turn: Turn, contact: ContactOnFloor, ended: PauseEnd | None = None) -> None:
    clock = contact.clock
    if clock is None or clock.since is None:
        return
    going = running(clock, turn.now, ended)
    if contact.visit is None:
        turn.tell(ClockSet(contact.id, going))
        return
    visit = turn.state.visits[contact.visit]
    _set(turn, visit, going, turn.now - max(clock.since, visit.entered) if clock.held else 0)


def _set(turn: Turn, visit: Visit, clock: Clock, later: int) -> None:
    leave_at = None if visit.leave_at is None else visit.leave_at + later
    step_until = None if visit.step_until is None else visit.step_until + later
    turn.tell(ClockSet(visit.contact, clock, visit.id, visit.queue, leave_at, step_until))
