"""How a queue goes by expected outcomes, as a file says it."""

import pytest

from switchboard.configuration.model import QueueEntry
from switchboard.configuration.sections.queues import read_queue, write_queue
from switchboard.flows.model import Problem, Reading
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.model import Disposition
from switchboard.routing.outcomes import OutcomeRule


def read(**fields: object) -> tuple[QueueEntry, list[Problem]]:
    problems: list[Problem] = []
    return read_queue(Reading({"key": "support", "client": "acme", **fields}, problems)), problems


def test_what_is_written_is_read_again() -> None:
    entry, problems = read(
        strategy="best expected outcome",
        outcome={"unresolved": "8m", "hold_out": 20, "repeat_within": 14},
        dispositions=[{"key": "solved", "resolved": True}, {"key": "passed", "resolved": False}, {"key": "other"}],
    )
    assert problems == []
    assert entry.outcome == OutcomeRule(unresolved=480 * MICROSECONDS, hold_out=20, repeat_within=14)
    assert entry.dispositions[:2] == (Disposition("solved", "solved", True), Disposition("passed", "passed", False))
    written = write_queue(entry)
    assert written["outcome"] == {"unresolved": "8m", "hold_out": 20, "repeat_within": 14}
    assert written["dispositions"][2] == {"key": "other", "name": "other"}
    assert read_queue(Reading(written, problems)) == entry
    assert problems == []
    assert "outcome" not in write_queue(read()[0])


@pytest.mark.parametrize(("field", "value"), [("hold_out", 51), ("least_data", 0), ("load_margin", "much"), ("new", 1)])
def test_what_cannot_be_is_said_by_field(field: str, value: object) -> None:
    _, problems = read(outcome={field: value})
    assert [problem.path for problem in problems] == [("outcome", field)]
