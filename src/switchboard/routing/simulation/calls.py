"""A log of real calls out of any CSV: which column is what, what its times mean, and what is wrong with which line.

    loaded = load(content, Columns(arrival="start", service="duration"))
    loaded.calls, loaded.faults              # LoggedCall(at=30600.5, wait=12.0, ...), "line 17: ..."
    patience_of(loaded.calls)                # mean seconds, from those who gave up and those who did not

Only arrivals are needed. Nothing of a person is kept: numbers and names in other columns are not looked at.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final

from switchboard.kit.errors import Invalid

LARGEST: Final = 256 * 1024 * 1024
"""Bytes of a file."""

_CLOCK: Final = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2}(?:\.\d+)?)")
_ANSWERED: Final = frozenset({"answered", "answer", "handled", "completed", "connected", "agent", "yes", "true", "1"})
_GAVE_UP: Final = frozenset({"abandoned", "abandon", "hang", "hangup", "lost", "missed", "no", "false", "0"})
_DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Columns:
    """The headings of the log's columns; None: found by their usual names, or not there.

    arrival: date and time, time of the day, or seconds. queue; wait: until answered or gone; outcome: answered or
    abandoned; service: talk time; agent: who answered.
    """

    NAMES: ClassVar[tuple[str, ...]] = ("arrival", "queue", "wait", "outcome", "service", "agent")

    arrival: str | None = None
    queue: str | None = None
    wait: str | None = None
    outcome: str | None = None
    service: str | None = None
    agent: str | None = None

    @classmethod
    def by_name(cls, named: Mapping[str, str]) -> "Columns":
        """Headings by what they mean. Raises Invalid for a meaning that there is not."""
        for name in named:
            if name not in cls.NAMES:
                raise Invalid(f"there is no column {name!r}; there are: {', '.join(cls.NAMES)}", field="columns")
        return cls(**named)


USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "arrival": ("arrival", "arrived", "arrived at", "start", "start time", "time", "date", "timestamp", "calldate"),
    "queue": ("queue", "queue name", "queuename", "skill", "service", "type"),
    "wait": ("wait", "wait time", "waiting time", "queue time", "hold time", "holdtime", "q_time"),
    "outcome": ("outcome", "result", "status", "disposition", "answered"),
    "service": ("service time", "talk time", "talk", "handle time", "duration", "billsec", "ser_time"),
    "agent": ("agent", "operator", "server", "answered by", "agent name"),
}
"""Headings by which a column is found when nobody names it."""


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """at: seconds from midnight of the log's first day. wait, service: seconds, None when not known or not answered."""

    at: float
    queue: str = ""
    wait: float | None = None
    answered: bool = True
    service: float | None = None
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that cannot be read. line: from 1, the heading included."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


