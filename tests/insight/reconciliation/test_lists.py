"""Whole lists: encodings, delimiters, headings, preambles, totals; whatever the bytes, nothing is lost silently."""

import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.insight.reconciliation import lines as calls_of
from switchboard.insight.reconciliation import program
from switchboard.insight.reconciliation.lines import Read
from switchboard.insight.reconciliation.model import MOST_COLUMNS, Asked, Column, Dates, Reading
from switchboard.kit.errors import Invalid

ASKED = Asked("Europe/Berlin", "DE")
TEXT = (
    "Start;Anrufer;Ziel;Dauer;Ergebnis;Call-ID\n"
    "02.11.2026 13:05:09;030 123456;030 555001;65;angenommen;a1\n"
    "13.11.2026 13:06:00;anonym;030 555001;0;besetzt;a2\n"
)


def read(content: bytes | str, asked: Asked = ASKED) -> tuple[Read, Reading]:
    raw = content.encode() if isinstance(content, str) else content
    records, reading = program.opened(raw, asked)
    calls_of.check(reading)
    return calls_of.read(records, reading), reading


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_list_is_read_in_any_encoding(encoding: str, delimiter: str, end: str) -> None:
    text = TEXT.replace("Ergebnis", "Gesprächsergebnis (Ergebnis)").replace(";", delimiter).replace("\n", end)
    found, reading = read(text.replace("Gesprächsergebnis (Ergebnis)", "Ergebnis (ä)").encode(encoding))
    assert reading.delimiter == delimiter
    assert [line.call for line in found.lines] == ["a1", "a2"]
    assert found.lines[0].caller == "+4930123456"
    assert found.lines[0].called == "+4930555001"
    assert [line.answered for line in found.lines] == [True, False]
    assert found.faults == []


def test_columns_are_recognised_without_headings() -> None:
    body = "".join(
        f"{day:02}/11/2026 10:00:{day:02},+49301234{day:02},+4930555001,{day * 7},ANSWERED\n" for day in range(10, 29)
    )
    found, reading = read(body)
    assert reading.columns == {
        Column.START: 0,
        Column.CALLER: 1,
        Column.CALLED: 2,
        Column.DURATION: 3,
        Column.RESULT: 4,
    }
    assert reading.first == 1
    assert len(found.lines) == 19


@pytest.mark.parametrize(
    ("days", "order"),
    [(["02/11", "13/11"], Dates.DAY_FIRST), (["11/02", "11/13"], Dates.MONTH_FIRST), (["01/02"], Dates.DAY_FIRST)],
)
def test_the_order_of_a_date_is_proved_by_any_line(days: list[str], order: Dates) -> None:
    rows = "".join(f"{day}/2026 10:00;030123456;030555001\n" for day in days)
    assert read("start;from;to\n" + rows)[1].dates is order


def test_a_region_decides_what_nothing_proves() -> None:
    asked = Asked("America/New_York", "US")
    assert read("start;from;to\n01/02/2026 10:00;2125550123;2125550100\n", asked)[1].dates is Dates.MONTH_FIRST


def test_date_and_time_may_stand_apart() -> None:
    found, reading = read("Datum,Uhrzeit,Von,Nach\n02.11.2026,13:05:09,030123456,030555001\n")
    assert reading.columns[Column.TIME] == 1
    assert found.lines[0].moments == (1_793_621_109_000_000,)


def test_preamble_and_total_are_named_and_counted() -> None:
    text = "Call report\nPeriod: November\n\n" + TEXT + "Total: 2 calls\n"
    found, reading = read(text)
    assert reading.first == 5
    assert [line.number for line in found.lines] == [5, 6]
    assert [(fault.line, "too few" in fault.text) for fault in found.faults] == [(7, True)]


def test_each_line_that_cannot_be_read_says_what_to_do() -> None:
    text = (
        TEXT + "nonsense;030 1;030 555001;1;;a3\n14.11.2026 10:00:00;030 1;;1;;a4\n14.11.2026 10:00:00;1;1;later;;a5\n"
    )
    found, _ = read(text)
    assert [fault.line for fault in found.faults] == [4, 5, 6]
    assert [
        next(word for word in ("order of the date", "called number", "hh:mm:ss") if word in fault.text)
        for fault in found.faults
    ] == ["order of the date", "called number", "hh:mm:ss"]


def test_a_call_that_the_list_names_twice_is_one() -> None:
    found, _ = read(TEXT + TEXT.splitlines()[1] + "\n")
    assert len(found.lines) == 2
    assert [(fault.line, "repeats line 2" in fault.text) for fault in found.faults] == [(4, True)]


