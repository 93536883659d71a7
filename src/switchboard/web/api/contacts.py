"""What was: the list of contacts and each one's record."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query

from switchboard.kit.pages import MOST
from switchboard.web.access import Anyone, DoorsHere
from switchboard.web.fields import FilledLine, Id
from switchboard.web.messages.contacts import ContactList, ContactRecord

router: Final = APIRouter(prefix="/api/contacts", tags=["contacts"])


@router.get("")
async def contacts(
    who: Anyone,
    doors: DoorsHere,
    after: Annotated[FilledLine | None, Query(description="cursor of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    queue: Annotated[Id | None, Query()] = None,
    agent: Annotated[Id | None, Query()] = None,
) -> ContactList:
    """Newest first. An agent who is no supervisor sees those he talked to."""
    return await doors.contacts.page(who, after=after, limit=limit, queue=queue, agent=agent)


@router.get("/{contact}")
async def contact_record(contact: Annotated[Id, Path()], who: Anyone, doors: DoorsHere) -> ContactRecord:
    """Its queue visits, offers with their ends, engagements with their times, disposition and note."""
    return await doors.contacts.record(who, contact)
