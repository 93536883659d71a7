"""Clocks of contacts on the Floor, stopped and started by people."""

from collections.abc import Callable
from typing import Final

from switchboard.conversations.model import ContactStage
from switchboard.kit.errors import Conflict, Invalid, NotFound
from switchboard.routing.commands import ClockPaused, ClockResumed
from switchboard.routing.model import Answer, Refusal
from switchboard.routing.service import Floors, Routing
from switchboard.tenancy.model import Right
from switchboard.tenancy.service import Audit, Change
from switchboard.web.doors.session import Who
from switchboard.web.roles import has
from switchboard.web.rooms.sentences import span_text

GONE: Final = "This contact waits nowhere any more"
NOT_DUE: Final = "This contact is due at no time: only the clock of work that may wait can be stopped"
ONLY_STOPPED: Final = "say a time only for a clock that is stopped"
OVER: Final = "this time is over: say when the clock shall go on"
LONGER: Final = "a clock of this queue stands still for at most {}: say an earlier time, or none"
WITH_AGENT: Final = "An agent has this contact; its clock can be stopped when it is in line again"


class ClocksOfFloor:
    """Satisfies `doors.ClocksDoor`."""

    def __init__(self, floors: Floors, audit: Audit, now: Callable[[], int]) -> None:
        self._floors = floors
        self._audit = audit
        self._now = now

    async def run(self, who: Who, contact: str, running: bool, until: int | None) -> None:
        routing = self._floors.of(who.organization)
        since, stopped_until = self._stopped(routing, who, contact)
        if (since is None) is running and (running or until in (None, stopped_until)):
            return
        if until is not None:
            self._check_until(routing, contact, running, until)
        [answer] = await routing.command(ClockResumed(contact) if running else ClockPaused(contact, until))
        _check(answer)
        change = Change("resumed" if running else "paused", "clock of a contact", contact)
        await self._audit.note(who.organization, who.id, change)

    def _stopped(self, routing: Routing, who: Who, contact_id: str) -> tuple[int | None, int | None]:
        """Since when its clock stands still, None when it goes on; and until when, where that was said. Raises what
        `run` raises."""
        state = routing.floor.state
        contact = state.contacts.get(contact_id)
        if contact is None:
            raise NotFound(GONE)
        if not has(who, Right.BOARD):
            settings = state.settings.get(who.id)
            visit = state.visits.get(contact.visit or "")
            if settings is None or visit is None or visit.queue not in settings.queues:
                raise NotFound(GONE)
        if contact.stage is ContactStage.ENGAGED:
            raise Conflict(WITH_AGENT)
        if contact.clock is None or contact.clock.due is None:
            raise Conflict(NOT_DUE)
        return contact.clock.since, contact.clock.until

    def _check_until(self, routing: Routing, contact_id: str, running: bool, until: int) -> None:
        """Raises Invalid."""
        state, now = routing.floor.state, self._now()
        if running:
            raise Invalid(ONLY_STOPPED, field="until")
        if until <= now:
            raise Invalid(OVER, field="until")
        contact = state.contacts[contact_id]
        visit = state.visits.get(contact.visit or "")
        settings = None if visit is None else routing.queue(visit.queue)
        began = now if contact.clock is None or contact.clock.since is None else contact.clock.since
        if settings is not None and until > began + settings.longest_pause:
            raise Invalid(LONGER.format(span_text(settings.longest_pause)), field="until")


def _check(answer: Answer) -> None:
    """What may have come between the look and the command."""
    if answer.refusal is Refusal.UNKNOWN_CONTACT:
        raise NotFound(GONE)
    if answer.refusal is Refusal.WITH_AGENT:
        raise Conflict(WITH_AGENT)
