"""What a contact needs of an agent: expressions over skills, teams and named agents, and steps that widen them.

    needs = Every((SkillLevel("german", 3), Not(InTeam("trainees"))))
    satisfied(needs, "anna", "seniors", {"german": 4})      # True

A comparison with a skill that the agent lacks is false, whatever it compares: `german < 3` does not hold for
somebody without German, nor does `german != 3`. NOT turns round what it is given, so `not german` holds for him.
As text that people write: `routing.requirement_text`. Everything is stored by id.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache, reduce
from operator import eq, ge, gt, le, lt, ne
from typing import Final, TypeAlias, Union

import msgspec


class Requirement(msgspec.Struct, frozen=True, order=True, gc=False):
    """A skill with the least level that is enough. An agent without the skill never has enough."""

    skill: str
    level: int = 1


class Compare(StrEnum):
    """How an agent's level is compared with the one that is asked for."""

    AT_LEAST = ">="
    MORE = ">"
    AT_MOST = "<="
    LESS = "<"
    EQUAL = "=="
    OTHER = "!="


_HOLDS: Final[Mapping[Compare, Callable[[int, int], bool]]] = {
    Compare.AT_LEAST: ge,
    Compare.MORE: gt,
    Compare.AT_MOST: le,
    Compare.LESS: lt,
    Compare.EQUAL: eq,
    Compare.OTHER: ne,
}


class SkillLevel(msgspec.Struct, frozen=True, array_like=True, tag="skill", gc=False):
    """The agent has this skill (by id) at such a level."""

    skill: str
    level: int = 1
    compare: Compare = Compare.AT_LEAST


class OneAgent(msgspec.Struct, frozen=True, array_like=True, tag="agent", gc=False):
    """It is this agent, by id."""

    agent: str


class InTeam(msgspec.Struct, frozen=True, array_like=True, tag="team", gc=False):
    """The agent is of this team, by id."""

    team: str


class Not(msgspec.Struct, frozen=True, array_like=True, tag="not", gc=False):
    """What is inside does not hold."""

    of: "Needs"


class Every(msgspec.Struct, frozen=True, array_like=True, tag="and", gc=False):
    """All of these hold."""

    of: "tuple[Needs, ...]"


class Either(msgspec.Struct, frozen=True, array_like=True, tag="or", gc=False):
    """At least one of these holds."""

    of: "tuple[Needs, ...]"


Needs: TypeAlias = Union[SkillLevel, OneAgent, InTeam, Not, Every, Either]  # noqa: UP007 - msgspec resolves it by name


