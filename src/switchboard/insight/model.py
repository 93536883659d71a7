"""What is counted: the facts of one contact, the sums they come to, and where a sum belongs.

Every time is UTC epoch microseconds, every length microseconds.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import add, sub
from typing import Final, NamedTuple

from switchboard.insight.accuracy import Estimates
from switchboard.routing.model import Expected

WHOLE: Final = ""
"""The place that is the whole organization; the others are ids of clients and queues."""


@dataclass(slots=True)
class Visit:
    """A stay in a queue that has ended. how: a `conversations.model.VisitEnd`. paused: for how long its clock stood
    still."""

    queue: str
    entered: int
    left: int
    how: str
    expected: Expected | None = None
    paused: int = 0


@dataclass(slots=True)
class Work:
    """One agent's engagement. visit: the stay in line that it ended. wrap_up: None until all is done. transferred: the
    agent handed the customer over to another queue."""

    queue: str
    agent: str
    visit: str
    ring: int
    talk: int = 0
    hold: int = 0
    wrap_up: int | None = None
    transferred: bool = False


@dataclass(slots=True)
class Facts:
    """What counts of one contact. visits, works: by id. measured: the visits whose estimate
    is counted. A contact counts on the day it arrived."""

    client: str
    arrived: int
    closed: bool = False
    visits: dict[str, Visit] = field(default_factory=dict)
    works: dict[str, Work] = field(default_factory=dict)
    measured: set[str] = field(default_factory=set)

    @property
    def final(self) -> bool:
        """Nothing of it can change any more."""
        return self.closed and all(work.wrap_up is not None for work in self.works.values())


class Cell(NamedTuple):
    """Where a sum belongs. place: `WHOLE`, a client or a queue. team: None for everybody, else only what agents of
    this team took."""

    place: str
    team: str | None = None


class Sums(NamedTuple):
    """Counts of distinct contacts (handled, transferred: of engagements) and their times.

    offered: stood in line here and have left it: answered, abandoned or other (sent on: maximum wait, nobody signed
    in, broke out). full: the line was full and they never stood in it; they are in none of those. overflowed_out: a
    queue here sent them on to another; overflowed_in: came so from another. queue_time: of those answered. longest:
    the longest time in line of any of them.
    """

    offered: int = 0
    answered: int = 0
    answered_in_time: int = 0
    abandoned: int = 0
    abandoned_in_time: int = 0
    short: int = 0
    other: int = 0
    queue_time: int = 0
    handled: int = 0
    ring: int = 0
    talk: int = 0
    hold: int = 0
    wrap_up: int = 0
    full: int = 0
    overflowed_out: int = 0
    overflowed_in: int = 0
    transferred: int = 0
    longest: int = 0

    def plus(self, more: "Sums") -> "Sums":
        """Both together."""
        return self._with(add, more)

    def minus(self, less: "Sums") -> "Sums":
        """Without what was counted before. The longest wait stays: a wait that has ended cannot become shorter."""
        return self._with(sub, less)

    def _with(self, how: Callable[[int, int], int], other: "Sums") -> "Sums":
        parts = [*map(how, self, other)]
        parts[-1] = max(self[-1], other[-1])
        return Sums._make(parts)


@dataclass(frozen=True, slots=True)
class Rule:
    """How a queue is judged. client: whose it is. threshold: T of the service level. short: a caller who gives up
    within it has misdialled. formula: key in `measures.answering.SERVICE_LEVELS`."""

    client: str = ""
    threshold: int = 20_000_000
    short: int = 5_000_000
    formula: str = "offered"


@dataclass(frozen=True, slots=True)
class Rules:
    """queues: by id. zones: time zone by client. teams: team by agent, without those who have none."""

    queues: dict[str, Rule] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)

    def of(self, queue: str) -> Rule:
        return self.queues.get(queue, _UNKNOWN)

    def client_of(self, place: str) -> str | None:
        """The client whose days a place goes by; None for the whole."""
        client = self.queues[place].client if place in self.queues else place
        return client if client in self.zones else None


_UNKNOWN: Final = Rule()


@dataclass(frozen=True, slots=True)
class Figure:
    """What is shown of a cell. since, until: the day, None where clients have different days. formula: label of the
    service level's formula, text: as published. threshold: T, None where queues differ. service_level: 0-1, None
    when there is nothing to measure; so are asa, aht and transfer_rate (transferred of handled). estimates: of a
    queue, whoever answered. Lengths in microseconds."""

    cell: Cell
    since: int | None
    until: int | None
    offered: int
    answered: int
    abandoned: int
    other: int
    service_level: float | None
    formula: str
    text: str
    threshold: int | None
    asa: int | None
    aht: int | None
    longest_wait: int
    full: int = 0
    overflowed_out: int = 0
    overflowed_in: int = 0
    handled: int = 0
    transferred: int = 0
    transfer_rate: float | None = None
    estimates: Estimates | None = None
