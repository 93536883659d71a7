"""The line and the people, for supervisors."""

from typing import Final

from fastapi import APIRouter

from switchboard.web.access import DoorsHere, Supervisor
from switchboard.web.messages.board import Board

router: Final = APIRouter(prefix="/api/board", tags=["board"])


@router.get("")
async def board(who: Supervisor, doors: DoorsHere) -> Board:
    """The board now; the feed's topic `board` starts with the same."""
    return await doors.board.board(who.organization)
