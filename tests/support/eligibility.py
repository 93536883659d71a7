"""Who may be offered what, restated by brute force: written only here, in the plainest way."""

from switchboard.routing.floor.state import Visit
from switchboard.routing.model import AgentSettings
from switchboard.routing.requirements import Either, Every, InTeam, Not, OneAgent, SkillLevel


def eligible(settings: AgentSettings, visit: Visit) -> bool:
    """Whether this agent has what the contact needs just now, said once more in the plainest way."""
    if any(settings.skills.get(need.skill, -1) < need.level for need in visit.requirements):
        return False
    if visit.wanted is None:
        return True
    asked_for = [visit.wanted.needs] if visit.wanted.needs is not None else []
    if visit.step < len(visit.wanted.steps):
        asked_for.append(visit.wanted.steps[visit.step].needs)
    return all(holds(one, settings) for one in asked_for)


def holds(needs: object, who: AgentSettings) -> bool:
    match needs:
        case Every(of):
            return all(holds(one, who) for one in of)
        case Either(of):
            return any(holds(one, who) for one in of)
        case Not(of):
            return not holds(of, who)
        case OneAgent(agent_id):
            return who.id == agent_id
        case InTeam(team):
            return who.team == team
        case SkillLevel(skill, level, compare):
            # Python reads the comparison as it is written.
            return skill in who.skills and bool(eval(f"{who.skills[skill]} {compare} {level}"))
    raise AssertionError(needs)
