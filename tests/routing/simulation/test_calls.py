"""Logs of calls as others write them: what is found by itself, what must be said, and which line is wrong."""

import pytest

from switchboard.kit.errors import Invalid
from switchboard.routing.simulation.calls import Columns, LoggedCall, load, patience_of


def lines(*text: str) -> bytes:
    return "\n".join(text).encode()


def test_usual_headings_are_found_and_times_read_in_every_form() -> None:
    loaded = load(
        lines(
            "Start Time;Queue;Wait time;Status;Duration;Agent;Caller",
            "2026-03-02 08:30:15;support;12.5;answered;1:15;anna;+49301234567",
            "2026-03-02T08:29:00+01:00;support;30;ABANDONED;;;+49301234568",
            "",
            "2026-03-03 00:00:01;sales;0;Handled;0:01:00;ben;",
        )
    )
    assert loaded.faults == []
    assert loaded.columns["service"] == "Duration"
    assert loaded.calls == [
        LoggedCall(8 * 3600 + 29 * 60.0, "support", 30.0, answered=False),
        LoggedCall(8 * 3600 + 30 * 60 + 15.0, "support", 12.5, service=75.0, agent="anna"),
        LoggedCall(24 * 3600 + 1.0, "sales", 0.0, service=60.0, agent="ben"),
    ]


def test_columns_can_be_named_and_only_the_arrival_is_needed() -> None:
    loaded = load(lines("t,x", "08:00,a", "09:00:30.5,b"), Columns.by_name({"arrival": "T", "queue": "x"}))
    assert [(call.at, call.queue, call.answered) for call in loaded.calls] == [
        (28_800.0, "a", True),
        (32_430.5, "b", True),
    ]
    assert [call.at for call in load(lines("arrival", "12", "3.5")).calls] == [3.5, 12.0]
    # A heading that was named for one meaning is not taken for another.
    named = load(lines("start,service", "1,2"), Columns(service="service"))
    assert "queue" not in named.columns


def test_each_line_that_cannot_be_read_is_named() -> None:
    loaded = load(
        lines("arrival,wait,outcome,talk", "08:00,1,answered,5", "8 o'clock,1,answered,5", "08:01,x,answered,5")
        + lines("", "08:02,1,perhaps,5", "08:03,-1,answered,5", "08:04,1,abandoned,0")
    )
    assert [str(fault) for fault in loaded.faults] == [
        'line 3: arrival "8 o\'clock" is no time: 2026-03-02 08:30:15, 08:30:15 or seconds',
        "line 4: wait 'x' is no time: seconds, or 1:15",
        "line 5: outcome 'perhaps' is neither answered nor abandoned",
        "line 6: wait '-1' is not between 0 and ten million seconds",
    ]
    assert len(loaded.calls) == 2


def test_without_an_outcome_who_talked_was_answered() -> None:
    loaded = load(lines("arrival,talk", "1,60", "2,0", "3,"))
    assert [call.answered for call in loaded.calls] == [True, False, False]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lines("a,b", "1,2"), "which column is the arrival.*a, b"),
        (b"arrival\n\xff", "line 2: the log is not UTF-8"),
        (b"", "which column is the arrival"),
    ],
)
def test_a_log_that_cannot_be_read_at_all(content: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        load(content)


def test_names_of_columns_that_are_not_there() -> None:
    with pytest.raises(Invalid, match="no column 'when'; it has: arrival"):
        load(lines("arrival", "1"), Columns(arrival="when"))
    with pytest.raises(Invalid, match="there is no column 'colour'"):
        Columns.by_name({"colour": "x"})


def test_patience_counts_those_who_were_answered_too() -> None:
    calls = [LoggedCall(0, wait=60.0), LoggedCall(0, wait=30.0, answered=False), LoggedCall(0, wait=30.0)]
    assert patience_of(calls) == 120.0
    assert patience_of(calls[:1]) is None
