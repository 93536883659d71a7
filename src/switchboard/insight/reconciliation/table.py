"""A carrier's list as records: whatever its encoding and delimiter. Total: records, or `Invalid`."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from switchboard.insight.reconciliation.model import MOST_BYTES, MOST_COLUMNS, MOST_LINES
from switchboard.kit.errors import Invalid

DELIMITERS: Final = (";", ",", "\t", "|", "^", "~", "\x1f")
"""Those that are recognised; any other may be named."""

LOOKED_AT: Final = 60
"""Lines from which the delimiter is recognised."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Record(NamedTuple):
    """One record. line, last: the lines of the file it stands in, from 1; two only where a quoted cell has a break."""

    line: int
    last: int
    cells: Sequence[str]


def decoded(content: bytes) -> str:
    """The text of a file. UTF-8 or UTF-16 by its mark or its looks, else Windows-1252 and Latin-1, which any bytes are.

    Raises Invalid for an empty file, one that is too large, and one that is no text.
    """
    if len(content) > MOST_BYTES:
        raise Invalid(f"the list is larger than {MOST_BYTES // 1024 // 1024} MB: split it, by days for instance")
    text = _text(content)
    if not text.strip("\ufeff \t\r\n"):
        raise Invalid("the list is empty: export it again")
    if "\x00" in text:
        raise Invalid("this is no list of text: export it as CSV, not as a spreadsheet or an archive")
    return text


def _text(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, errors="replace")
    zeros = content[:2_000]
    if zeros.count(0) * 3 > len(zeros):
        # Latin letters in UTF-16: every other byte is 0, the second one in its little-endian form.
        little = zeros[1::2].count(0) >= zeros[::2].count(0)
        return content.decode("utf-16-le" if little else "utf-16-be", errors="replace")
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def delimiter_of(text: str) -> str:
    """The delimiter that cuts most of the first lines into the same number of cells, and into the most."""
    named = _named(text)
    if named:
        return named
    lines = text.splitlines(keepends=True)[:LOOKED_AT]
    return max(DELIMITERS, key=lambda one: _fitness(lines, one))


def _named(text: str) -> str:
    """A spreadsheet's own first line `sep=;`."""
    first = text[:20].lstrip("\ufeff").splitlines()[:1]
    return first[0][4:5] if first and first[0][:4].lower() == "sep=" and len(first[0]) == 5 else ""


def _fitness(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
    except csv.Error:
        return 0, 0
    wide = [(count, width) for width, count in widths.items() if width > 1]
    if not wide:
        return 0, 0
    count, width = max(wide)
    # One odd line more or less says little; ten columns instead of two say a lot.
    return round(count / widths.total(), 1), width


def records(text: str, delimiter: str) -> Iterator[Record]:
    """The records that hold anything. Raises Invalid at one that no list would have."""
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise Invalid("the delimiter is one character, and no quotation mark", field="delimiter")
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter)
    last = found = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Invalid(
                f"line {last + 1}: a quotation mark is opened there and not closed; close or remove it"
            ) from None
        line, last = last + 1, reader.line_num
        if line == 1 and _named(text):
            continue
        if not any(cell.strip() for cell in cells):
            continue
        found += 1
        _check(line, found, cells)
        yield Record(line, last, cells)


def _check(line: int, found: int, cells: Sequence[str]) -> None:
    if found > MOST_LINES:
        raise Invalid(f"the list has more than {MOST_LINES:,} lines: split it, by days for instance")
    if len(cells) > MOST_COLUMNS:
        raise Invalid(f"line {line} has more than {MOST_COLUMNS} columns: is this a list of calls?")