def test_a_quotation_mark_that_is_not_closed_is_named() -> None:
    rows = "".join(f'1{n}.11.2026 10:00:00;"030 123456;030 555001;1;ja;b{n}\n' for n in range(2))
    found, _ = read(TEXT + rows)
    assert [fault.line for fault in found.faults] == [4]
    assert len(found.lines) == 2
    with pytest.raises(Invalid, match="quotation mark"):
        read(TEXT + '14.11.2026 10:00:00;"' + "x" * 200_000)


def test_words_for_a_result_that_are_not_known_are_counted() -> None:
    found, _ = read(TEXT + "14.11.2026 10:00:00;030 1;030 555001;1;geparkt;a9\n")
    assert found.unclear == {"geparkt": 1}
    assert found.lines[-1].answered is None


def test_without_results_a_call_that_took_time_was_answered() -> None:
    found, _ = read("start;from;to;duration\n2026-11-02 10:00;030123456;030555001;5\n2026-11-02 10:01;;030555001;0\n")
    assert [line.answered for line in found.lines] == [True, False]


def test_a_spreadsheets_own_first_line_names_the_delimiter() -> None:
    found, reading = read("sep=^\n" + TEXT.replace(";", "^"))
    assert reading.delimiter == "^"
    assert len(found.lines) == 2


def test_a_person_knows_better() -> None:
    asked = Asked("UTC", "DE", first=3, columns={Column.START: 0, Column.CALLED: 1, Column.CALLER: 2})
    found, _ = read(TEXT, asked)
    assert [line.called for line in found.lines] == []
    assert len(found.faults) == 1
    found, _ = read(TEXT.replace("anonym", "030 9"), asked)
    assert found.lines[0].caller == "+4930555001"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "empty"),
        (b"\xff\xfe", "empty"),
        (b" \n\t\n", "empty"),
        (b"PK\x03\x04\x00\x00a\x00;b;\x00c", "CSV"),
        ((";" * MOST_COLUMNS * 2 + "x\n").encode(), "columns"),
        (b"just a sentence\n", "start"),
    ],
)
def test_what_is_no_list_is_refused_with_the_reason(content: bytes, text: str) -> None:
    with pytest.raises(Invalid, match=text):
        read(content)


@pytest.mark.parametrize("delimiter", ['"', "\n", ""])
def test_a_delimiter_that_cannot_be_is_refused(delimiter: str) -> None:
    with pytest.raises(Invalid):
        list(program.opened(TEXT.encode(), Asked("UTC", "DE", delimiter=delimiter or "ab")))


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(Invalid, match="time zone") as refused:
        read(TEXT, Asked("Mars/Olympus", "DE"))
    assert refused.value.field == "zone"


_CELLS = st.sampled_from(
    [
        "02.11.2026 10:00:00",
        "11/13/2026 1:05 PM",
        "+4930123456",
        "anonymous",
        "65",
        "1:05",
        "ja",
        '"',
        "x\ny",
        "",
        "²",
        "\x00",
    ]
)
_ROWS = st.lists(st.lists(_CELLS, max_size=6), max_size=12)


@settings(deadline=None)
@given(
    st.binary(max_size=400)
    | st.tuples(_ROWS, st.sampled_from(";,\t|\x01 ")).map(
        lambda made: "\n".join(made[1].join(row) for row in made[0]).encode()
    ),
    st.sampled_from([None, ";", ",", "\t", "\x01", " "]),
    st.dictionaries(st.sampled_from(Column), st.integers(0, 5)) | st.none(),
)
def test_whatever_the_bytes_it_is_a_list_or_the_documented_error(
    content: bytes, delimiter: str | None, columns: dict[Column, int] | None
) -> None:
    asked = Asked("Europe/Berlin", "DE", delimiter=delimiter, columns=columns)
    with suppress(Invalid):
        records, reading = program.opened(content, asked)
        shown = program.preview(records, reading, "")
        assert shown.total == sum(record.line >= reading.first for record in records)
        calls_of.check(reading)
        found = calls_of.read(records, reading)
        # Nothing is lost: every record from the first call on is a call or a fault.
        assert found.total == shown.total
        assert shown.faulty == len(found.faults)


def test_order_of_lines_does_not_matter_to_what_is_understood() -> None:
    head, *rows = TEXT.splitlines()
    random.Random(1).shuffle(rows)
    found, _ = read("\n".join([head, *rows]))
    assert {line.call: line.moments for line in found.lines} == {
        line.call: line.moments for line in read(TEXT)[0].lines
    }
