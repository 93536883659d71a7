"""What an agent did on a day."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query

from switchboard.web.access import Anyone, DoorsHere
from switchboard.web.fields import Id
from switchboard.web.messages.days import AgentDay, DayAsked

router: Final = APIRouter(prefix="/api/agents", tags=["agents"])


@router.get("/{agent}/day")
async def agent_day(
    agent: Annotated[Id, Path()], who: Anyone, doors: DoorsHere, asked: Annotated[DayAsked, Query()]
) -> AgentDay:
    """His states one after the other and what they add up to. An agent who is no supervisor sees his own."""
    return await doors.days.day(who, agent, asked)
