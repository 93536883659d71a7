"""Signing in and out."""

from typing import Final

from fastapi import APIRouter, Request, Response

from switchboard.tenancy.model import Role
from switchboard.web.access import DoorsHere, SessionHere, edge_of
from switchboard.web.doors import Doors
from switchboard.web.doors.session import Holder
from switchboard.web.edge import COOKIE
from switchboard.web.messages.session import Session, SessionPerson, SignIn

MOST_DEVICE: Final = 300

router: Final = APIRouter(prefix="/api/session", tags=["session"])


def shown(held: Holder, doors: Doors) -> Session:
    person = held.person
    return Session(
        person=SessionPerson(
            id=person.id,
            name=person.name,
            roles=[role for role in Role if role in person.roles],
            organization=person.organization,
            password_temporary=person.password_temporary,
        ),
        csrf=held.csrf,
        example=doors.example,
    )


@router.post("")
async def sign_in(asked: SignIn, request: Request, response: Response, doors: DoorsHere) -> Session:
    """Begins a session and sets its cookie. 401 for a wrong name or password, 429 after too many."""
    address = request.client.host if request.client else ""
    held = await doors.sessions.sign_in(
        asked.organization or None, asked.user_name, asked.password, address, device_of(request)
    )
    # A browser that was signed in as somebody else gives that session up.
    await _give_up(request, doors)
    response.set_cookie(COOKIE, held.token, httponly=True, samesite="lax", secure=edge_of(request).secure, path="/")
    return shown(held, doors)


@router.get("")
async def session(held: SessionHere, doors: DoorsHere) -> Session:
    """Who is signed in here; 401 when nobody is."""
    return shown(held, doors)


@router.delete("", status_code=204)
async def sign_out(_: SessionHere, request: Request, response: Response, doors: DoorsHere) -> None:
    """Ends the session; its pages' feeds are closed."""
    await _give_up(request, doors)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=edge_of(request).secure, path="/")


def device_of(request: Request) -> str:
    """What the browser says it is, cut to what a list can show."""
    return printable(request.headers.get("user-agent", ""))[:MOST_DEVICE]


def printable(text: str) -> str:
    """The text without control characters, which no database takes in all cases."""
    return "".join(character for character in text if character.isprintable())


async def _give_up(request: Request, doors: DoorsHere) -> None:
    token = request.cookies.get(COOKIE)
    if token:
        await doors.sessions.sign_out(token)
