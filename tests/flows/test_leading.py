"""Where the two answers of an `hours` step lead: the line behind it, several behind a menu, or none."""

from typing import Any

import pytest

from switchboard.flows.service import KINDS, Doorway, hours_step, read_flow

MENU = {
    "text": "One or two.",
    "keys": {"1": [{"enqueue": {"queue": "sales"}}], "2": [{"say": {"text": "Bye."}}, {"hangup": {}}]},
}


def doorway(*steps: dict[str, Any], place: str = "steps[0].hours") -> Doorway | None:
    document, problems = read_flow({"key": "welcome", "steps": list(steps)}, KINDS)
    assert problems == []
    return hours_step(document, place)


CLOSED = {"hours": {"hours": "office", "closed": [{"say": {"text": "Closed."}}, {"hangup": {}}]}}
LINE = {"enqueue": {"queue": "support"}}


@pytest.mark.parametrize(
    ("steps", "open_", "closed"),
    [
        ([CLOSED, LINE], {"support"}, set()),
        ([CLOSED, {"menu": MENU}, LINE], {"sales", "support"}, set()),
        ([{"hours": {"hours": "office", "closed": [{"say": {"text": "Wait."}}]}}, LINE], {"support"}, {"support"}),
        ([{"hours": {"hours": "office", "closed": [{"enqueue": {"queue": "night"}}]}}, LINE], {"support"}, {"night"}),
        ([CLOSED], set(), set()),
        ([CLOSED, {"hours": {"hours": "lunch", "closed": [{"hangup": {}}]}}, LINE], set(), set()),
    ],
)
def test_the_first_lines_behind_a_door(steps: list[dict[str, Any]], open_: set[str], closed: set[str]) -> None:
    found = doorway(*steps)
    assert found is not None
    assert found.hours == "office"
    # It is never open at lunch.
    assert [found.lines(answer, lambda _: False) for answer in ("open", "closed")] == [open_, closed]


def test_a_door_within_a_branch_leads_on_behind_that_branch() -> None:
    inner = {"menu": {**MENU, "keys": {"1": [CLOSED]}}}
    found = doorway(inner, LINE, place="steps[0].menu.keys.1[0].hours")
    assert found is not None
    assert found.lines("open", lambda _: True) == {"support"}
    assert doorway(inner, LINE, place="steps[1].hours") is None
    assert doorway(inner, LINE, place="steps[0].menu") is None
