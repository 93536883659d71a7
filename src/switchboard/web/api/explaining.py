"""Why a contact waits, why an agent is idle, what sticks: for supervisors."""

from typing import Annotated, Final

from fastapi import APIRouter, Path

from switchboard.web.access import DoorsHere, Supervisor
from switchboard.web.fields import Id
from switchboard.web.messages.explaining import InLine, QueueRelief, StuckThings, WhyAgent

router: Final = APIRouter(prefix="/api/board", tags=["board"])


@router.get("/queues/{queue}/waiting")
async def waiting(who: Supervisor, doors: DoorsHere, queue: Annotated[Id, Path()]) -> InLine:
    """The first 50 in line: who could take each, what stops them, and what comes next."""
    return await doors.explaining.in_line(who.organization, queue)


@router.get("/queues/{queue}/relief")
async def relief(who: Supervisor, doors: DoorsHere, queue: Annotated[Id, Path()]) -> QueueRelief:
    """The latest 50 times that others helped in a queue, newest first: since when, until when, and why."""
    return await doors.explaining.relief(who.organization, queue)


@router.get("/agents/{agent}/why")
async def agent(who: Supervisor, doors: DoorsHere, agent: Annotated[Id, Path()]) -> WhyAgent:
    """What keeps an agent from calls, what waits, and why it is not his."""
    return await doors.explaining.agent(who.organization, agent)


@router.get("/stuck")
async def stuck(who: Supervisor, doors: DoorsHere) -> StuckThings:
    """What nobody will ever end. Always empty: anything else is a fault to be reported."""
    return await doors.explaining.stuck(who.organization)
