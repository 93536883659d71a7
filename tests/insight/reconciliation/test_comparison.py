"""What two lists do not have in common, in whose numbers, by whose clock, and what would explain it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from switchboard.conversations.model import ArrivalEnd
from switchboard.insight.reconciliation.comparison import Known, compared, taken_by_us
from switchboard.insight.reconciliation.lines import Read
from switchboard.insight.reconciliation.model import (
    Call,
    Counted,
    Difference,
    Fault,
    Kind,
    Line,
    Result,
    Silence,
    Tolerance,
    Why,
)

SECOND = 1_000_000
BEGIN = 1_790_000_040 * SECOND
"""The beginning of a minute."""
OURS = {"+4930555001": True, "+4930555002": False}


def line(number: int, second: float, **different: Any) -> Line:
    made = Line(number, (BEGIN + round(second * SECOND),), f"+4930100{number:04}", "+4930555001", 60 * SECOND, True)
    return made._replace(**different)


def call(number: int, second: float, end: str | None = "answered", *, length: float = 60, **different: Any) -> Call:
    at = BEGIN + round(second * SECOND)
    made = Call(f"c{number}", "+4930555001", f"+4930100{number:04}", at, at + round(length * SECOND), end)
    return made._replace(**different)


def found(lines: list[Line], calls: list[Call], known: Known | None = None, **read: Any) -> Result:
    return compared(Read(lines, **read), calls, known or Known(OURS), "DE", Tolerance())


def of(result: Result, kind: Kind) -> list[Difference]:
    return [one for one in result.differences if one.kind is kind]


def three() -> tuple[list[Line], list[Call]]:
    return [line(n, n * 100) for n in range(3)], [call(n, n * 100 + 0.4) for n in range(3)]


def test_two_lists_that_agree_have_no_difference() -> None:
    result = found(*three())
    assert result.differences == []
    assert (result.totals.matched, result.totals.calls, result.totals.compared) == (3, 3, 3)
    assert result.totals.offset == -400_000


def test_what_only_one_of_them_has_is_listed_with_its_figures() -> None:
    lines, calls = three()
    result = found([*lines, line(9, 150)], [*calls, call(8, 160)])
    (theirs,) = of(result, Kind.ONLY_CARRIER)
    assert (theirs.line, theirs.caller, theirs.called, theirs.contact) == (9, "+49301000009", "+4930555001", None)
    assert theirs.at == BEGIN + 150 * SECOND + 400_000
    (ours,) = of(result, Kind.ONLY_US)
    assert (ours.contact, ours.line, ours.our_end) == ("c8", None, "answered")


def test_the_carriers_clock_may_be_wrong_by_an_hour() -> None:
    lines, calls = three()
    late = [one._replace(moments=(one.moments[0] + 3_600 * SECOND,)) for one in lines]
    result = found(late, calls)
    assert (result.totals.matched, result.totals.pairs) == (3, 3)
    assert result.totals.offset == 3_600 * SECOND - 400_000


def test_lengths_and_answers_are_compared() -> None:
    lines, calls = three()
    lines[0] = lines[0]._replace(duration=75 * SECOND)
    lines[1] = lines[1]._replace(answered=False, duration=0)
    result = found(lines, calls)
    assert [(one.contact, one.duration, one.our_duration) for one in of(result, Kind.DURATION)] == [
        ("c0", 75 * SECOND, 60 * SECOND)
    ]
    assert [(one.contact, one.answered, one.our_end) for one in of(result, Kind.ANSWERED)] == [
        ("c1", False, "answered")
    ]


def test_a_caller_from_abroad_is_one_though_the_list_writes_no_plus() -> None:
    lines, calls = three()
    lines[0] = lines[0]._replace(caller="+49436641234567")
    calls[0] = calls[0]._replace(caller="+436641234567")
    assert found(lines, calls).differences == []


def test_what_we_refused_was_not_answered() -> None:
    lines, calls = three()
    calls[0] = call(0, 0.4, "refused at a limit", length=0)
    assert [one.contact for one in of(found(lines, calls), Kind.ANSWERED)] == ["c0"]
    lines[0] = lines[0]._replace(answered=False, duration=0)
    assert found(lines, calls).differences == []


def test_of_a_call_that_was_over_at_once_the_ledger_does_not_say_whether_it_was_taken() -> None:
    assert taken_by_us(call(1, 0, "lost in the menu", length=0.2)) is None
    assert taken_by_us(call(1, 0, "lost in the menu", length=20)) is True
    assert taken_by_us(call(1, 0, "answered", length=1)) is True
    assert taken_by_us(call(1, 0, None)._replace(closed_at=None)) is None
    for end in ArrivalEnd:
        assert taken_by_us(call(1, 0, end.value)) is (not end.value.startswith("refused"))


def test_calls_outside_of_the_lists_time_are_not_missed() -> None:
    lines, calls = three()
    result = found(lines, [*calls, call(7, -50), call(8, 500)])
    assert of(result, Kind.ONLY_US) == []
    assert result.totals.calls == 3
    whole = Known(OURS, since=BEGIN - 60 * SECOND, until=BEGIN + 600 * SECOND)
    assert [one.contact for one in of(found(lines, [*calls, call(7, -50), call(8, 500)], whole), Kind.ONLY_US)] == [
        "c7",
        "c8",
    ]


def test_lines_to_other_numbers_are_named_and_not_compared() -> None:
    lines, calls = three()
    others = [line(8, 10, called="+4930555002"), line(9, 20, called="+4940777")]
    result = found([*lines, *others], calls)
    assert [(one.line, one.why) for one in of(result, Kind.ELSEWHERE)] == [
        (8, Why.ANOTHER_CLIENT),
        (9, Why.UNKNOWN_NUMBER),
    ]
    assert (result.totals.lines, result.totals.compared) == (5, 3)


def test_a_trunk_may_pass_on_the_last_digits_only() -> None:
    lines, calls = three()
    short = [one._replace(called="001") for one in calls]
    assert found(lines, short, Known({"001": True})).differences == []
    both = found(lines, short, Known({"001": True, "5001": True}))
    assert len(of(both, Kind.ELSEWHERE)) == 3


def test_a_number_that_is_no_longer_configured_is_known_by_its_calls() -> None:
    assert found(*three(), Known({})).differences == []


def test_what_would_explain_a_missing_call() -> None:
    lines = [line(n, n * 200, answered=n % 2 == 0) for n in range(5)]
    dead = Silence(BEGIN + 150 * SECOND, BEGIN + 250 * SECOND, clean=False)
    counted = Counted(BEGIN + 600 * SECOND, "refused at a limit", 1)
    result = found(lines, [call(0, 0)], Known(OURS, [counted], [dead]))
    assert [(one.line, one.why) for one in of(result, Kind.ONLY_CARRIER)] == [
        (1, Why.NOT_RUNNING),
        (2, Why.UNKNOWN),
        (3, Why.COUNTED),
        (4, Why.UNKNOWN),
    ]
    # A caller who was counted explains one line, not every line of his minute.
    twice = found([line(1, 600, answered=False), line(2, 610, answered=False)], [], Known(OURS, [counted], []))
    assert [one.why for one in of(twice, Kind.ONLY_CARRIER)] == [Why.COUNTED, Why.GIVEN_UP]


def test_what_would_explain_a_call_that_only_we_have() -> None:
    lines, calls = three()
    refused = call(8, 110, "refused at a limit", length=0)
    brief = call(9, 120, "lost in the menu", length=0.2)
    assert [(one.contact, one.why) for one in of(found(lines, [*calls, refused, brief]), Kind.ONLY_US)] == [
        ("c8", Why.REFUSED),
        ("c9", Why.CANCELLED),
    ]


def test_lines_that_cannot_be_read_are_listed() -> None:
    lines, calls = three()
    result = found(lines, calls, faults=[Fault(7, "it names no called number")])
    assert [(one.line, one.text) for one in of(result, Kind.UNREADABLE)] == [(7, "it names no called number")]
    assert result.totals.lines == 4


def test_nothing_compared_with_nothing_is_nothing() -> None:
    result = found([], [])
    assert result.differences == []
    assert result.totals.matched == 0


@given(
    st.lists(st.integers(0, 400), max_size=12),
    st.lists(st.integers(0, 400), max_size=12),
    st.integers(-7_200, 7_200),
)
def test_every_line_and_every_call_is_accounted_for_once(theirs: list[int], ours: list[int], offset: int) -> None:
    lines = [line(n, second + offset, caller=f"+493010{n % 3}") for n, second in enumerate(theirs, 1)]
    calls = [call(n, second, caller=f"+493010{n % 3}") for n, second in enumerate(ours, 1)]
    result = found(lines, calls, Known(OURS, since=BEGIN - SECOND, until=BEGIN + 401 * SECOND))
    totals = result.totals
    assert totals.matched + len(of(result, Kind.ONLY_CARRIER)) == totals.compared == len(lines)
    assert totals.matched + len(of(result, Kind.ONLY_US)) == totals.calls == len(calls)
    for kind in Kind:
        assert [one.number for one in of(result, kind)] == list(range(1, totals.counts.get(kind, 0) + 1))
