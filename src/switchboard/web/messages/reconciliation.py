"""The carrier's list of calls beside our contacts. Times are UTC epoch microseconds, lengths microseconds."""

from typing import Annotated

from pydantic import Field

from switchboard.insight.reconciliation.model import MOST_COLUMNS, MOST_LINES, Column, Dates, Kind, Why
from switchboard.kit.pages import MOST
from switchboard.web.fields import BIGGEST, Answer, Asked, FilledLine, Id, Line
from switchboard.web.messages.contacts import When

At = Annotated[int | None, Field(ge=0, lt=MOST_COLUMNS, description="column, the first is 0")]


class ListAsked(Asked):
    """How a list is read. Whatever is left out is recognised; as soon as one column is named, only the named count."""

    client: Annotated[Id, Field(description="id of the client whose calls these are")]
    zone: Annotated[
        Line | None, Field(description="time zone of its times, as Europe/Berlin; default the client's")
    ] = None
    delimiter: Annotated[str | None, Field(pattern=r'^[^\x00-\x08\x0a-\x1e"\x7f]$')] = None
    first: Annotated[int | None, Field(ge=1, le=MOST_LINES * 10, description="line of the first call")] = None
    dates: Dates | None = None
    start: At = None
    time: At = None
    caller: At = None
    called: At = None
    duration: At = None
    result: At = None
    call: At = None


class CompareAsked(ListAsked):
    name: FilledLine
    tolerance: Annotated[int, Field(ge=1, le=600, description="seconds between two starts of one call")] = 30
    longer: Annotated[int, Field(ge=0, le=600, description="seconds by which two lengths may differ")] = 5
    since: Annotated[When | None, Field(alias="from", description="compare from then; default its first call")] = None
    until: Annotated[When | None, Field(alias="to", description="compare before then; default its last call")] = None


class CarriersCall(Answer):
    """A line as it is understood."""

    starts: list[int]
    """Two where the clock struck that hour twice."""
    caller: str | None
    called: str
    duration: int | None
    answered: bool | None
    call: str


class ListLine(Answer):
    line: int
    cells: list[str]
    call: CarriersCall | None
    fault: str
    """What is wrong with it, when there is no call."""


class ListFault(Answer):
    line: int
    text: str


class UnclearResult(Answer):
    word: str
    count: int


class ListColumn(Answer):
    holds: Column
    at: int


class ReconciliationRow(Answer):
    id: str
    name: str
    client: str
    by: str
    made_at: int
    expires_at: int
    """When it will be deleted."""
    zone: str
    tolerance: int
    """Seconds, as the next."""
    longer: int
    lines: int
    compared: int
    """Of the lines: those that can be read and are to the client's numbers."""
    calls: int
    """Our contacts of that time."""
    matched: int
    offset: int
    """The carrier's clock minus ours."""
    pairs: int
    """By how many calls that was found; 0: by too few, and it was taken for none."""
    since: int
    until: int
    only_carrier: int
    only_us: int
    answered: int
    duration: int
    elsewhere: int
    unreadable: int


class ListPreview(Answer):
    """How a list would be read."""

    delimiter: str
    first: int
    columns: list[ListColumn]
    dates: Dates
    zone: str
    headings: list[str]
    lines: list[ListLine]
    total: int
    faulty: int
    """How many lines cannot be compared."""
    faults: list[ListFault]
    """The first of them."""
    unclear: list[UnclearResult]
    """Words for a result that are not known: those lines are compared without it."""
    since: int | None
    until: int | None
    missing: list[Column]
    """Columns that are needed and not recognised."""
    earlier: ReconciliationRow | None
    """The result of this very list, which another comparison replaces."""


class Reconciliations(Answer):
    reconciliations: list[ReconciliationRow]


class DifferencesAsked(Asked):
    kind: Kind
    after: Annotated[int, Field(ge=0, le=BIGGEST)] = 0
    limit: Annotated[int, Field(ge=1, le=MOST)] = 100


class DifferenceRow(Answer):
    number: int
    at: int | None
    """By our clock."""
    line: int | None
    caller: str | None
    called: str
    duration: int | None
    answered: bool | None
    call: str
    contact: str | None
    our_caller: str | None
    our_at: int | None
    our_duration: int | None
    our_end: str | None
    why: Why
    text: str


class Differences(Answer):
    rows: list[DifferenceRow]
    after: int | None
    """Goes into the next question; null when these were the last."""
