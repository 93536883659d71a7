"""What was: the list of contacts and each one's record."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query

from switchboard.web.access import Anyone, DoorsHere
from switchboard.web.fields import Id
from switchboard.web.messages.contacts import ContactList, ContactRecord, ContactsAsked

router: Final = APIRouter(prefix="/api/contacts", tags=["contacts"])


@router.get("")
async def contacts(who: Anyone, doors: DoorsHere, asked: Annotated[ContactsAsked, Query()]) -> ContactList:
    """Newest first. An agent who is no supervisor sees those he talked to."""
    return await doors.contacts.page(who, asked)


@router.get("/{contact}")
async def contact_record(contact: Annotated[Id, Path()], who: Anyone, doors: DoorsHere) -> ContactRecord:
    """Its queue visits, offers with their ends, engagements with their times, disposition and note."""
    return await doors.contacts.record(who, contact)
