"""Steps of a contact's requirements: each lasts its time, or is skipped when nobody who is there could satisfy it.

A step that was left does not come back: whoever signs in later is found by the wider step that holds then. While
an offer rings its step may run out; the contact goes on to the next when it is back in line.
"""

from switchboard.routing.events import Widened, Widening
from switchboard.routing.floor.line import QueueOnFloor
from switchboard.routing.floor.state import Visit
from switchboard.routing.floor.turn import Turn
from switchboard.routing.model import AfterSteps, Wanted


def widen(turn: Turn, visit: Visit, queue: QueueOnFloor) -> None:
    """Go on to the first step whose time is not over and that somebody signed in could satisfy, or behind the last
    one. The visit waits in line and keeps its place."""
    wanted = visit.wanted
    if wanted is None:
        return
    while visit.step < stays_at(wanted):
        if visit.step_until is not None and visit.step_until <= turn.now:
            why = Widening.TIME
        elif not queue.could_ever(visit.needs, visit.channel):
            why = Widening.NOBODY
        else:
            return
        step = visit.step + 1
        turn.tell(Widened(visit.id, visit.contact, visit.queue, step, why, ends(wanted, step, turn.now)))


def stays_at(wanted: Wanted) -> int:
    """The step behind which no wider one comes."""
    return max(len(wanted.steps) - (wanted.after is AfterSteps.STAY), 0)


def ends(wanted: Wanted | None, step: int, now: int) -> int | None:
    """When a step that begins now is over; None when it stays."""
    if wanted is None or step >= stays_at(wanted):
        return None
    return now + wanted.steps[step].lasts
