"""Calls from the browser without a phone and without signing in, where that is open."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request

from switchboard.web.access import DoorsHere
from switchboard.web.fields import Id
from switchboard.web.messages.try_it import TryIt, TryItAsked, TryItCall, TryItDigits, TryItHangUp

router: Final = APIRouter(prefix="/api/try-it", tags=["try it"])


@router.get("")
async def try_it(doors: DoorsHere) -> TryIt:
    return await doors.try_it.status()


@router.post("/calls")
async def try_it_call(asked: TryItAsked, request: Request, doors: DoorsHere) -> TryItCall:
    """403 while the page is closed, 404 for a number that is not offered there."""
    address = request.client.host if request.client else ""
    return await doors.try_it.call(asked.number, asked.sdp, address)


@router.post("/calls/{call}/digits", status_code=204)
async def try_it_digits(call: Annotated[Id, Path()], asked: TryItDigits, doors: DoorsHere) -> None:
    """The caller presses keys (0 to 9, * and #)."""
    await doors.try_it.press(call, asked.secret, asked.digits)


@router.post("/calls/{call}/hang-up", status_code=204)
async def try_it_hang_up(call: Annotated[Id, Path()], asked: TryItHangUp, doors: DoorsHere) -> None:
    await doors.try_it.hang_up(call, asked.secret)
