"""Skills of agents as supervisors change them: a change of the profile by the rules of a file, audited as such."""

from typing import Any, Final

from switchboard.configuration.items import Edit, Item, Items
from switchboard.configuration.service import Sources
from switchboard.kit.errors import Invalid, NotFound
from switchboard.tenancy.service import Tenancy
from switchboard.web.doors.session import Who
from switchboard.web.messages.skills import AgentSkills, SkillOfAgent, SkillsAsked

SECTION: Final = "people"
NOWHERE: Final = Sources({}, None)
LEVELS: Final = range(1, 11)


class SkillsByWeb:
    """Satisfies `doors.SkillsDoor`. Whoever listens to the configuration brings the change to the Floor."""

    def __init__(self, items: Items, tenancy: Tenancy) -> None:
        self._items = items
        self._tenancy = tenancy

    async def skills(self, who: Who, agent: str) -> AgentSkills:
        name, item = await self._found(who, agent)
        return await self._shown(who, agent, name, item)

    async def change(self, who: Who, agent: str, asked: SkillsAsked) -> AgentSkills:
        name, item = await self._found(who, agent)
        known = {one.key: one.written["name"] for one in await self._items.section(who.organization, "skills")}
        for skill, level in asked.levels.items():
            _check(skill, level, known)
        profile = {key: value for key, value in item.written["agent"].items() if key != "skills"}
        written = {**item.written, "agent": {**profile, "skills": asked.levels}}
        edit = Edit(who.id, asked.revision)
        saved = await self._items.put(who.organization, SECTION, item.key, written, NOWHERE, edit)
        assert saved.item is not None  # nothing was retired
        return await self._shown(who, agent, name, saved.item)

    async def _found(self, who: Who, agent: str) -> tuple[str, Item]:
        """His name, and what is configured about him."""
        person = next((one for one in await self._tenancy.people(who.organization) if one.id == agent), None)
        if person is not None:
            for item in await self._items.section(who.organization, SECTION):
                if item.key == person.key and "agent" in item.written:
                    return person.name, item
        raise NotFound("There is no such agent")

    async def _shown(self, who: Who, agent: str, name: str, item: Item) -> AgentSkills:
        levels = item.written["agent"].get("skills", {})
        skills = [
            SkillOfAgent(key=one.key, name=one.written["name"], level=levels.get(one.key))
            for one in await self._items.section(who.organization, "skills")
        ]
        skills.sort(key=lambda one: (one.name.casefold(), one.key))
        return AgentSkills(agent=agent, name=name, revision=item.revision, skills=skills)


def _check(skill: str, level: Any, known: dict[str, str]) -> None:
    if skill not in known:
        there = ", ".join(sorted(known)) or "none"
        raise Invalid(f"There is no skill {skill!r}; there are: {there}", field=f"levels.{skill}")
    if type(level) is not int or level not in LEVELS:
        text = f"The level of {known[skill]} is a whole number from 1 to 10; leave out a skill that is not had"
        raise Invalid(text, field=f"levels.{skill}")