class Step(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is looked for during `lasts` microseconds, counted from entering the step."""

    needs: Needs
    lasts: int


class AfterSteps(StrEnum):
    """Who may take a contact when the last of its steps is over."""

    ANYONE = "anyone"
    """Everybody of the queue who has what is always needed."""
    STAY = "stay"
    """Who may in the last step, however long it takes."""


class Preference(StrEnum):
    """What makes an agent preferred for a customer."""

    LAST_AGENT = "last agent"
    """He talked to this customer last."""
    PERSONAL_AGENT = "personal agent"
    """He looks after this customer."""
    BRANCH = "own branch"
    """He is of the team that looks after this customer."""


class Asks(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What of a contact's requirements and priority was set for its customer, and not by its flow."""

    requirements: tuple[Requirement, ...] = ()
    priority: int = 0


class Wanted(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Who is wanted. needs: as long as the contact waits. steps: who is looked for first, in turn, each beside that;
    after: who may take it then. because: why each of the contact's preferred agents is, a `Preference` or "" for one
    who was named; empty when all were. branch: the team, by id, that is preferred, too. asks: says where from."""

    needs: Needs | None = None
    steps: tuple[Step, ...] = ()
    after: AfterSteps = AfterSteps.ANYONE
    because: tuple[str, ...] = ()
    branch: str | None = None
    asks: Asks | None = None


def highest(*needed: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """Several requirements as one, in a fixed order; of one skill the highest level counts."""
    levels: dict[str, int] = {}
    for requirements in needed:
        for requirement in requirements:
            levels[requirement.skill] = max(requirement.level, levels.get(requirement.skill, 0))
    return tuple([Requirement(skill, levels[skill]) for skill in sorted(levels)])


def wanted_by(queue: Wanted | None, contact: Wanted | None) -> Wanted | None:
    """Both together; the contact's steps stand in for the queue's."""
    if queue is None or contact is None:
        return queue or contact
    steps, after = (contact.steps, contact.after) if contact.steps else (queue.steps, queue.after)
    return Wanted(together(queue.needs, contact.needs), steps, after, contact.because, contact.branch, contact.asks)


def preferring(wanted: Wanted | None, agents: Sequence[str], lasts: int) -> Wanted | None:
    """Only these agents, and those of the preferred branch, during the first `lasts` microseconds, then as wanted."""
    first: list[Needs] = [OneAgent(agent) for agent in agents]
    if wanted is not None and wanted.branch is not None:
        first.append(InTeam(wanted.branch))
    if not first:
        return wanted
    window = Step(_one_of(first), lasts)
    if wanted is None:
        return Wanted(None, (window,))
    after = wanted.after if wanted.steps else AfterSteps.ANYONE
    return Wanted(wanted.needs, (window, *wanted.steps), after, wanted.because, wanted.branch, wanted.asks)


def asked_for(wanted: Wanted | None, requirements: Sequence[Requirement]) -> Asks | None:
    """What was set for the customer and holds: without levels that something else asks more than. requirements: all
    that the contact has."""
    if wanted is None or wanted.asks is None:
        return None
    holding = tuple([one for one in wanted.asks.requirements if one in requirements])
    return Asks(holding, wanted.asks.priority) if holding or wanted.asks.priority else None


def preference(wanted: Wanted | None, agents: Sequence[str], agent: str, team: str | None) -> str:
    """Why this agent of this team is preferred, a `Preference`; empty when he is not, or was simply named. agents: the
    preferred ones."""
    if wanted is None:
        return ""
    if wanted.because and agent in agents:
        return wanted.because[agents.index(agent)]
    return Preference.BRANCH if team is not None and team == wanted.branch else ""


def _one_of(needs: "Sequence[Needs]") -> Needs:
    return needs[0] if len(needs) == 1 else Either(tuple(needs))


Test: TypeAlias = Callable[[str, str | None, Mapping[str, int]], bool]
"""Whether an agent is what is needed: his id, his team's id or None, his level by skill id."""


def satisfied(needs: Needs, agent: str, team: str | None, skills: Mapping[str, int]) -> bool:
    """Whether this agent is what is needed. team: his, by id. skills: his level by skill id."""
    return test_of(needs)(agent, team, skills)


@lru_cache(maxsize=4_096)
def test_of(needs: Needs) -> Test:
    """The needs as one function, made once: every agent of a queue is asked it."""
    match needs:
        case SkillLevel(skill, wanted, compare):
            return _skill(skill, wanted, _HOLDS[compare])
        case Every(of):
            return reduce(_and, map(test_of, of)) if of else lambda _, __, ___: True
        case Either(of):
            return reduce(_or, map(test_of, of)) if of else lambda _, __, ___: False
        case Not(of):
            inner = test_of(of)
            return lambda agent, team, skills: not inner(agent, team, skills)
        case InTeam(wanted_team):
            return lambda _, team, __: team == wanted_team
    named = needs.agent
    return lambda agent, _, __: agent == named


def _and(first: Test, second: Test) -> Test:
    return lambda agent, team, skills: first(agent, team, skills) and second(agent, team, skills)


def _or(first: Test, second: Test) -> Test:
    return lambda agent, team, skills: first(agent, team, skills) or second(agent, team, skills)


def _skill(skill: str, wanted: int, holds: Callable[[int, int], bool]) -> Test:
    def test(_: str, __: str | None, skills: Mapping[str, int]) -> bool:
        level = skills.get(skill)
        return level is not None and holds(level, wanted)

    return test


def together(*needs: Needs | None) -> Needs | None:
    """All of these at once; None needs nothing."""
    parts: dict[Needs, None] = {}
    for one in needs:
        if one is not None:
            parts.update(dict.fromkeys(one.of if type(one) is Every else (one,)))
    if len(parts) > 1:
        return Every(tuple(parts))
    return next(iter(parts), None)


def levels(requirements: Iterable[Requirement]) -> Needs | None:
    """Least levels as an expression."""
    return together(*[SkillLevel(one.skill, one.level) for one in requirements])


def mentioned(needs: Needs | None) -> "Iterable[SkillLevel | OneAgent | InTeam]":
    """Every comparison, agent and team in it, from left to right."""
    match needs:
        case None:
            return
        case Every(of) | Either(of):
            for one in of:
                yield from mentioned(one)
        case Not(of):
            yield from mentioned(of)
        case _:
            yield needs


@lru_cache(maxsize=4_096)
def skills_in(needs: Needs | None) -> tuple[str, ...]:
    """The skills that it asks for; not those that it only excludes."""
    match needs:
        case SkillLevel(skill):
            return (skill,)
        case Every(of) | Either(of):
            return tuple(dict.fromkeys([skill for one in of for skill in skills_in(one)]))
    return ()
