"""`capacity` and `interruptions` of people and teams: read, written, exported, refused by field, given to the Floor."""

from pathlib import Path

import pytest

from support.configured import configuration_on, sources
from switchboard.agents.model import Capacity
from switchboard.configuration.document import read_document
from switchboard.configuration.model import PersonEntry, TeamEntry
from switchboard.configuration.sections.brands import write_team
from switchboard.configuration.yaml_text import read_yaml
from switchboard.storage.database import Database

HEAD = "organization: {key: acme, name: Acme}\n"
WHOLE = Capacity({"voice": 1, "chat": 3}, {"chat": ("voice",), "mail": ("voice", "chat")})
TEXT = "capacity: {voice: 1, chat: 3}, interruptions: {chat: [voice], mail: [chat, voice]}"


def person(fields: str) -> bytes:
    return f"{HEAD}people: [{{key: anna, name: Anna, roles: [agent], agent: {{{fields}}}}}]\n".encode()


def test_both_fields_are_read_of_people_and_teams() -> None:
    document, problems = read_document(read_yaml(person(TEXT)))
    assert problems == []
    anna = document.sections["people"]["anna"]
    assert isinstance(anna, PersonEntry)
    assert anna.agent is not None
    assert anna.agent.capacity == WHOLE
    document, problems = read_document(read_yaml(f"{HEAD}teams: [{{key: t, {TEXT}}}]\n".encode()))
    assert problems == []
    team = document.sections["teams"]["t"]
    assert isinstance(team, TeamEntry)
    assert team.capacity == WHOLE
    assert write_team(team) == {
        "key": "t",
        "name": "t",
        "capacity": {"voice": 1, "chat": 3},
        "interruptions": {"chat": ["voice"], "mail": ["voice", "chat"]},
    }


@pytest.mark.parametrize("fields", ["", "capacity: {}, interruptions: {}", "interruptions: {chat: []}"])
def test_nothing_said_is_one_contact_at_a_time_and_writes_nothing(fields: str) -> None:
    document, problems = read_document(read_yaml(person(fields)))
    assert problems == []
    anna = document.sections["people"]["anna"]
    assert isinstance(anna, PersonEntry)
    assert anna.agent is not None
    assert anna.agent.capacity is None


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("capacity: {voice: 2}", "people.anna.agent.capacity.voice: must be from 0 to 1"),
        ("capacity: {chat: -1}", "people.anna.agent.capacity.chat: must be from 0 to 20"),
        ("capacity: {fax: 1}", "people.anna.agent.capacity"),
        ("capacity: 3", "people.anna.agent.capacity"),
        ("interruptions: {chat: [chat]}", "people.anna.agent.interruptions.chat"),
        ("interruptions: {chat: voice}", "people.anna.agent.interruptions.chat"),
    ],
)
def test_a_fault_is_named_by_its_field(fields: str, message: str) -> None:
    [problem] = [str(one) for one in read_document(read_yaml(person(fields)))[1]]
    assert problem.startswith(message), problem


async def test_they_apply_are_exported_and_shown_when_they_change(sqlite_database: Database, tmp_path: Path) -> None:
    configuration = configuration_on(sqlite_database, tmp_path)
    document = person(f"team: t, {TEXT}") + b"teams: [{key: t, capacity: {chat: 2}}]\n"
    applied = await configuration.apply(document, sources(tmp_path))
    assert not (await configuration.apply(document, sources(tmp_path))).difference.changes
    exported = await configuration.export(applied.organization or "")
    assert not (await configuration.apply(exported.encode(), sources(tmp_path))).difference.changes
    dry = await configuration.apply(document.replace(b"chat: 3", b"chat: 4"), sources(tmp_path), dry_run=True)
    assert [(one.section, one.key) for one in dry.difference.changes] == [("people", "anna")]
