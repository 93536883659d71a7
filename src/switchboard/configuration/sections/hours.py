"""`hours`: when a client's people are there."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from switchboard.configuration.sections.contract import Reference
from switchboard.flows.model import Fields, Reading
from switchboard.flows.service import DAYS, MIDNIGHT, OpeningHours, Span, SpecialDay

_SPAN: Final = re.compile(r"([01]?\d|2[0-4]):([0-5]\d) ?- ?([01]?\d|2[0-4]):([0-5]\d)")
MOST_SPECIAL: Final = 500
_NEVER: Final = date.min


def read_hours(reading: Reading) -> OpeningHours:
    fields = reading.fields(("key", "week"), ("name", "client", "special"))
    key = fields.key("key")
    week = fields.at("week").fields((), DAYS) if fields.has("week") else None
    special = fields.elements("special")
    if len(special) > MOST_SPECIAL:
        fields.at("special").problem(f"at most {MOST_SPECIAL} special days are possible")
    return OpeningHours(
        key=key,
        name=fields.text("name", key, most=200).strip(),
        week={} if week is None else {day: spans for day, name in enumerate(DAYS) if (spans := _spans(week, name))},
        special=tuple(_special(element) for element in special[:MOST_SPECIAL]),
        client=fields.key_or_none("client"),
    )


def write_hours(item: OpeningHours) -> dict[str, Any]:
    written: dict[str, Any] = {"key": item.key, "name": item.name}
    if item.client is not None:
        written["client"] = item.client
    written["week"] = {name: _written(item.week[day]) for day, name in enumerate(DAYS) if item.week.get(day)}
    if item.special:
        written["special"] = [_written_day(one) for one in item.special]
    return written


def hours_references(item: OpeningHours) -> Iterator[Reference]:
    if item.client is not None:
        yield Reference("clients", item.client, ("client",))


def _special(reading: Reading) -> SpecialDay:
    fields = reading.fields((), ("date", "first", "last", "name", "open"))
    if fields.sound and fields.has("date") == (fields.has("first") or fields.has("last")):
        reading.problem("give either 'date', or 'first' and 'last'")
    first = _date(fields, "date" if fields.has("date") else "first")
    last = first if fields.has("date") else _date(fields, "last")
    if last < first:
        fields.at("last").problem("must not be before 'first'")
    return SpecialDay(first, last, fields.text("name", "", most=200).strip(), _spans(fields, "open"))


def _date(fields: Fields, name: str) -> date:
    if not fields.has(name):
        if fields.sound and name != "first":
            fields.at(name).problem("the date is missing")
        return _NEVER
    text = fields.text(name, most=40)
    try:
        return date.fromisoformat(text)
    except ValueError:
        fields.at(name).problem(f"must be a date such as 2026-12-24, not {text!r}")
        return _NEVER


def _spans(fields: Fields, name: str) -> tuple[Span, ...]:
    """`["09:00-12:00", "13:00-17:00"]`, in order and apart."""
    found: list[Span] = []
    for element in fields.elements(name):
        span = _span(element)
        if span is not None:
            if found and span.start < found[-1].end:
                element.problem("must begin after the one before has ended")
            found.append(span)
    return tuple(found)


def _span(reading: Reading) -> Span | None:
    text = reading.text(most=40)
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        reading.problem(f"must be a time such as 09:00-17:00, not {text!r}")
        return None
    start_hour, start_minute, end_hour, end_minute = (int(part) for part in match.groups())
    span = Span(start_hour * 60 + start_minute, end_hour * 60 + end_minute)
    if not span.start < span.end <= MIDNIGHT:
        reading.problem("must end after it begins, at 24:00 at the latest; a night is two entries on two days")
        return None
    return span


def _written(spans: tuple[Span, ...]) -> list[str]:
    return [f"{span.start // 60:02}:{span.start % 60:02}-{span.end // 60:02}:{span.end % 60:02}" for span in spans]


def _written_day(day: SpecialDay) -> dict[str, Any]:
    written: dict[str, Any] = (
        {"date": day.first.isoformat()}
        if day.first == day.last
        else {"first": day.first.isoformat(), "last": day.last.isoformat()}
    )
    if day.name:
        written["name"] = day.name
    if day.spans:
        written["open"] = _written(day.spans)
    return written
