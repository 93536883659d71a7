"""What was: the list of contacts and each one's record."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse

from switchboard.web.access import Anyone, DoorsHere, Supervisor
from switchboard.web.fields import Id
from switchboard.web.messages.contacts import ContactList, ContactRecord, ContactsAsked, ContactSearch, Ends, EndsAsked

router: Final = APIRouter(prefix="/api/contacts", tags=["contacts"])


@router.get("")
async def contacts(who: Anyone, doors: DoorsHere, asked: Annotated[ContactsAsked, Query()]) -> ContactList:
    """Newest first. An agent who is no supervisor sees those he talked to."""
    return await doors.contacts.page(who, asked)


@router.get("/ends")
async def ends(who: Supervisor, doors: DoorsHere, asked: Annotated[EndsAsked, Query()]) -> Ends:
    """What became of every arrival of a span of time, refused ones too; at most 100 days."""
    return await doors.contacts.ends(who, asked)


@router.get("/export", response_class=StreamingResponse, responses={200: {"content": {"text/csv": {}}}})
async def export(who: Supervisor, doors: DoorsHere, asked: Annotated[ContactSearch, Query()]) -> StreamingResponse:
    """All that is found, as CSV (RFC 4180, UTF-8), newest first. Who exported is written to the audit."""
    pieces = await doors.contacts.csv(who, asked)
    headers = {"Content-Disposition": 'attachment; filename="contacts.csv"'}
    return StreamingResponse(pieces, media_type="text/csv; charset=utf-8; header=present", headers=headers)


@router.get("/{contact}")
async def contact_record(contact: Annotated[Id, Path()], who: Anyone, doors: DoorsHere) -> ContactRecord:
    """Its way through flow and queues, offers with their ends, engagements with their times, disposition and note."""
    return await doors.contacts.record(who, contact)
