"""The nouns of reconciliation. Every time is UTC epoch microseconds, every length microseconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from switchboard.kit.clock import MICROSECONDS

MOST_BYTES: Final = 32 * 1024 * 1024
"""Of a list: some 300,000 calls."""
MOST_LINES: Final = 200_000
MOST_COLUMNS: Final = 200

KEPT: Final = 180 * 86_400 * MICROSECONDS
"""How long a result is kept: differences name callers, so not for ever, and long enough for a carrier's bill."""

MOST_SKEW: Final = 26 * 3_600 * MICROSECONDS
"""How far the carrier's clock may be off and still be recognised: a wrong day and a wrong time zone."""


class Dates(StrEnum):
    """In which order a date names its parts; one that begins with four digits is always year first."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


class Column(StrEnum):
    """What a column of the list may hold."""

    START = "start"
    """When the call began: date and time."""
    TIME = "time"
    """The time of day, where the date stands alone in `start`."""
    CALLER = "caller"
    CALLED = "called"
    DURATION = "duration"
    RESULT = "result"
    """Whether it was answered."""
    CALL = "call"
    """The carrier's own name for the call."""


NEEDED: Final = (Column.START, Column.CALLED)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a list is read. first: line of the first call, from 1. columns: where each thing stands, from 0.
    zone: IANA name, for times that do not say theirs. region: ISO 3166 alpha-2, for numbers without a country."""

    delimiter: str
    first: int
    columns: Mapping[Column, int]
    dates: Dates
    zone: str
    region: str


class Line(NamedTuple):
    """One call as the carrier has it. moments: its start; two where the clock struck that hour twice. caller: E.164,
    None when withheld. called: see `cells.dialled`. call: the carrier's name for it, "" without one."""

    number: int
    moments: tuple[int, ...]
    caller: str | None
    called: str
    duration: int | None = None
    answered: bool | None = None
    call: str = ""


class Fault(NamedTuple):
    """A line that cannot be compared, and what to do about it."""

    line: int
    text: str


class Call(NamedTuple):
    """One contact of the client as the ledger has it. called: as in the directory, "" when not known. caller: E.164,
    None when hidden or forgotten. end: an `ArrivalEnd`, None while it goes on."""

    id: str
    called: str
    caller: str | None
    arrived_at: int
    closed_at: int | None
    end: str | None


class Counted(NamedTuple):
    """Arrivals of one minute that were refused and only counted. end: an `ArrivalEnd`."""

    minute: int
    end: str
    callers: int


class Silence(NamedTuple):
    """The center did not run. clean: it was stopped; otherwise `since` is its last sign of life before it died."""

    since: int
    until: int
    clean: bool


class Kind(StrEnum):
    """What a difference is about. Their order is the order of the page."""

    ONLY_CARRIER = "only with the carrier"
    ONLY_US = "only with us"
    ANSWERED = "answered or not"
    DURATION = "duration"
    ELSEWHERE = "to other numbers"
    """The called number is none of the client's: not compared."""
    UNREADABLE = "not readable"


class Why(StrEnum):
    """What would explain a call that only one of the two has."""

    NOT_RUNNING = "not running"
    """The center was stopped then, or had died."""
    COUNTED = "counted"
    """Callers were refused in that minute who were only counted."""
    GIVEN_UP = "given up"
    """The carrier itself says that nobody answered: it may never have reached us."""
    REFUSED = "refused"
    """We refused it: some carriers leave such calls out."""
    CANCELLED = "cancelled"
    """It was over within seconds: some carriers leave such calls out."""
    ANOTHER_CLIENT = "another client"
    UNKNOWN_NUMBER = "unknown number"
    UNKNOWN = ""
    """Nothing that we know of."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """start: how far two starts may be apart, the clocks' difference taken out, for one call. duration: how far
    two lengths may be apart before it is a difference."""

    start: int = 30 * MICROSECONDS
    duration: int = 5 * MICROSECONDS


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. number: its place among those of its kind, from 1. at: when, by our clock, None for a line that
    cannot be read. text: for a line that cannot be read, what to do. contact: the id of ours."""

    kind: Kind
    number: int
    at: int | None = None
    line: int | None = None
    caller: str | None = None
    called: str = ""
    duration: int | None = None
    answered: bool | None = None
    call: str = ""
    contact: str | None = None
    our_at: int | None = None
    our_duration: int | None = None
    our_end: str | None = None
    why: Why = Why.UNKNOWN
    text: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """lines: all of the list that hold something, headings left out. calls: ours of that time. compared: lines that
    could be read and are to the client's numbers. offset: the carrier's clock minus ours; pairs: by how many calls it
    was found, 0 when there were too few and it was taken for none. since, until: the time that was compared."""

    lines: int
    compared: int
    calls: int
    matched: int
    offset: int
    pairs: int
    since: int
    until: int
    counts: Mapping[Kind, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """totals and differences, each kind in the order of time."""

    totals: Totals
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of a preview: its cells as they stand there, and how they are understood: `call`, or `fault`."""

    line: int
    cells: Sequence[str]
    call: Line | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """How a list would be read. headings: the cells above the first call. digest: of the file. faults: the first of
    them, of which there are `faulty`. unclear: words for a result that are not known, and how often. since, until: of
    the calls, None when there is none. missing: needed columns that nobody has named yet."""

    reading: Reading
    headings: Sequence[str]
    lines: Sequence[Shown]
    total: int
    faulty: int
    faults: Sequence[Fault]
    unclear: Mapping[str, int]
    digest: str
    since: int | None = None
    until: int | None = None
    missing: Sequence[Column] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """How somebody wants a list to be read; None is recognised. columns: None recognises all of them."""

    zone: str
    region: str
    delimiter: str | None = None
    first: int | None = None
    columns: Mapping[Column, int] | None = None
    dates: Dates | None = None
    tolerance: Tolerance = Tolerance()
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A result that is kept. by: a person's id. digest: of the list."""

    id: str
    client: str
    name: str
    by: str
    made_at: int
    expires_at: int
    digest: str
    zone: str
    tolerance: Tolerance
    totals: Totals
