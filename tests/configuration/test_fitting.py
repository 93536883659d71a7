"""Whom a requirement finds is told before it is saved, and what is wrong with it by position."""

from typing import Any

import pytest

from switchboard.configuration.fitting import fitting
from switchboard.configuration.model import AgentEntry, Named, PersonEntry, TeamEntry
from switchboard.tenancy.model import Role


def person(key: str, skills: dict[str, int], *queues: str, team: str | None = None) -> PersonEntry:
    agent = AgentEntry(queues, tuple(sorted(skills.items())), team=team)
    return PersonEntry(key, key, key.title(), frozenset({Role.AGENT}), agent=agent)


NOW: dict[str, Any] = {
    "skills": {key: Named(key, key) for key in ("german", "repairs")},
    "teams": {"trainees": TeamEntry("trainees", "Trainees")},
    "people": {
        "boss": PersonEntry("boss", "boss", "Boss", frozenset({Role.ADMINISTRATOR})),
        "cem": person("cem", {"german": 5, "repairs": 1}, "support", team="trainees"),
        "boris": person("boris", {"german": 2}, "support", "sales"),
        "anna": person("anna", {"german": 4, "repairs": 3}, "support"),
        "dora": person("dora", {"german": 4, "repairs": 4}, "sales"),
    },
}


@pytest.mark.parametrize(
    ("text", "requires", "agents"),
    [
        ("", {}, ("anna", "boris", "cem")),
        ("german >= 3", {}, ("anna", "cem")),
        ("german >= 3 and not team:trainees", {}, ("anna",)),
        ("german", {"repairs": 1}, ("anna", "cem")),
        ("agent:boris or repairs >= 3", {}, ("anna", "boris")),
        ("german > 5", {}, ()),
    ],
)
def test_agents_of_the_queue_who_have_what_is_asked_for(text: str, requires: dict[str, int], agents: tuple[str, ...]):
    found = fitting(NOW, text, queue="support", requires=requires)
    assert (found.fault, found.agents, found.of) == (None, agents, 3)


def test_without_a_queue_all_agents_are_looked_at_and_only_agents():
    found = fitting(NOW, "", queue=None, requires={})
    assert (found.agents, found.of) == (("anna", "boris", "cem", "dora"), 4)


@pytest.mark.parametrize(
    ("text", "fault", "position"),
    [
        ("german >=", "expected a level from 0 to 10", 10),
        ("german & repairs", "does not belong here", 8),
        ("repairs and gerrman", "did you mean 'german'", 13),
        ("not team:seniors", "no team has the key", 10),
        ("german or agent:nobody", "no person has the key", 17),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, fault: str, position: int):
    found = fitting(NOW, text, queue="support", requires={})
    assert fault in (found.fault or "")
    assert found.position == position
    assert found.agents == ()
