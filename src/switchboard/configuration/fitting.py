"""Whom a requirement finds, before it is saved: what is wrong with its text and where, and which agents fit. Pure.

found = fitting(now, "german >= 3 and not team:trainees", queue="support", requires={"repairs": 2})
found.fault, found.position                 # None, or the reason and the character, from 1
found.agents                                # keys of those who have what is asked for, in the order of their names
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from switchboard.configuration.decide import Configured
from switchboard.configuration.model import PersonEntry
from switchboard.flows.model import nobody_has
from switchboard.routing.service import (
    InTeam,
    Needs,
    OneAgent,
    SkillLevel,
    Unreadable,
    mentioned,
    read_needs,
    satisfied,
    together,
)

_SECTIONS: Final = {"skill": "skills", "team": "teams", "person": "people"}


@dataclass(frozen=True, slots=True)
class Fitting:
    """fault: what is wrong, None when nothing is. position: the character where it goes wrong, from 1.

    agents: keys of those who fit. of: how many agents were looked at.
    """

    fault: str | None = None
    position: int | None = None
    agents: tuple[str, ...] = ()
    of: int = 0


def fitting(now: Configured, text: str, *, queue: str | None, requires: Mapping[str, int]) -> Fitting:
    """Who of a queue's agents (None: of all) has what this text and these least levels ask for."""
    try:
        needs = read_needs(text) if text.strip() else None
    except Unreadable as error:
        return Fitting(error.text, error.position)
    for one in mentioned(needs):
        kind, key = _named(one)
        known = now.get(_SECTIONS[kind], {})
        if key not in known:
            return Fitting(nobody_has(kind, key, known), _position(text, key))
    whole = together(*[SkillLevel(skill, level) for skill, level in requires.items()], needs)
    looked_at = {
        key: one
        for key, one in now.get("people", {}).items()
        if isinstance(one, PersonEntry) and one.agent is not None and queue in (None, *one.agent.queues)
    }
    return Fitting(
        agents=tuple(
            sorted((key for key, one in looked_at.items() if _fits(whole, one)), key=lambda key: looked_at[key].name)
        ),
        of=len(looked_at),
    )


def _named(one: SkillLevel | OneAgent | InTeam) -> tuple[str, str]:
    match one:
        case SkillLevel():
            return "skill", one.skill
        case InTeam():
            return "team", one.team
    return "person", one.agent


def _position(text: str, key: str) -> int | None:
    found = re.search(rf"(?<![\w.-]){re.escape(key)}(?![\w.-])", text, re.IGNORECASE)
    return None if found is None else found.start() + 1


def _fits(needs: Needs | None, person: PersonEntry) -> bool:
    agent = person.agent
    if agent is None:
        return False
    return needs is None or satisfied(needs, person.key, agent.team, dict(agent.skills))
