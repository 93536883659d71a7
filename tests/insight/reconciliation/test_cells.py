"""One cell of a carrier's list: the many ways in which a moment, a length, a number are written."""

import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from switchboard.insight.reconciliation import cells
from switchboard.insight.reconciliation.cells import Unclear
from switchboard.insight.reconciliation.model import Dates

BERLIN = "Europe/Berlin"
SECOND = 1_000_000


def at(*when: int, zone: dt.tzinfo = dt.UTC) -> int:
    return round(dt.datetime(*when, tzinfo=zone).timestamp() * SECOND)  # type: ignore[misc, arg-type]


NOON = at(2026, 11, 2, 12, 5, 9)
"""2 November 2026, 13:05:09 in Berlin."""


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-02 13:05:09",
        "2026-11-02T13:05:09",
        "2026/11/02 13:05:09",
        "02.11.2026 13:05:09",
        "2.11.26 13:05:09",
        "02/11/2026 13:05:09",
        "02-11-2026 13:05:09",
        "02.11.2026, 13:05:09",
        "02.11.2026 13:05:09 Uhr",
        "2 Nov 2026 13:05:09",
        "2. November 2026 13:05:09",
        "Nov 2, 2026 1:05:09 PM",
        "Mon, 02 Nov 2026 13:05:09",
        "02/11/2026 01:05:09 pm",
        "20261102130509",
        "20261102 130509",
        "20261102T13:05:09",
        "2026-11-02T12:05:09Z",
        "2026-11-02T12:05:09+00:00",
        "2026-11-02 14:05:09 +0200",
        "2026-11-02T13:05:09.000+01:00",
        "1793621109",
        "1793621109000",
        " '02.11.2026 13:05:09 ",
    ],
)
def test_a_moment_is_read_however_it_is_written(text: str) -> None:
    assert cells.moments(text, BERLIN, Dates.DAY_FIRST) == (NOON,)


def test_months_may_stand_first() -> None:
    assert cells.moments("11/02/2026 1:05:09 PM", BERLIN, Dates.MONTH_FIRST) == (NOON,)
    assert cells.moments("11/02/2026 12:05:09 AM", "UTC", Dates.MONTH_FIRST) == (at(2026, 11, 2, 0, 5, 9),)


def test_fractions_of_a_second_count() -> None:
    assert cells.moments("2026-11-02 12:05:09.25", "UTC", Dates.DAY_FIRST) == (NOON + 250_000,)
    assert cells.moments("1793621109.5", BERLIN, Dates.DAY_FIRST) == (NOON + 500_000,)


def test_an_hour_that_came_twice_is_both() -> None:
    first = at(2026, 10, 25, 0, 30, 0)
    assert cells.moments("25.10.2026 02:30:00", BERLIN, Dates.DAY_FIRST) == (first, first + 3_600 * SECOND)


def test_an_hour_that_never_was_asks_for_the_time_zone() -> None:
    with pytest.raises(Unclear, match="time zone"):
        cells.moments("29.03.2026 02:30:00", BERLIN, Dates.DAY_FIRST)


@pytest.mark.parametrize(
    "text", ["", "total", "31.02.2026 10:00", "02.11.2026 25:00", "1.1.1 1", "02.11.2026 13:60", "x" * 500, "²²²²"]
)
def test_what_is_no_moment_says_so(text: str) -> None:
    with pytest.raises(Unclear):
        cells.moments(text, BERLIN, Dates.DAY_FIRST)


def test_a_date_alone_asks_for_the_time_of_day() -> None:
    with pytest.raises(Unclear, match="time of day"):
        cells.moments("02.11.2026", BERLIN, Dates.DAY_FIRST)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("65", 65), ("65.5", 65.5), ("65,5", 65.5), ("00:01:05", 65), ("1:05", 65), ("0:01:05.5", 65.5), ("0", 0)),
        *(("65 s", 65), ("65 sec", 65), ("1m 5s", 65), ("1 min 5 s", 65), ("1h", 3_600), ("PT1M5S", 65)),
        *(("100:00:01", 360_001),),
    ],
)
def test_a_length_is_read_however_it_is_written(text: str, seconds: float) -> None:
    assert cells.duration(text) == round(seconds * SECOND)


@pytest.mark.parametrize("text", ["", " ", "-"])
def test_no_length_is_none(text: str) -> None:
    assert cells.duration(text) is None


@pytest.mark.parametrize("text", ["long", "1:2:3:4", "-5", "12 apples", "1h" + " " * 100_000 + "x"])
def test_what_is_no_length_says_so(text: str) -> None:
    with pytest.raises(Unclear):
        cells.duration(text)


@pytest.mark.parametrize(
    "text",
    [
        *("+4930123456", "004930123456", "030123456", "030/123456", "(030) 12 34 56", "4930123456", "+49 (0)30 123456"),
        *("sip:+4930123456@carrier.example", '"Mia" <+4930123456>', "tel:+4930123456", "'+4930123456", '="030123456"'),
        *("4930123456.0",),
    ],
)
def test_a_caller_is_one_however_he_is_written(text: str) -> None:
    assert cells.caller(text, "DE") == "+4930123456"


@pytest.mark.parametrize("text", ["", "anonymous", "Withheld", "-", "unterdrückt", "sip:anonymous@anonymous.invalid"])
def test_a_withheld_caller_is_nobody(text: str) -> None:
    assert cells.caller(text, "DE") is None


def test_a_number_that_a_spreadsheet_has_rounded_is_not_taken_for_one() -> None:
    with pytest.raises(Unclear, match="spreadsheet"):
        cells.caller("4.93012E+11", "DE")
    with pytest.raises(Unclear, match="spreadsheet"):
        cells.called("4,93E+10", "DE")


def test_a_called_number_may_be_an_extension() -> None:
    assert cells.called("100", "DE") == "100"
    assert cells.called("030 555001", "DE") == "+4930555001"
    for nothing in ("", "extension", "1" * 500):
        with pytest.raises(Unclear):
            cells.called(nothing, "DE")
    assert cells.same_dialled("+4930555100", "100")
    assert not cells.same_dialled("+4930555100", "200")
    assert not cells.same_dialled("+4930555100", "00")


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("ANSWERED", True),
        ("NO ANSWER", False),
        ("200", True),
        ("486", False),
        ("Ja", True),
        ("besetzt", False),
        ("", None),
    ],
)
def test_results_have_many_words(text: str, answered: bool | None) -> None:
    assert cells.result(text) is answered


def test_an_unknown_word_is_named() -> None:
    with pytest.raises(Unclear, match="parked"):
        cells.result("Parked")


@given(st.text(max_size=60) | st.from_regex(r"[0-9./: TZ+-]{1,30}", fullmatch=True))
@example("0001-01-01 00:00:00+14:00")
@example("9999-12-31 23:59:59-14:00")
@example("²0.11.2026 10:00")
def test_every_reader_is_total(text: str) -> None:
    for order in Dates:
        with suppress(Unclear):
            assert all(moment >= 0 for moment in cells.moments(text, BERLIN, order))
    with suppress(Unclear):
        assert (cells.duration(text) or 0) >= 0
    for read in (cells.caller, cells.called):
        with suppress(Unclear):
            read(text, "DE")
    with suppress(Unclear):
        cells.result(text)
    cells.first_two(text)
