"""A client's day: from midnight to midnight by its own clock, whatever the server's clock says.

A day is 23 or 25 hours long where the clocks change; where midnight itself is left out (Beirut, Cairo), the day
begins with the first moment that exists.
"""

import datetime as dt
import zoneinfo
from enum import StrEnum
from typing import Final, NamedTuple

_SECOND: Final = 1_000_000
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_ONE_DAY: Final = dt.timedelta(days=1)


class Day(NamedTuple):
    """date: by the client's calendar. [since, until): UTC epoch microseconds."""

    date: dt.date
    since: int
    until: int

    def holds(self, at: int) -> bool:
        """Whether this moment belongs to the day."""
        return self.since <= at < self.until


def day_at(at: int, zone: zoneinfo.ZoneInfo) -> Day:
    """The day to which a moment (UTC epoch microseconds) belongs."""
    return day_of((_EPOCH + dt.timedelta(microseconds=at)).astimezone(zone).date(), zone)


def day_of(date: dt.date, zone: zoneinfo.ZoneInfo) -> Day:
    """The day of this date."""
    return Day(date, _begins(date, zone), _begins(date + _ONE_DAY, zone))


class Period(StrEnum):
    """Days that people look at together. The values are the words of the API."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"
    """From Monday (ISO 8601) up to and with today."""


def days_of(period: Period, today: Day, zone: zoneinfo.ZoneInfo) -> list[Day]:
    """The days of a period, in order."""
    match period:
        case Period.TODAY:
            return [today]
        case Period.YESTERDAY:
            return [day_of(today.date - _ONE_DAY, zone)]
        case Period.WEEK:
            earlier = [day_of(today.date - _ONE_DAY * back, zone) for back in range(today.date.weekday(), 0, -1)]
            return [*earlier, today]


def _begins(date: dt.date, zone: zoneinfo.ZoneInfo) -> int:
    # fold 0: of a midnight that comes twice the first counts; one in a gap is taken by the offset before the gap,
    # which is the very moment at which the clocks jump (PEP 495).
    midnight = dt.datetime.combine(date, dt.time(), tzinfo=zone)
    return round((midnight - _EPOCH).total_seconds()) * _SECOND
