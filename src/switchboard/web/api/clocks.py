"""The clock of a contact: stands still while its customer has to do something."""

from typing import Annotated, Final

from fastapi import APIRouter, Path

from switchboard.web.access import Anyone, DoorsHere
from switchboard.web.fields import Id
from switchboard.web.messages.clocks import ClockAsked

router: Final = APIRouter(prefix="/api/contacts", tags=["contacts"])


@router.post("/{contact}/clock", status_code=204)
async def set_clock(contact: Annotated[Id, Path()], asked: ClockAsked, who: Anyone, doors: DoorsHere) -> None:
    """Stop the clock of a contact that waits, or let it go on: twice changes nothing. Agents may in the queues that
    they serve. `until` says when it goes on by itself, and may be said anew while it stands still. 404 when the contact
    is not here any more; 409 when it is due at no time, or an agent has it; 422 when `until` is over, or later than its
    queue allows."""
    await doors.clocks.run(who, contact, asked.running, asked.until)
