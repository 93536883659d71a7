"""`targets` of queues and `longest` of reasons: read, written, exported, refused by field."""

from pathlib import Path

import pytest

from support.configured import configuration_on, sources
from switchboard.configuration.document import read_document
from switchboard.configuration.sections.queues import write_queue
from switchboard.configuration.yaml_text import read_yaml
from switchboard.routing.model import Limits, Targets
from switchboard.storage.database import Database

S = 1_000_000
HEAD = "organization: {key: acme, name: Acme}\nclients: [{key: b, name: B, time_zone: UTC, region: DE}]\n"
WHOLE = """
targets:
      formula: short forgiven
      level: 85
      short_call: 6s
      waiting: {warn: 4, alarm: 8}
      longest_wait: {warn: 45s, alarm: 2m}
      service_level: {warn: 80, alarm: 60}
"""


def text(targets: str) -> bytes:
    return f"{HEAD}queues:\n  - key: q\n    client: b\n    {targets.strip()}\n".encode()


def told(targets: str) -> list[str]:
    return [str(problem) for problem in read_document(read_yaml(text(targets)))[1]]


def test_a_queue_without_targets_has_the_plain_ones_and_writes_none() -> None:
    document, problems = read_document(read_yaml(text("name: Q")))
    assert problems == []
    assert document.sections["queues"]["q"].targets == Targets()
    assert "targets" not in write_queue(document.sections["queues"]["q"])


def test_what_is_written_reads_the_same() -> None:
    document, problems = read_document(read_yaml(text(WHOLE)))
    assert problems == []
    targets = document.sections["queues"]["q"].targets
    assert targets == Targets("short forgiven", 85, 6 * S, Limits(4, 8), Limits(45 * S, 120 * S), Limits(80, 60))
    assert write_queue(document.sections["queues"]["q"])["targets"] == {
        "formula": "short forgiven",
        "level": 85,
        "short_call": "6s",
        "waiting": {"warn": 4, "alarm": 8},
        "longest_wait": {"warn": "45s", "alarm": "2m"},
        "service_level": {"warn": 80, "alarm": 60},
    }


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ("targets: {formula: best}", "queues.q.targets.formula: must be one of"),
        ("targets: {level: 101}", "queues.q.targets.level: must be from 1 to 100"),
        ("targets: {waiting: {warn: 5, alarm: 4}}", "queues.q.targets.waiting.alarm: must be above"),
        ("targets: {service_level: {warn: 60, alarm: 80}}", "queues.q.targets.service_level.alarm: must be below"),
        ("targets: {longest_wait: {warn: soon}}", "queues.q.targets.longest_wait.warn: must be a duration"),
        ("targets: {colour: red}", "queues.q.targets"),
        ("targets: 5", "queues.q.targets"),
    ],
)
def test_a_fault_is_named_by_its_field(targets: str, message: str) -> None:
    [problem] = told(targets)
    assert problem.startswith(message), problem


async def test_targets_and_longest_pauses_apply_and_come_back(sqlite_database: Database, tmp_path: Path) -> None:
    configuration = configuration_on(sqlite_database, tmp_path)
    document = (
        text(WHOLE) + b"reasons: [{key: break, name: Break, longest: 15m, then: signed out}, {key: tea, name: Tea}]\n"
    )
    applied = await configuration.apply(document, sources(tmp_path))
    assert not (await configuration.apply(document, sources(tmp_path))).difference.changes
    exported = await configuration.export(applied.organization or "")
    assert "longest: 15m" in exported
    assert "then: signed out" in exported
    assert "short forgiven" in exported
    assert not (await configuration.apply(exported.encode(), sources(tmp_path))).difference.changes
    plainer = document.replace(b"level: 85", b"level: 90").replace(b", longest: 15m, then: signed out", b"")
    dry = await configuration.apply(plainer, sources(tmp_path), dry_run=True)
    assert [(one.section, one.key, [field.name for field in one.fields]) for one in dry.difference.changes] == [
        ("reasons", "break", ["longest", "then"]),
        ("queues", "q", ["targets"]),
    ]


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("{key: tea, then: signed out}", "reasons.tea.then: it comes after the longest time"),
        ("{key: tea, longest: 0s, then: available}", "reasons.tea.then: it comes after the longest time"),
        ("{key: tea, longest: 5m, then: engaged}", "reasons.tea.then: must be one of"),
        ("{key: tea, longest: long, then: available}", "reasons.tea.longest: must be a duration"),
    ],
)
def test_what_comes_after_a_pause_is_refused_by_its_field(reason: str, message: str) -> None:
    [problem] = [str(one) for one in read_document(read_yaml(f"{HEAD}reasons: [{reason}]\n".encode()))[1]]
    assert problem.startswith(message), problem
