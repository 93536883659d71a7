"""People, as an administrator manages them. What is configured about them is at `/api/administration/people`."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query

from switchboard.tenancy.model import Role
from switchboard.web.access import DoorsHere, Staffing
from switchboard.web.fields import Id, Line
from switchboard.web.messages.people import Dismissed, MemberRecord, Members, PasswordMade, PasswordSet

router: Final = APIRouter(prefix="/api/staff", tags=["people"])

PersonId = Annotated[Id, Path()]


@router.get("")
async def members(
    who: Staffing,
    doors: DoorsHere,
    search: Annotated[Line, Query(description="part of a name, user name or key")] = "",
    role: Annotated[Role | None, Query()] = None,
    dismissed: Annotated[bool, Query(description="those who left, instead of those who work here")] = False,
) -> Members:
    return await doors.people.members(who, search=search, role=role, dismissed=dismissed)


@router.get("/{person}")
async def member(person: PersonId, who: Staffing, doors: DoorsHere) -> MemberRecord:
    """One of them, with sessions and sign-ins."""
    return await doors.people.member(who, person)


@router.post("/{person}/password")
async def set_password(person: PersonId, asked: PasswordSet, who: Staffing, doors: DoorsHere) -> PasswordMade:
    """A temporary password; the person's sessions end."""
    return await doors.people.set_password(who, person, asked)


@router.delete("/{person}/sessions/{session}", status_code=204)
async def end_session(person: PersonId, session: Annotated[Id, Path()], who: Staffing, doors: DoorsHere) -> None:
    await doors.people.end_session(who, person, session)


@router.post("/{person}/dismiss")
async def dismiss(person: PersonId, who: Staffing, doors: DoorsHere) -> Dismissed:
    """Answers when everything has ended: sessions, feeds, calls, registrations. 403 for the last administrator."""
    return await doors.people.dismiss(who, person)


@router.post("/{person}/reinstate", status_code=204)
async def reinstate(person: PersonId, who: Staffing, doors: DoorsHere) -> None:
    """As it was, but without a password."""
    await doors.people.reinstate(who, person)
