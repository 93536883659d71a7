"""Emergency announcements: on within seconds, off by hand or by themselves."""

from typing import Annotated, Final

from fastapi import APIRouter, Path

from switchboard.web.access import DoorsHere, Supervisor
from switchboard.web.fields import Id
from switchboard.web.messages.emergency import EmergencyAnnouncement, EmergencyAnnouncements, EmergencyAsked

router: Final = APIRouter(prefix="/api/emergency", tags=["emergency"])


@router.get("")
async def emergency_announcements(who: Supervisor, doors: DoorsHere) -> EmergencyAnnouncements:
    """Those that are on come first, then the latest that are over."""
    return EmergencyAnnouncements(announcements=list(await doors.emergency.announcements(who)))


@router.post("", status_code=201)
async def switch_emergency_on(who: Supervisor, asked: EmergencyAsked, doors: DoorsHere) -> EmergencyAnnouncement:
    """With the answer it is on: the next caller hears it."""
    return await doors.emergency.switch_on(who, asked)


@router.post("/{announcement}/off", status_code=204)
async def switch_emergency_off(who: Supervisor, announcement: Annotated[Id, Path()], doors: DoorsHere) -> None:
    """The next caller no longer hears it."""
    await doors.emergency.switch_off(who, announcement)
