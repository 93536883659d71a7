"""The line, the people and the figures of the day, for supervisors."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from switchboard.web.access import DoorsHere, Supervisor
from switchboard.web.messages.board import (
    Board,
    BoardChoices,
    BoardEntrances,
    BoardFilter,
    BoardPatterns,
    BoardTimes,
)

router: Final = APIRouter(prefix="/api/board", tags=["board"])


@router.get("")
async def board(who: Supervisor, doors: DoorsHere, narrowed: Annotated[BoardFilter, Query()]) -> Board:
    """The board now; the feed's topic `board` starts with the same."""
    return await doors.board.board(who.organization, narrowed)


@router.get("/choices")
async def choices(who: Supervisor, doors: DoorsHere) -> BoardChoices:
    """Clients, queues and teams that a board can be narrowed to."""
    return await doors.board.choices(who.organization)


@router.get("/times")
async def times(who: Supervisor, doors: DoorsHere, narrowed: Annotated[BoardFilter, Query()]) -> BoardTimes:
    """How the agents spent these days: by the calendar of the filter's client, else of the first one."""
    return await doors.board_days.times(who.organization, narrowed)


@router.get("/patterns")
async def patterns(who: Supervisor, doors: DoorsHere, narrowed: Annotated[BoardFilter, Query()]) -> BoardPatterns:
    """Short talks, hang-ups, wrap-ups to the limit and leaving just before a call, by agent, of these days."""
    return await doors.board_days.patterns(who.organization, narrowed)


@router.get("/patterns.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def patterns_csv(who: Supervisor, doors: DoorsHere, narrowed: Annotated[BoardFilter, Query()]) -> Response:
    """The same as CSV (RFC 4180, UTF-8)."""
    headers = {"Content-Disposition": 'attachment; filename="patterns.csv"'}
    content = await doors.board_days.patterns_csv(who.organization, narrowed)
    return Response(content, media_type="text/csv; charset=utf-8; header=present", headers=headers)


@router.get("/entrances")
async def entrances(who: Supervisor, doors: DoorsHere, narrowed: Annotated[BoardFilter, Query()]) -> BoardEntrances:
    """What came in on which number, and what became of it. Of the filter, client and days count."""
    return await doors.board_days.entrances(who.organization, narrowed)
