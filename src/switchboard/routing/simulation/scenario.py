"""What is simulated: queues, who works when, who rings how often, and how long everything takes.

Times of the day are whole seconds from midnight of the day on which it begins; they may lie behind the next one.
Durations are seconds, except in `QueueItem`. Skills, queues and groups are named by key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from switchboard.agents.model import Capacity
from switchboard.kit.errors import Invalid
from switchboard.routing.model import QueueItem
from switchboard.routing.simulation.distributions import AT_ONCE, NEVER, Distribution, Exponential, Fixed

USUAL_ANSWER: Final = Fixed(3.0)
"""Seconds until an agent takes an offer."""
USUAL_TALK: Final = Exponential(240.0)
"""Mean seconds of a talk."""


@dataclass(frozen=True, slots=True)
class Shift:
    """From start to end; the talk at its end is finished first."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Group:
    """Agents who are alike. shifts: none means all the time. pace: how long he needs, as a multiple of the usual
    time. answer: seconds until he takes an offer; when it is longer than the queue lets it ring, he has missed it
    and asks for calls again after `back_after`. pace_by_kind: by kind of caller, in addition to the pace. resolves:
    the share of his contacts that he resolves, None where that is not simulated; resolves_by_kind: where it differs.
    satisfies, satisfies_by_kind: the same of how content he leaves customers, 0 to 1 on average.
    capacity: how many contacts at a time, None for one. named: the key is that of one
    agent, who is of this `team`."""

    key: str
    count: int
    queues: tuple[str, ...]
    skills: Mapping[str, int] = field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()
    pace: float = 1.0
    answer: Distribution = USUAL_ANSWER
    back_after: float = 60.0
    pace_by_kind: Mapping[str, float] = field(default_factory=dict)
    resolves: float | None = None
    resolves_by_kind: Mapping[str, float] = field(default_factory=dict)
    satisfies: float | None = None
    satisfies_by_kind: Mapping[str, float] = field(default_factory=dict)
    capacity: Capacity | None = None
    team: str | None = None
    tiers: Mapping[str, int] = field(default_factory=dict)
    cost: int = 0
    named: bool = False

    def pace_with(self, kind: str) -> float:
        """His pace with this kind of caller."""
        return self.pace * self.pace_by_kind.get(kind, 1.0)

    def resolved(self, kind: str, drawn: float) -> bool | None:
        """Whether he resolves what this number between 0 and 1 stands for."""
        share = self.resolves_by_kind.get(kind, self.resolves)
        return None if share is None else drawn < share

    def satisfied(self, kind: str, moods: Sequence[float]) -> float | None:
        """What a customer in these moods answers, 0 to 1, in as many steps: on average the share that he satisfies.
        None without moods: he does not answer."""
        share = self.satisfies_by_kind.get(kind, self.satisfies)
        return None if share is None or not moods else sum(mood < share for mood in moods) / len(moods)


@dataclass(frozen=True, slots=True)
class Kind:
    """A part of a queue's callers. share: its weight among the kinds. requires: in addition to the queue's skills.
    due_in: seconds in which they are due, 0 as the queue has it."""

    key: str
    share: float = 1.0
    requires: Mapping[str, int] = field(default_factory=dict)
    priority: int = 0
    due_in: int = 0


PLAIN: Final = Kind("all")


@dataclass(frozen=True, slots=True)
class Rate:
    """From this time of the day on so many callers an hour."""

    start: int
    per_hour: float


@dataclass(frozen=True, slots=True)
class Caller:
    """A real call of a log. at: seconds from midnight of the scenario's day. talk, wrap_up: None is drawn as for
    others; a caller who gave up has none. patience: when he gave up; None: he did not, for `waited` seconds. place:
    since when he counts as waiting, seconds from midnight, None when he comes. leaves: when his patience is over he
    leaves the line by himself and is not counted as lost. comes: False stands in the row without coming."""

    at: float
    talk: float | None = None
    patience: float | None = None
    waited: float = 0.0
    wrap_up: float | None = None
    place: float | None = None
    leaves: bool = False
    comes: bool = True


@dataclass(frozen=True, slots=True)
class Stream:
    """The callers of a queue: at rates, or the calls of a log, in order. patience: seconds until one gives up.
    wrap_up: how long the agent needs; he never takes longer than the queue allows. menu: None leads into the line at
    once. channel: what they count as for agents who have several contacts at a time. answers: share of them, 0 to 1,
    who say how content they were. by_agent: talk, wrap-up and what comes of it are drawn of caller and agent together,
    not of the caller alone."""

    queue: str
    rates: tuple[Rate, ...] = ()
    calls: Sequence[Caller] = ()
    kinds: tuple[Kind, ...] = (PLAIN,)
    talk: Distribution = USUAL_TALK
    wrap_up: Distribution = AT_ONCE
    patience: Distribution = NEVER
    menu: "Menu | None" = None
    channel: str = "voice"
    answers: float = 0.0
    by_agent: bool = False


@dataclass(frozen=True, slots=True)
class Menu:
    """What callers hear before the line. time: seconds that they spend there. solved: share of them, 0 to 1, who need
    nobody afterwards and never stand in line."""

    time: Distribution
    solved: float = 0.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """name: for headings. start: time of the day at which it begins. length: seconds in which callers come in; who is
    in line then is still served, for `overrun` seconds at most. interval: what figures are reported by. warm_up:
    seconds at the beginning that are left out of the figures. estimates: of how many callers who wait the estimate
    is compared with what became of it, spread over the run."""

    name: str
    queues: tuple[QueueItem, ...]
    groups: tuple[Group, ...]
    streams: tuple[Stream, ...]
    start: int = 8 * 3_600
    length: int = 10 * 3_600
    overrun: int = 2 * 3_600
    interval: int = 1_800
    warm_up: int = 0
    seed: int = 1
    runs: int = 1
    estimates: int = 2_000

    @property
    def end(self) -> int:
        """Time of the day after which nobody comes in."""
        return self.start + self.length

    def expected(self, stream: Stream) -> float:
        """How many callers this stream brings, on average."""
        if stream.calls:
            return sum(call.comes and self.start <= call.at < self.end for call in stream.calls)
        total = 0.0
        ends = [*(rate.start for rate in stream.rates[1:]), self.end]
        for rate, until in zip(stream.rates, ends, strict=False):
            total += rate.per_hour / 3_600 * max(0, min(until, self.end) - max(rate.start, self.start))
        return total


def must_have_callers(scenario: Scenario) -> None:
    """Raises Invalid for a stream that says neither how often somebody calls nor when."""
    for stream in scenario.streams:
        if not stream.rates and not stream.calls:
            raise Invalid(
                f"arrivals.{stream.queue}: say how many call in an hour, or give a log with calls", field="arrivals"
            )
