"""Reading flow documents: a value or problems that say where, whatever the data."""

from typing import Any

import pytest
from hypothesis import given

from support.flow_data import anything, document, flows
from switchboard.flows.document import needs, read_flow, sounds, unknown_references, write_flow
from switchboard.flows.model import Recorded, Spoken
from switchboard.flows.steps import KINDS


def told(raw: Any) -> list[str]:
    return [str(problem) for problem in read_flow(raw, KINDS)[1]]


@given(anything)
def test_reading_is_total(raw: Any) -> None:
    read, problems = read_flow(raw, KINDS)
    assert problems or read_flow(write_flow(read), KINDS) == (read, [])


@given(flows)
def test_what_is_written_reads_back(raw: Any) -> None:
    read, problems = read_flow(raw, KINDS)
    assert problems == []
    assert read_flow(write_flow(read), KINDS) == (read, [])


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([{"sya": {"text": "x"}}], "flows.w.steps[0]: there is no step 'sya'; did you mean 'say'?"),
        ([{"say": {}}], "flows.w.steps[0].say: the field 'text' is missing"),
        (
            [{"say": {"txt": "a", "text": "b"}}],
            "flows.w.steps[0].say.txt: there is no such field; did you mean 'text'?",
        ),
        ([{"say": {"text": 5.5}}], "flows.w.steps[0].say.text: must be text, not a number"),
        ([{"say": {"text": " "}}], "flows.w.steps[0].say.text: must not be empty"),
        ("say", "flows.w.steps: must be a list, not text"),
        ([["say"]], f"flows.w.steps[0]: must be one step ({', '.join(KINDS)}), not a list"),
        (
            [{"say": {}, "play": {}}],
            f"flows.w.steps[0]: must be one step ({', '.join(KINDS)}), not several at once",
        ),
        (
            [{"enqueue": {"queue": "a", "nobody": [{"play": {"sound": "NO"}}]}}],
            (
                "flows.w.steps[0].enqueue.nobody[0].play.sound: 'NO' cannot be a key: "
                "use small letters, digits, '-', '_' and '.', at most 64"
            ),
        ),
        (
            [{"enqueue": {"queue": "a", "priority": 1000}}],
            "flows.w.steps[0].enqueue.priority: must be from -100 to 100, not 1000",
        ),
    ],
)
def test_a_problem_names_the_step(steps: Any, message: str) -> None:
    assert told({"key": "w", "steps": steps}) == [message]


def test_all_problems_are_found_in_one_pass() -> None:
    assert len(told({"key": "W", "language": "English!", "steps": [{"say": {}}, {"play": {}}], "x": 1})) == 5


def test_a_later_format_is_refused() -> None:
    assert told({"version": 2, "key": "w", "steps": []}) == [
        "flows.w.version: this Switchboard reads flow documents of version 1"
    ]


def test_nesting_and_length_have_limits() -> None:
    nested: list[Any] = []
    for _ in range(40):
        nested = [{"enqueue": {"queue": "a", "nobody": nested}}]
    assert any("more than 12 deep" in problem for problem in told({"key": "w", "steps": nested}))
    assert told({"key": "w", "steps": [{"hangup": {}}] * 501}) == ["flows.w.steps: a flow has at most 500 steps"]


def test_a_reference_that_leads_nowhere_is_named_with_a_hint() -> None:
    flow = document(
        {"say": {"text": "Hello"}},
        {"play": {"sound": "jingle"}},
        {"enqueue": {"queue": "suport", "requires": {"english": 1}, "nobody": [{"play": {"sound": "x"}}]}},
    )
    found = unknown_references(flow, {"queue": ["support", "sales"], "sound": ["jingle"], "skill": ["german"]})
    assert [str(problem) for problem in found] == [
        "flows.welcome.steps[2].enqueue.queue: no queue has the key 'suport'; did you mean 'support'?",
        "flows.welcome.steps[2].enqueue.requires: no skill has the key 'english'",
        "flows.welcome.steps[2].enqueue.nobody[0].play.sound: no sound has the key 'x'",
    ]


def test_sounds_and_needs_are_known_before_a_call() -> None:
    flow = document(
        {"say": {"text": "Hello"}},
        {"enqueue": {"queue": "support", "music": "silence", "nobody": [{"say": {"text": "Hello"}}]}},
        {"play": {"sound": "bye"}},
    )
    assert sounds(flow) == [Spoken("Hello", "en"), Recorded("bye")]
    assert [need.kind for _, need in needs(flow)] == ["text", "queue", "text", "sound"]


def test_a_step_without_fields_may_be_written_as_a_word() -> None:
    assert document("hangup") == document({"hangup": {}}) == document({"hangup": None})
