"""A list's records as calls, and what is wrong with those that are none. Nothing is left out without a word."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from switchboard.insight.reconciliation import cells
from switchboard.insight.reconciliation.cells import Unclear
from switchboard.insight.reconciliation.model import NEEDED, Column, Fault, Line, Reading
from switchboard.insight.reconciliation.table import Record
from switchboard.kit.errors import Invalid


@dataclass(frozen=True, slots=True)
class Read:
    """lines: the calls. faults: lines that cannot be compared. unclear: words for a result that we do not know, with
    how often; those lines are compared without it."""

    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unclear: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return len(self.lines) + len(self.faults)


def check(reading: Reading) -> None:
    """Raises Invalid(field=..) for a reading by which no list can be read."""
    cells.zone_of(reading.zone)
    for column in NEEDED:
        if column not in reading.columns:
            raise Invalid(f"say which column holds the {_MEANS[column]}", field=column.value)


_MEANS: Final = {Column.START: "start of the call", Column.CALLED: "called number"}


def read(records: Iterable[Record], reading: Reading) -> Read:
    """All calls of a list, by a reading that was checked."""
    found = Read()
    seen: dict[tuple[str, tuple[int, ...], str], int] = {}
    for record in records:
        if record.line < reading.first:
            continue
        try:
            line = _line(record, reading, found.unclear)
            _once(line, seen)
        except Unclear as unclear:
            found.faults.append(Fault(record.line, str(unclear)))
        else:
            found.lines.append(line)
    return found


def _once(line: Line, seen: dict[tuple[str, tuple[int, ...], str], int]) -> None:
    """Raises Unclear for a call that the list names twice; without the carrier's own name for it nobody can tell."""
    earlier = seen.setdefault((line.call, line.moments, line.called), line.number) if line.call else line.number
    if earlier != line.number:
        raise Unclear(f"it repeats line {earlier}: the same call, with the same start")


def _line(record: Record, reading: Reading, unclear: Counter[str]) -> Line:
    columns = reading.columns
    short = [column for column in NEEDED if columns[column] >= len(record.cells)]
    if short:
        raise Unclear(
            f"it has {len(record.cells)} columns, too few for the {_MEANS[short[0]]}: leave out what is no call"
        )
    if record.last > record.line and any("\n" in _cell(record, columns, one) for one in Column):
        raise Unclear(f"a quotation mark opened there is closed only in line {record.last}: correct the list there")
    start = _cell(record, columns, Column.START)
    if Column.TIME in columns:
        start = f"{start.strip()} {_cell(record, columns, Column.TIME).strip()}"
    return Line(
        record.line,
        cells.moments(start, reading.zone, reading.dates),
        cells.caller(_cell(record, columns, Column.CALLER), reading.region),
        cells.called(_cell(record, columns, Column.CALLED), reading.region),
        duration := cells.duration(_cell(record, columns, Column.DURATION)),
        _answered(record, reading, duration, unclear),
        _cell(record, columns, Column.CALL).strip()[:100],
    )


def _answered(record: Record, reading: Reading, duration: int | None, unclear: Counter[str]) -> bool | None:
    """By the column of results; without one a call that took time was answered."""
    if Column.RESULT not in reading.columns:
        return None if duration is None else duration > 0
    try:
        return cells.result(_cell(record, reading.columns, Column.RESULT))
    except Unclear as word:
        unclear[str(word)] += 1
        return None


def _cell(record: Record, columns: Mapping[Column, int], column: Column) -> str:
    """What stands there; "" where the list has no such column, or the record ends before it."""
    at = columns.get(column)
    return record.cells[at] if at is not None and at < len(record.cells) else ""
