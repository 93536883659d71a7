"""The child process that reads a list and compares it: no work of it stands in the way of a call.

Run as `python -m switchboard.insight.reconciliation.program`. It reads a `Task` as one line of JSON and the list
itself, and answers a `Preview`, or a `Head`; then it reads `Known`, pages of calls until the end of its input, and
answers `Totals` and pages of differences. Each is one line of JSON. What a person can mend is answered as `Trouble`.
"""

import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Final

import msgspec

from switchboard.insight.reconciliation import lines as calls_of
from switchboard.insight.reconciliation import table
from switchboard.insight.reconciliation.comparison import Known, compared
from switchboard.insight.reconciliation.guess import guessed
from switchboard.insight.reconciliation.lines import Read
from switchboard.insight.reconciliation.model import (
    NEEDED,
    Asked,
    Call,
    Difference,
    Preview,
    Reading,
    Shown,
    Totals,
)
from switchboard.insight.reconciliation.table import Record
from switchboard.kit.errors import Invalid

NICENESS: Final = 10
PAGE: Final = 200
"""Calls and differences in one line."""

SHOWN: Final = 8
"""Lines of a preview."""
SHOWN_CELL: Final = 60
SHOWN_COLUMNS: Final = 40
SHOWN_FAULTS: Final = 50
SHOWN_WORDS: Final = 10


@dataclass(frozen=True, slots=True)
class Task:
    """size: bytes of the list, which follows. preview: only say how it would be read."""

    size: int
    preview: bool
    asked: Asked


@dataclass(frozen=True, slots=True)
class Head:
    """since, until: between the starts of the list's calls, by the carrier's clock; None without one."""

    digest: str
    since: int | None
    until: int | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong, for the person who sent the list."""

    error: str
    field: str | None = None


def main(source: IO[bytes], answers: IO[bytes]) -> None:
    """Do one task."""
    try:
        for answer in _answers(source):
            answers.write(msgspec.json.encode(answer) + b"\n")
            answers.flush()
    except Invalid as invalid:
        answers.write(msgspec.json.encode(Trouble(invalid.text, invalid.field)) + b"\n")


Answer = Preview | Head | Totals | Sequence[Difference]


def _answers(source: IO[bytes]) -> Iterator[Answer]:
    task = msgspec.json.decode(source.readline(), type=Task)
    content = source.read(task.size)
    records, reading = opened(content, task.asked)
    digest = hashlib.sha256(content).hexdigest()
    if task.preview:
        yield preview(records, reading, digest)
        return
    calls_of.check(reading)
    read = calls_of.read(records, reading)
    yield Head(digest, *_span(read))
    known = msgspec.json.decode(source.readline(), type=Known)
    calls = [call for page in source for call in msgspec.json.decode(page, type=list[Call])]
    result = compared(read, calls, known, reading.region, task.asked.tolerance)
    yield result.totals
    for first in range(0, len(result.differences), PAGE):
        yield result.differences[first : first + PAGE]


def opened(content: bytes, asked: Asked) -> tuple[list[Record], Reading]:
    """The records of a list and how they are read: as asked, the rest recognised. Raises Invalid."""
    text = table.decoded(content)
    delimiter = asked.delimiter or table.delimiter_of(text)
    records = list(table.records(text, delimiter))
    found = guessed(records, delimiter, asked.zone, asked.region)
    reading = Reading(
        delimiter,
        asked.first or found.first,
        found.columns if asked.columns is None else asked.columns,
        asked.dates or found.dates,
        asked.zone,
        asked.region,
    )
    return records, reading


def preview(records: Sequence[Record], reading: Reading, digest: str) -> Preview:
    """How these records would be read, the first of them one by one."""
    missing = tuple(column for column in NEEDED if column not in reading.columns)
    read = Read()
    if not missing:
        calls_of.check(reading)
        read = calls_of.read(records, reading)
    since, until = _span(read)
    of_line = {line.number: line for line in read.lines}
    wrong = {fault.line: fault.text for fault in read.faults}
    body = [record for record in records if record.line >= reading.first]
    above = [record for record in records if record.line < reading.first]
    return Preview(
        reading=reading,
        headings=_cut(above[-1].cells) if above else (),
        lines=[
            Shown(one.line, _cut(one.cells), of_line.get(one.line), wrong.get(one.line, "")) for one in body[:SHOWN]
        ],
        total=len(body),
        faulty=len(read.faults),
        faults=read.faults[:SHOWN_FAULTS],
        unclear=dict(read.unclear.most_common(SHOWN_WORDS)),
        digest=digest,
        since=since,
        until=until,
        missing=missing,
    )


def _cut(cells: Sequence[str]) -> Sequence[str]:
    return [cell.strip()[:SHOWN_CELL] for cell in cells[:SHOWN_COLUMNS]]


def _span(read: Read) -> tuple[int | None, int | None]:
    starts = [moment for line in read.lines for moment in line.moments]
    return min(starts, default=None), max(starts, default=None)


if __name__ == "__main__":
    os.nice(NICENESS)
    main(sys.stdin.buffer, sys.stdout.buffer)
