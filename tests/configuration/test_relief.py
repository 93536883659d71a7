"""`relief` and `hand_over` of a queue: read, refused with the field, and written as they were."""

from typing import Any

import pytest

from switchboard.configuration.sections.queues import queue_references, read_queue, write_queue
from switchboard.flows.model import Problem, Reading
from switchboard.routing.model import HandOver
from switchboard.routing.relief import ReliefBounds, ReliefGroup, ReliefMatch, ReliefRule

SECOND = 1_000_000


def read(**fields: Any) -> tuple[Any, list[Problem]]:
    problems: list[Problem] = []
    entry = read_queue(Reading({"key": "support", "client": "lights", **fields}, problems))
    return entry, problems


def test_a_rule_is_read_with_everything_and_written_back() -> None:
    rule = {
        "team": "night",
        "when": "all",
        "waiting_over": 10,
        "longest_wait_over": "2m",
        "service_level_under": 70,
        "over_last": "1h",
        "between": "22:00-06:00",
        "until": {"waiting": 3, "longest_wait": "30s", "service_level": 80},
        "stay": "10m",
    }
    entry, problems = read(relief=[rule])
    assert problems == []
    assert entry.relief == (
        ReliefRule(
            ReliefGroup(team="night"),
            ReliefBounds(10, 120 * SECOND, 70),
            ReliefBounds(3, 30 * SECOND, 80),
            ReliefMatch.ALL,
            60,
            (22 * 60, 6 * 60),
            600 * SECOND,
        ),
    )
    assert write_queue(entry)["relief"] == [{**rule, "over_last": "1h"}]


def test_what_is_not_said_is_plain_and_is_written_short() -> None:
    entry, problems = read(relief=[{"queue": "orders", "waiting_over": 5}], hand_over=["level-2"])
    assert problems == []
    assert entry.relief[0].leaves == ReliefBounds(2, None, None)
    assert entry.hand_over == HandOver(("level-2",), 1)
    written = write_queue(entry)
    assert written["relief"] == [{"queue": "orders", "when": "any", "waiting_over": 5, "stay": "5m"}]
    assert written["hand_over"] == {"to": ["level-2"], "priority": 1}
    again, _ = read(relief=written["relief"], hand_over=written["hand_over"])
    assert again == entry


def test_what_they_name_is_referred_to() -> None:
    entry, _ = read(
        relief=[{"team": "night", "between": "20:00-24:00"}, {"queue": "orders", "waiting_over": 5}],
        hand_over={"to": ["level-2"], "priority": 5},
    )
    named = [(one.section, one.key, one.path) for one in queue_references(entry)]
    assert ("teams", "night", ("relief", 0, "team")) in named
    assert ("queues", "orders", ("relief", 1, "queue")) in named
    assert ("queues", "level-2", ("hand_over", "to", 0)) in named


@pytest.mark.parametrize(
    ("rule", "where", "says"),
    [
        ({"waiting_over": 5}, "relief[0]", "say who helps"),
        ({"team": "a", "queue": "b", "waiting_over": 5}, "relief[0]", "say who helps"),
        ({"team": "night"}, "relief[0]", "say when they help"),
        ({"team": "night", "waiting_over": 5, "until": {"waiting": 6}}, "until.waiting", "calm side"),
        ({"team": "night", "waiting_over": 5, "until": {"longest_wait": "1m"}}, "until.longest_wait", "does not have"),
        ({"team": "night", "service_level_under": 70, "until": {"service_level": 60}}, "service_level", "calm side"),
        ({"team": "night", "between": "noon"}, "relief[0].between", "times such as"),
        ({"team": "night", "waiting_over": 5, "stay": "1s"}, "relief[0].stay", "at least 10s"),
        ({"team": "night", "waiting_over": 5, "over_last": "1m"}, "relief[0].over_last", "at least 5m"),
        ({"team": "night", "waiting_over": 0}, "relief[0].waiting_over", "must be from 1"),
    ],
)
def test_a_fault_is_named_by_its_field(rule: dict[str, Any], where: str, says: str) -> None:
    _, problems = read(relief=[rule])
    assert [(where in one.shown, says in one.text) for one in problems] == [(True, True)], problems


def test_a_group_has_one_rule() -> None:
    _, problems = read(relief=[{"team": "night", "waiting_over": 5}, {"team": "night", "between": "9:00-12:00"}])
    assert [one.shown for one in problems] == ["relief[1]"]
