"""Skills of agents, changed while they work."""

from typing import Protocol

from switchboard.web.doors.session import Who
from switchboard.web.messages.skills import AgentSkills, SkillsAsked


class SkillsDoor(Protocol):
    """Raises NotFound for somebody who is not an agent here."""

    async def skills(self, who: Who, agent: str) -> AgentSkills:
        """Every skill, with the agent's level."""
        ...

    async def change(self, who: Who, agent: str, asked: SkillsAsked) -> AgentSkills:
        """Set the agent's levels, at once also for whoever waits. Raises Invalid naming the skill, Conflict when the
        profile was changed meanwhile."""
        ...
