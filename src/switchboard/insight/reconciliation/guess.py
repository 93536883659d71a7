"""Which column of a list is what: by its headings where it has some, by what stands in it otherwise."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from switchboard.insight.reconciliation import cells
from switchboard.insight.reconciliation.cells import Unclear
from switchboard.insight.reconciliation.model import Column, Dates, Reading
from switchboard.insight.reconciliation.table import Record

LOOKED_AT: Final = 200
"""Records that are looked at."""

HEADINGS: Final[Mapping[Column, Sequence[str]]] = {
    Column.START: (
        *("start", "starttime", "startdate", "begin", "beginn", "datetime", "dateandtime", "calldate", "calltime"),
        *("timestamp", "zeitpunkt", "setuptime", "started", "date", "datum", "fecha", "data", "debut"),
    ),
    Column.TIME: ("time", "uhrzeit", "zeit", "heure", "hora", "timeofday", "ora"),
    Column.CALLER: (
        *("caller", "from", "src", "source", "callingnumber", "calling", "callerid", "callernumber", "ani", "cli"),
        *(
            "clid",
            "anumber",
            "fromnumber",
            "anrufer",
            "von",
            "quelle",
            "quellrufnummer",
            "appelant",
            "origen",
            "origin",
        ),
    ),
    Column.CALLED: (
        *("called", "to", "dst", "destination", "callednumber", "dialled", "dialed", "dnis", "did", "bnumber"),
        *("tonumber", "dialednumber", "diallednumber", "ziel", "zielrufnummer", "angerufener", "nach", "an", "appele"),
        *("destino", "callee"),
    ),
    Column.DURATION: (
        *("duration", "dauer", "billsec", "seconds", "sec", "billedduration", "durationsec", "durations", "length"),
        *("durationseconds", "callduration", "gesprachsdauer", "sekunden", "duree", "duracion", "durata"),
    ),
    Column.RESULT: (
        *("result", "disposition", "answered", "status", "ergebnis", "hangupcause", "cause", "outcome", "callstatus"),
        *("releasecause", "sipcode", "code", "etat", "estado", "angenommen"),
    ),
    Column.CALL: (
        *(
            "callid",
            "uniqueid",
            "uuid",
            "id",
            "reference",
            "cdrid",
            "callreference",
            "recordid",
            "anrufid",
            "gesprachsid",
        ),
    ),
}
"""What stands over a column, folded: the surest first."""

_ORDER: Final = (
    *(Column.START, Column.CALLED, Column.CALLER, Column.DURATION, Column.RESULT, Column.CALL, Column.TIME),
)


def guessed(records: Sequence[Record], delimiter: str, zone: str, region: str) -> Reading:
    """How these records are best read. What cannot be recognised is left out, for a person to say."""
    sample = records[:LOOKED_AT]
    widths = Counter(len(record.cells) for record in sample)
    # A preamble and sums have a cell or two: the table is what most cells are in.
    width = max(widths, key=lambda one: (widths[one] * one, one), default=0)
    body = [record for record in sample if len(record.cells) == width]
    heading = next((at for at, record in enumerate(body[:20]) if _is_heading(record.cells)), None)
    below = body if heading is None else body[heading + 1 :]
    columns = _by_heading([] if heading is None else body[heading].cells)
    for column, looks in _LOOKS.items():
        if column not in columns:
            _by_looks(columns, column, looks, below)
    if Column.START in columns and not _alone(columns[Column.START], below):
        # The date stands with its time.
        columns.pop(Column.TIME, None)
    first = below[0].line if below else 1
    return Reading(delimiter, first, columns, _dates(records, columns, region), zone, region)


def _is_heading(cells_: Sequence[str]) -> bool:
    known = {name for names in HEADINGS.values() for name in names}
    return sum(folded(cell) in known for cell in cells_) >= 2


def folded(text: str) -> str:
    """A heading without accents, case and everything but letters: "Start-Time" and "start time" are one."""
    apart = unicodedata.normalize("NFKD", re.sub(r"\(.*?\)", "", text).casefold())
    return "".join(letter for letter in apart if letter.isalpha())


def _by_heading(headings: Sequence[str]) -> dict[Column, int]:
    names = [folded(heading) for heading in headings]
    columns: dict[Column, int] = {}
    for column in _ORDER:
        free = [name for name in HEADINGS[column] if name in names and names.index(name) not in columns.values()]
        if free:
            columns[column] = names.index(free[0])
    return columns


def _is_moment(text: str) -> bool:
    return any(_reads(partial(cells.moments, text, "UTC", order)) for order in Dates)


def _is_number(text: str) -> bool:
    bare = re.sub(r"[\s()/.-]", "", text.strip().strip("'\""))
    return re.fullmatch(r"(?:sips?:|tel:)?\+?[0-9]{3,16}(?:@.*)?", bare) is not None


def _is_duration(text: str) -> bool:
    return len(text.strip()) <= 12 and bool(text.strip()) and _reads(lambda: cells.duration(text))


def _is_result(text: str) -> bool:
    return bool(text.strip()) and not text.strip().isdecimal() and _reads(lambda: cells.result(text))


def _reads(read: Callable[[], object]) -> bool:
    try:
        read()
    except Unclear:
        return False
    return True


_LOOKS: Final[Mapping[Column, Callable[[str], bool]]] = {
    Column.START: _is_moment,
    Column.CALLER: _is_number,
    Column.CALLED: _is_number,
    Column.RESULT: _is_result,
    Column.DURATION: _is_duration,
}
"""In the order in which they are looked for: a duration looks like many things."""


def _by_looks(columns: dict[Column, int], column: Column, looks: Callable[[str], bool], body: Sequence[Record]) -> None:
    """The first free column of which most cells look so."""
    for at in range(max((len(record.cells) for record in body), default=0)):
        if at in columns.values():
            continue
        fitting = sum(at < len(record.cells) and looks(record.cells[at]) for record in body)
        if fitting * 3 > len(body) * 2:
            columns[column] = at
            return


def _alone(at: int, body: Sequence[Record]) -> bool:
    """Whether the dates of this column come without a time of day."""
    texts = [record.cells[at] for record in body if at < len(record.cells)]
    return bool(texts) and sum(_is_moment(text) for text in texts) * 2 < len(texts)


def _dates(records: Sequence[Record], columns: Mapping[Column, int], region: str) -> Dates:
    """The order of day and month: what a day beyond the 12th proves anywhere in the list, else as the region writes."""
    at = columns.get(Column.START)
    pairs = [] if at is None else [cells.first_two(record.cells[at]) for record in records if at < len(record.cells)]
    day_first = sum(pair is not None and pair[0] > 12 for pair in pairs)
    month_first = sum(pair is not None and pair[1] > 12 for pair in pairs)
    if day_first == month_first:
        return Dates.MONTH_FIRST if region in _MONTH_FIRST else Dates.DAY_FIRST
    return Dates.DAY_FIRST if day_first > month_first else Dates.MONTH_FIRST


_MONTH_FIRST: Final = frozenset({"US", "PH", "FM", "MH", "PW", "GU", "PR"})
"""Where months are written first (Unicode CLDR, short dates)."""
