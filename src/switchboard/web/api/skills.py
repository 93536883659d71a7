"""Skills of agents, changed by supervisors while calls wait."""

from typing import Annotated, Final

from fastapi import APIRouter, Path

from switchboard.web.access import DoorsHere, Skilling
from switchboard.web.fields import Id
from switchboard.web.messages.skills import AgentSkills, SkillsAsked

router: Final = APIRouter(prefix="/api/board/agents", tags=["board"])

AgentId = Annotated[Id, Path()]


@router.get("/{agent}/skills")
async def skills(agent: AgentId, who: Skilling, doors: DoorsHere) -> AgentSkills:
    """Every skill that there is, with this agent's level."""
    return await doors.skills.skills(who, agent)


@router.put("/{agent}/skills")
async def change_skills(agent: AgentId, asked: SkillsAsked, who: Skilling, doors: DoorsHere) -> AgentSkills:
    """Set this agent's levels, at once also for whoever waits. 422 names the skill, 409 says that somebody else has
    changed the profile meanwhile."""
    return await doors.skills.change(who, agent, asked)