@dataclass(slots=True)
class Loaded:
    """calls: in the order of arrival. columns: which heading was taken for what."""

    columns: dict[str, str]
    calls: list[LoggedCall] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def load(content: bytes, columns: Columns = Columns()) -> Loaded:
    """Read a log. Lines that cannot be read become faults. Raises Invalid when the file as a whole cannot be."""
    if len(content) > LARGEST:
        raise Invalid(f"the log is larger than {LARGEST // 1024 // 1024} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Invalid(f"line {line}: the log is not UTF-8 text") from None
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    heading = next(rows, [])
    places = _places(heading, columns)
    loaded = Loaded({name: heading[place] for name, place in places.items()})
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                _take(loaded, rows.line_num, row, places)
    except csv.Error as error:
        raise Invalid(f"line {rows.line_num}: the log is not CSV: {error}") from None
    loaded.calls = _from_its_first_midnight(loaded.calls)
    return loaded


def _from_its_first_midnight(calls: Sequence[LoggedCall]) -> list[LoggedCall]:
    """In order of arrival, with times of the log's first day below 24 hours."""
    ordered = sorted(calls, key=lambda call: call.at)
    midnight = ordered[0].at // _DAY * _DAY if ordered else 0.0
    return [replace(call, at=call.at - midnight) for call in ordered] if midnight else ordered


def _delimiter(text: str) -> str:
    """Whatever the first line has most of."""
    first = text.partition("\n")[0]
    return max(",;\t|", key=first.count)


def _places(heading: Sequence[str], columns: Columns) -> dict[str, int]:
    plain = [_plain(cell) for cell in heading]
    named = {plain.index(one) for one in map(_plain, _named(columns)) if one in plain}
    places: dict[str, int] = {}
    for name in Columns.NAMES:
        wanted = getattr(columns, name)
        if wanted is not None:
            if _plain(wanted) not in plain:
                raise Invalid(f"the log has no column {wanted!r}; it has: {', '.join(heading)[:500]}", field=name)
            places[name] = plain.index(_plain(wanted))
            continue
        # A column that was named for one meaning is not guessed for another.
        guessed = (plain.index(one) for one in USUAL[name] if one in plain and plain.index(one) not in named)
        if (place := next(guessed, None)) is not None and place not in places.values():
            places[name] = place
    if "arrival" not in places:
        raise Invalid(f"which column is the arrival? Name it; the log has: {', '.join(heading)[:500]}", field="arrival")
    return places


def _plain(heading: str) -> str:
    return heading.strip().casefold()


def _named(columns: Columns) -> list[str]:
    return [wanted for name in Columns.NAMES if (wanted := getattr(columns, name)) is not None]


def _take(loaded: Loaded, line: int, row: Sequence[str], places: Mapping[str, int]) -> None:
    cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
    try:
        loaded.calls.append(_call(cells))
    except ValueError as error:
        loaded.faults.append(Fault(line, str(error)))


def _call(cells: Mapping[str, str]) -> LoggedCall:
    """Raises ValueError with what is wrong."""
    wait = _seconds("wait", cells.get("wait", ""))
    service = _seconds("service", cells.get("service", ""))
    answered = _outcome(cells.get("outcome", ""), service, known="service" in cells)
    return LoggedCall(
        at=_arrival(cells["arrival"]),
        queue=cells.get("queue", ""),
        wait=wait,
        answered=answered,
        service=service if answered else None,
        agent=cells.get("agent", ""),
    )


def _outcome(text: str, service: float | None, *, known: bool) -> bool:
    word = text.casefold()
    if not word:
        # Without a word for it: who talked was answered.
        return not known or bool(service)
    if word in _ANSWERED:
        return True
    if word in _GAVE_UP:
        return False
    raise ValueError(f"outcome {text[:40]!r} is neither answered nor abandoned")


def _seconds(name: str, text: str) -> float | None:
    """`75`, `75.5` or `1:15`, `0:01:15`."""
    if not text:
        return None
    match = _CLOCK.fullmatch(text)
    if match is not None:
        return int(match[1] or 0) * 3_600 + int(match[2]) * 60 + float(match[3])
    try:
        seconds = float(text)
    except ValueError:
        raise ValueError(f"{name} {text[:40]!r} is no time: seconds, or 1:15") from None
    if not 0 <= seconds < 1e7:
        raise ValueError(f"{name} {text[:40]!r} is not between 0 and ten million seconds")
    return seconds


def _arrival(text: str) -> float:
    """Seconds from some midnight: of a date and time (ISO 8601), a time of the day, or seconds as they are."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?", text)
    if match is not None:
        return int(match[1]) * 3_600 + int(match[2]) * 60 + float(match[3] or 0)
    try:
        return float(text) if _is_number(text) else _by_date(dt.datetime.fromisoformat(text))
    except ValueError:
        raise ValueError(f"arrival {text[:40]!r} is no time: 2026-03-02 08:30:15, 08:30:15 or seconds") from None


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\d+(?:\.\d+)?", text) is not None


def _by_date(at: dt.datetime) -> float:
    # As the clock on the wall shows it: what counts is the time of the day, whatever the zone.
    return at.toordinal() * _DAY + (at.hour * 60 + at.minute) * 60 + at.second + at.microsecond / 1e6


def patience_of(calls: Sequence[LoggedCall]) -> float | None:
    """Mean patience in seconds; None when nobody gave up: then nothing is known of it.

    Those who were answered would have waited longer, which the mean of those who gave up leaves out: all waits
    together by the number who gave up (Brown et al., Statistical analysis of a telephone call center, Journal of the
    American Statistical Association 100, 2005, section 5.2).
    """
    waits = [call.wait for call in calls if call.wait is not None]
    gave_up = sum(not call.answered and call.wait is not None for call in calls)
    return sum(waits) / gave_up if gave_up and sum(waits) > 0 else None
