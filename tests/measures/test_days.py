"""Days begin at the client's midnight, and are as long as its clock makes them."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from switchboard.measures.days import day_at, day_of

HOUR = 3_600_000_000
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> int:
    return round(dt.datetime.fromisoformat(text).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("zone", "date", "since", "hours"),
    [
        ("Europe/Berlin", "2026-11-21", "2026-11-20T23:00+00:00", 24),
        ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00+00:00", 23),
        ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00+00:00", 25),
        ("Asia/Kathmandu", "2026-11-21", "2026-11-20T18:15+00:00", 24),
        # The clocks go from 0:00 to 1:00: this day begins at one.
        ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00+00:00", 23),
        # They go from 1:00 back to 0:00 (Havana): midnight comes twice, the day begins with the first.
        ("America/Havana", "2026-11-01", "2026-11-01T04:00+00:00", 25),
        ("Pacific/Auckland", "2026-11-21", "2026-11-20T11:00+00:00", 24),
    ],
)
def test_a_day_is_as_long_as_its_clock_makes_it(zone: str, date: str, since: str, hours: int) -> None:
    day = day_of(dt.date.fromisoformat(date), ZoneInfo(zone))
    assert day.since == at(since)
    assert day.until - day.since == hours * HOUR
    assert day_at(day.since, ZoneInfo(zone)) == day_at(day.until - 1, ZoneInfo(zone)) == day
    assert day_at(day.since - 1, ZoneInfo(zone)).until == day.since
    assert day_at(day.until, ZoneInfo(zone)).since == day.until


def test_the_last_microsecond_belongs_to_the_old_day() -> None:
    day = day_at(at("2026-11-21T12:00+00:00"), BERLIN)
    assert day.holds(day.since)
    assert day.holds(day.until - 1)
    assert not day.holds(day.until)
    assert not day.holds(day.since - 1)
