"""What a queue's file says of announcements: read, written back the same, faults named by field."""

from typing import Any

import pytest

from support.configured import configuration_on
from switchboard.configuration.sections.announcements import read_announcements, write_announcements
from switchboard.configuration.sections.recordings import read_recording, write_recording
from switchboard.configuration.service import Sources
from switchboard.flows.model import Reading
from switchboard.routing.model import Announcements, Notice
from switchboard.storage.database import Database

SECOND = 1_000_000


def read(raw: object) -> tuple[Announcements, list[str]]:
    problems: list[Any] = []
    return read_announcements(Reading(raw, problems)), [str(one) for one in problems]


def test_defaults_and_the_way_back() -> None:
    item, problems = read({})
    assert (item, problems) == (Announcements(20 * SECOND, 45 * SECOND), [])
    everything = {
        "first": "5s",
        "every": "1m30s",
        "position": False,
        "estimate": True,
        "comfort": ["Hello.", {"text": "Hallo.", "language": "de"}, {"sound": "jingle"}],
    }
    item, problems = read(everything)
    assert problems == []
    assert item.comfort == (Notice("Hello."), Notice("Hallo.", language="de"), Notice(sound="jingle"))
    assert write_announcements(item) == everything


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ({"every": "5s"}, "every: must be at least 10s"),
        ({"first": "2h"}, "first: must be at most 30m"),
        ({"position": "yes"}, "position: must be true or false"),
        ({"comfort": [{"text": "a", "sound": "b"}]}, "comfort[0]: give either a text or a sound"),
        ({"comfort": [{}]}, "comfort[0]: give either a text or a sound"),
        ({"comfort": "Hello"}, "comfort: must be a list"),
        ({"evry": "20s"}, "evry: there is no such field; did you mean"),
        ("soon", "must be a mapping"),
    ],
)
def test_faults_name_the_field(raw: object, fault: str) -> None:
    _, problems = read(raw)
    assert any(fault in problem for problem in problems), problems


FILE = b"""
organization: {key: harbour}
clients: [{key: lights, name: L, time_zone: UTC, region: DE}]
queues:
  - {key: support, client: lights, announcements: {comfort: [Thanks., {sound: jingle}]}}
"""


async def test_it_is_stored_exported_and_a_sound_must_be_there(database: Database, tmp_path: Any) -> None:
    configuration = configuration_on(database, tmp_path)
    sources = Sources({}, tmp_path)
    with pytest.raises(Exception, match="jingle"):
        await configuration.apply(FILE, sources)
    plain = FILE.replace(b", {sound: jingle}", b"")
    applied = await configuration.apply(plain, sources)
    exported = await configuration.export(applied.organization or "")
    assert "announcements:" in exported
    again = await configuration.apply(exported.encode(), sources, prune=True)
    assert not again.difference.changes
    without = plain.replace(b", announcements: {comfort: [Thanks.]}", b"")
    changed = await configuration.apply(without, sources, dry_run=True)
    assert [field.name for change in changed.difference.changes for field in change.fields] == ["announcements"]


def test_a_notice_of_recording_is_one_text_or_one_for_each_language() -> None:
    problems: list[Any] = []
    rule = read_recording(Reading({"announce": "Recorded."}, problems))
    assert rule.announce == (Notice("Recorded."),)
    several = {"announce": ["Recorded.", {"text": "Aufgezeichnet.", "language": "de"}, {"sound": "bell"}]}
    rule = read_recording(Reading(several, problems))
    assert problems == []
    assert write_recording(rule)["announce"] == several["announce"]
    read_recording(Reading({"announce": [{"text": "a", "sound": "b"}]}, problems))
    assert [str(problem) for problem in problems] == ["announce[0]: give either a text or a sound"]
