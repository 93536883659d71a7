"""What everybody does with his own account; also with a temporary password."""

from typing import Annotated, Final

from fastapi import APIRouter, Path

from switchboard.web.access import DoorsHere, Owner, SessionHere
from switchboard.web.fields import Id
from switchboard.web.messages.account import Account, AccountChange, PasswordChange

router: Final = APIRouter(prefix="/api/account", tags=["account"])


@router.get("")
async def account(_: Owner, held: SessionHere, doors: DoorsHere) -> Account:
    """Who one is here, one's sessions, and who tried to sign in under one's name."""
    return await doors.account.account(held)


@router.post("/password", status_code=204)
async def change_password(asked: PasswordChange, _: Owner, held: SessionHere, doors: DoorsHere) -> None:
    """Ends all other sessions. 422 names `current` or `password`, 429 after too many wrong ones."""
    await doors.account.change_password(held, asked)


@router.patch("", status_code=204)
async def change_account(asked: AccountChange, _: Owner, held: SessionHere, doors: DoorsHere) -> None:
    await doors.account.change(held, asked)


@router.delete("/sessions/{session}", status_code=204)
async def end_own_session(session: Annotated[Id, Path()], _: Owner, held: SessionHere, doors: DoorsHere) -> None:
    """Its pages are closed at once."""
    await doors.account.end_session(held, session)
