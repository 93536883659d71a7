"""Contacts as CSV: RFC 4180, UTF-8, one line each, for whoever goes on with a spreadsheet or a program.

A cell that a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV injection), except a
telephone number in E.164, which can do no harm.
"""

import csv
import datetime as dt
import io
import re
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from switchboard.conversations.service import ContactLine, Part
from switchboard.kit.clock import MICROSECONDS
from switchboard.web.messages.contacts import ContactRow
from switchboard.web.rooms.names import Named

AT_ONCE: Final = 100
"""Contacts in one piece: what can be written without holding the event loop."""

COLUMNS: Final = (
    *("contact", "arrived", "ended", "channel", "client", "dialled", "number", "customer", "queue", "agent"),
    *("end", "how", "why", "talk ended by", "disposition"),
    *("before line s", "in line s", "paused s", "talk s", "hold s", "after line s", "wrap-up s", "bad sound s"),
    *("satisfaction", "score", "scale"),
)

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER: Final = re.compile(r"\+[0-9]{3,15}")
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def written(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def cell(value: Any) -> str:
    """A value as it stands in a cell; nothing for None."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def moment(at: int | None, zone: str) -> str:
    """ISO 8601 with offset and milliseconds, by the clock of this zone; nothing for None."""
    if at is None:
        return ""
    return (_EPOCH + dt.timedelta(microseconds=at)).astimezone(_zone(zone)).isoformat(timespec="milliseconds")


@lru_cache
def _zone(name: str) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(name)


HEADER: Final = written([COLUMNS])


def lines(contacts: Sequence[ContactLine], rows: Sequence[ContactRow], named: Named) -> bytes:
    """Contacts, and the same as they are listed with their names."""
    return written(_cells(one, row, named) for one, row in zip(contacts, rows, strict=True))


def _cells(one: ContactLine, row: ContactRow, named: Named) -> list[Any]:
    zone = named.zones.get(one.client, "UTC")
    return [
        *(one.id, moment(one.arrived_at, zone), moment(one.closed_at, zone), one.channel, row.client),
        *(one.entrance, one.number, row.customer_name, row.queue_name, row.agent_name),
        *(one.end, one.how, one.why, one.ended_by, named.disposition(one.queue, one.disposition)),
        *_seconds(one.parts),
        _in_seconds(one.wrap_up) if one.agent is not None else None,
        None if one.bad_sound_time is None else _in_seconds(one.bad_sound_time),
        *_satisfaction(one),
    ]


def _seconds(parts: Mapping[Part, int] | None) -> list[str | None]:
    return [None if parts is None else _in_seconds(parts[part]) for part in Part]


def _satisfaction(one: ContactLine) -> list[Any]:
    """0 to 1, and as it was answered. Not `1-5`, which a spreadsheet would take for a date."""
    answer = one.satisfaction
    if answer is None:
        return [None, None, None]
    return [f"{answer.share:.3f}", answer.score, f"{answer.lowest} to {answer.highest}"]


def _in_seconds(time: int) -> str:
    return f"{time / MICROSECONDS:.3f}"
