"""Clocks of contacts on the Floor, stopped and started by people."""

from typing import Final

from switchboard.conversations.model import ContactStage
from switchboard.kit.errors import Conflict, NotFound
from switchboard.routing.commands import ClockPaused, ClockResumed
from switchboard.routing.model import Answer, Refusal
from switchboard.routing.service import Floors, Routing
from switchboard.tenancy.model import Right
from switchboard.tenancy.service import Audit, Change
from switchboard.web.doors.session import Who
from switchboard.web.roles import has

GONE: Final = "This contact waits nowhere any more"
NOT_DUE: Final = "This contact is due at no time: only the clock of work that may wait can be stopped"
WITH_AGENT: Final = "An agent has this contact; its clock can be stopped when it is in line again"


class ClocksOfFloor:
    """Satisfies `doors.ClocksDoor`."""

    def __init__(self, floors: Floors, audit: Audit) -> None:
        self._floors = floors
        self._audit = audit

    async def run(self, who: Who, contact: str, running: bool) -> None:
        routing = self._floors.of(who.organization)
        if self._runs(routing, who, contact) is running:
            return
        [answer] = await routing.command(ClockResumed(contact) if running else ClockPaused(contact))
        _check(answer)
        change = Change("resumed" if running else "paused", "clock of a contact", contact)
        await self._audit.note(who.organization, who.id, change)

    def _runs(self, routing: Routing, who: Who, contact_id: str) -> bool:
        """Whether its time goes on just now. Raises what `run` raises."""
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
        return contact.clock.since is None


def _check(answer: Answer) -> None:
    """What may have come between the look and the command."""
    if answer.refusal is Refusal.UNKNOWN_CONTACT:
        raise NotFound(GONE)
    if answer.refusal is Refusal.WITH_AGENT:
        raise Conflict(WITH_AGENT)
