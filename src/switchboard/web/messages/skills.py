"""What an agent is good at, as a supervisor sees and changes it."""

from typing import Annotated, Any

from pydantic import Field

from switchboard.web.fields import Answer, Asked, Id


class SkillOfAgent(Answer):
    """One of the skills that there are. level: 1 to 10; null when the agent does not have it."""

    key: str
    name: str
    level: int | None


class AgentSkills(Answer):
    """All skills by name. revision: of the agent's profile, which a change has to name."""

    agent: str
    name: str
    revision: str
    skills: list[SkillOfAgent]


class SkillsAsked(Asked):
    """levels: by the skill's key, 1 to 10; a skill that is left out is not had any more. revision: as it was seen."""

    revision: Annotated[str, Field(max_length=64)]
    levels: Annotated[dict[Id, Any], Field(max_length=500)]
