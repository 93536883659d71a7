"""Call-backs: seen, entered, moved, cancelled."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query

from switchboard.web.access import CallerBack, DoorsHere
from switchboard.web.fields import Id
from switchboard.web.messages.callbacks import (
    CallbackAsked,
    CallbackChange,
    CallbackList,
    CallbackQueues,
    CallbackRow,
    CallbacksAsked,
    JoinedContacts,
)

router: Final = APIRouter(prefix="/api/callbacks", tags=["callbacks"])

CallbackId = Annotated[Id, Path()]


@router.get("")
async def callbacks(who: CallerBack, doors: DoorsHere, asked: Annotated[CallbacksAsked, Query()]) -> CallbackList:
    """Newest first. An agent who is no supervisor sees those that he entered."""
    return await doors.callbacks.page(who, asked)


@router.get("/queues")
async def callback_queues(who: CallerBack, doors: DoorsHere) -> CallbackQueues:
    """The queues that call back, with their hours for calls."""
    return await doors.callbacks.queues(who)


@router.get("/joined/{contact}")
async def joined_contacts(contact: Annotated[Id, Path()], who: CallerBack, doors: DoorsHere) -> JoinedContacts:
    """The other contacts that belong to the same call-back as this one, the earliest first."""
    return await doors.callbacks.joined(who, contact)


@router.post("", status_code=201)
async def schedule_callback(asked: CallbackAsked, who: CallerBack, doors: DoorsHere) -> CallbackRow:
    """Enter a call-back. It gets in line when it is due, behind those who wait by then. 409 when its number has an open
    one."""
    return await doors.callbacks.schedule(who, asked)


@router.patch("/{callback}")
async def change_callback(
    callback: CallbackId, change: CallbackChange, who: CallerBack, doors: DoorsHere
) -> CallbackRow:
    """Another time or note. 409 unless it waits: what stands in line or is called is not changed any more."""
    return await doors.callbacks.change(who, callback, change)


@router.post("/{callback}/cancel")
async def cancel_callback(callback: CallbackId, who: CallerBack, doors: DoorsHere) -> CallbackRow:
    """Call the customer no more. A talk that goes on goes on."""
    return await doors.callbacks.cancel(who, callback)
