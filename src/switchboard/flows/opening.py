"""Opening hours: a plan of the week, days that are different, and whether it is open now. No clock, no table.

    hours = OpeningHours("office", "Office", week={0: (Span(8 * 60, 17 * 60),)})
    opening(hours, now, "Europe/Berlin")       # Opening(open=True, day="")

A span is local wall time, so that 9:00 is nine on the day of a clock change, too: a moment is turned into
the client's local time, which always exists and is never doubtful, and not the other way round.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MIDNIGHT: Final = 24 * 60


class Span(NamedTuple):
    """Open from `start` until before `end`, in minutes of the local day; end is at most 1440 and above start."""

    start: int
    end: int


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """Days that are not as their weekday is. first, last: both included. spans: none when it is closed."""

    first: date
    last: date
    name: str = ""
    spans: Spans = ()


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When a client's people are there. week: spans by weekday, Monday 0; days without any are closed.

    client: key of the brand whose time zone counts, None for the one that was called. time_zone: that zone
    (IANA), empty for the zone of the client who was called; put in when the hours are read for use.
    """

    key: str
    name: str
    week: Mapping[int, Spans] = field(default_factory=dict)
    special: tuple[SpecialDay, ...] = ()
    client: str | None = None
    time_zone: str = ""


class Opening(NamedTuple):
    """open: whether it is. day: the name of the special day it is, empty on others."""

    open: bool
    day: str


def opening(hours: OpeningHours, now: int, time_zone: str) -> Opening:
    """Whether it is open. now: UTC epoch microseconds. time_zone: of the client who was called (IANA).

    The special day with the shortest stretch counts where several hold a date: Christmas Eve within the winter break.
    """
    local = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=now)
    local = local.astimezone(_zone(hours.time_zone or time_zone))
    today, minute = local.date(), local.hour * 60 + local.minute
    those = [one for one in hours.special if one.first <= today <= one.last]
    special = min(those, key=lambda one: one.last - one.first, default=None)
    spans = hours.week.get(today.weekday(), ()) if special is None else special.spans
    return Opening(any(span.start <= minute < span.end for span in spans), special.name if special is not None else "")


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    """The zone, UTC when this machine does not know it: a caller must not be lost for that."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
