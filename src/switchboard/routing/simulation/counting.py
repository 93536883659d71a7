"""What came of a run: callers by queue, kind and interval, the agents' time, and Little's law.

Every figure is one of `measures/`; this only counts. Times are microseconds from midnight of the scenario's day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from switchboard.agents.model import AgentState
from switchboard.conversations.model import OVERFLOWED, VisitEnd
from switchboard.kit.clock import MICROSECONDS
from switchboard.measures.answering import SERVICE_LEVELS, Answers, AnswerWaits, abandonment, average_speed_of_answer
from switchboard.measures.work import Work, average_handle_time, occupancy
from switchboard.routing.simulation.estimates import Errors, quantiles
from switchboard.routing.simulation.helping import Helped
from switchboard.routing.simulation.scenario import Scenario

PERCENTILES: Final = (0.5, 0.8, 0.9, 0.95, 0.99)

_GAVE_UP: Final = frozenset({VisitEnd.ABANDONED, VisitEnd.ABANDONED_WHILE_OFFERED})


@dataclass(slots=True)
class Tally:
    """Callers of one queue, kind and interval. sent_on: who left the line in another way (longest wait reached,
    nobody signed in). overflowed: another queue took them; of the callers of several queues together, at least once.
    full: no room in the line, so that they never stood in it; solved: in the menu before it; both are not in offered.
    overdue: answered after they had been due. answers: who said how content they were; contentment: all that they said,
    0 to 1 each.
    unserved: still in line at the very end. queue_time: of the answered; waits: theirs, one by
    one."""

    offered: int = 0
    answered: int = 0
    answered_in_time: int = 0
    abandoned: int = 0
    abandoned_in_time: int = 0
    short: int = 0
    sent_on: int = 0
    overflowed: int = 0
    full: int = 0
    solved: int = 0
    overdue: int = 0
    unserved: int = 0
    queue_time: int = 0
    waits: list[int] = field(default_factory=list)
    errors: Errors = field(default_factory=Errors)
    answers: int = 0
    contentment: float = 0.0

    def add(self, other: "Tally") -> None:
        self.offered += other.offered
        self.answered += other.answered
        self.answered_in_time += other.answered_in_time
        self.abandoned += other.abandoned
        self.abandoned_in_time += other.abandoned_in_time
        self.short += other.short
        self.sent_on += other.sent_on
        self.overflowed += other.overflowed
        self.full += other.full
        self.solved += other.solved
        self.overdue += other.overdue
        self.unserved += other.unserved
        self.queue_time += other.queue_time
        self.waits += other.waits
        self.errors.add(other.errors)
        self.answers += other.answers
        self.contentment += other.contentment

    def said(self, satisfaction: float) -> None:
        """One of them has answered how content he was."""
        self.answers += 1
        self.contentment += satisfaction

    def left(self, how: VisitEnd, wait: int, in_time: int, short: int) -> None:
        """One of them left the line. in_time: the threshold of the service level; short: of misdialled calls."""
        if how is VisitEnd.ANSWERED:
            self.answered += 1
            self.answered_in_time += wait <= in_time
            self.queue_time += wait
            self.waits.append(wait)
        elif how in _GAVE_UP:
            self.abandoned += 1
            self.abandoned_in_time += wait <= in_time
            self.short += wait <= short
        elif how in OVERFLOWED:
            self.overflowed += 1
        else:
            self.sent_on += 1

    def figures(self) -> dict[str, float | None]:
        """Every figure by name; times in seconds. None: there is nothing to measure."""
        answers = Answers(self.answered, self.answered_in_time, self.abandoned, self.abandoned_in_time, self.short)
        figures: dict[str, float | None] = {
            "offered": self.offered,
            "answered": self.answered,
            "abandoned": self.abandoned,
            "sent on": self.sent_on,
            "overflowed": self.overflowed,
            "not let in": self.full,
            "solved in the menu": self.solved,
            "answered overdue": self.overdue,
            "unserved": self.unserved,
            **{f"service level, {key}": formula.of(answers) for key, formula in SERVICE_LEVELS.items()},
            "abandonment": abandonment(answers),
            "answers": self.answers,
            "satisfaction": self.contentment / self.answers if self.answers else None,
            "asa": _seconds(average_speed_of_answer(AnswerWaits(self.answered, self.queue_time))),
        }
        for share, wait in zip(PERCENTILES, quantiles(self.waits, PERCENTILES), strict=True):
            figures[f"wait p{round(100 * share)}"] = _seconds(wait)
        return figures | self._error_figures()

    def _error_figures(self) -> dict[str, float | None]:
        errors = self.errors
        figures: dict[str, float | None] = {"estimates": len(errors.likely)}
        for name, values in (("estimate", errors.likely), ("average", errors.average), ("last", errors.last)):
            figures[f"{name} error p50"], figures[f"{name} error p90"] = quantiles(values, (0.5, 0.9))
        figures["estimate coverage"] = errors.inside / len(errors.likely) if errors.likely else None
        return figures


def _seconds(microseconds: float | None) -> float | None:
    return None if microseconds is None else microseconds / MICROSECONDS


@dataclass(slots=True)
class Time:
    """What agents did with their time, microseconds. handled: contacts whose work ended."""

    handled: int = 0
    ring: int = 0
    talk: int = 0
    wrap_up: int = 0
    available: int = 0
    other: int = 0

    def add(self, other: "Time") -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def figures(self) -> dict[str, float | None]:
        """Occupancy as a share, times in seconds and hours."""
        work = Work(self.handled, self.ring, self.talk, 0, self.wrap_up, self.available)
        signed_in = self.ring + self.talk + self.wrap_up + self.available + self.other
        return {
            "handled": self.handled,
            "occupancy": occupancy(work),
            "aht": _seconds(average_handle_time(work)),
            "signed in hours": signed_in / MICROSECONDS / 3_600,
        }


_SPENT: Final[Mapping[AgentState, str]] = {
    AgentState.OFFERED: "ring",
    AgentState.ENGAGED: "talk",
    AgentState.WRAP_UP: "wrap_up",
    AgentState.AVAILABLE: "available",
    AgentState.PAUSED: "other",
    AgentState.DELAYED: "other",
    AgentState.NOT_RESPONDING: "other",
}


@dataclass(slots=True)
class Little:
    """Little's law of one queue: the time that callers spent in line, added up over the callers (`waits`) and over
    the clock (`area`: number in line x time). Equal to the microsecond, or something was lost or counted twice."""

    area: int = 0
    waits: int = 0
    since: int = 0
    in_line: int = 0

    def count(self, in_line: int, now: int) -> None:
        """So many are in line from now on."""
        self.area += self.in_line * (now - self.since)
        self.since, self.in_line = now, in_line

    @property
    def holds(self) -> bool:
        return self.area == self.waits


@dataclass(slots=True)
class Outcome:
    """What came of one run. cells: by queue, kind (both by key) and number of the interval. time: by group and
    interval. callers: where queues overflow, the whole way of each caller, by the queue that he rang; cells are then
    stays in one queue. little: by queue. relief: by queue and who helped there. decided: inputs that the Floor
    decided."""

    scenario: Scenario
    seed: int
    cells: dict[tuple[str, str, int], Tally] = field(default_factory=dict)
    callers: dict[tuple[str, str, int], Tally] = field(default_factory=dict)
    time: dict[tuple[str, int], Time] = field(default_factory=dict)
    little: dict[str, Little] = field(default_factory=dict)
    relief: dict[tuple[str, str], Helped] = field(default_factory=dict)
    decided: int = 0

    def tally(self, queue: str | None = None, kind: str | None = None, interval: int | None = None) -> Tally:
        """The callers of these together; None is all. Of one queue: those who stood in its line."""
        cells = self.callers if queue is None and self.callers else self.cells
        wanted = (queue, kind, interval)
        total = Tally()
        for key, cell in cells.items():
            if all(want is None or want == is_ for want, is_ in zip(wanted, key, strict=True)):
                total.add(cell)
        return total

    def work(self, group: str | None = None, interval: int | None = None) -> Time:
        """The time of these agents together; None is all."""
        total = Time()
        for (of, at), time in self.time.items():
            if group in (None, of) and interval in (None, at):
                total.add(time)
        return total

    def figures(
        self, queue: str | None = None, kind: str | None = None, interval: int | None = None
    ) -> dict[str, float | None]:
        """Figures of the callers; occupancy and handling of all agents where all queues are asked for."""
        figures = self.tally(queue, kind, interval).figures()
        return figures | self.work(None, interval).figures() if queue is None else figures

    @property
    def intervals(self) -> range:
        """Their numbers."""
        return range(-(-self.scenario.length // self.scenario.interval))


class Counting:
    """Counts one run into its `outcome`. entered, left and spent are told in the order of time."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.outcome = Outcome(scenario, seed)
        self._thresholds = {queue.key: (queue.service_level, queue.targets.short_call) for queue in scenario.queues}
        self._begin = (scenario.start + scenario.warm_up) * MICROSECONDS
        self._start, self._end = scenario.start * MICROSECONDS, scenario.end * MICROSECONDS
        self._interval = scenario.interval * MICROSECONDS
        self.overflows = any(queue.overflow for queue in scenario.queues)
        for queue in scenario.queues:
            self.outcome.little[queue.key] = Little(since=self._start)

    def cell(self, queue: str, kind: str, entered: int, *, whole: bool = False) -> Tally | None:
        """Where a caller who came in line at this time is counted, with his stay there or his whole way; None: he is
        left out of the figures."""
        if not self._begin <= entered < self._end:
            return None
        key = (queue, kind, (entered - self._start) // self._interval)
        cells = self.outcome.callers if whole else self.outcome.cells
        cell = cells.get(key)
        if cell is None:
            cell = cells[key] = Tally()
        return cell

    def never_in_line(self, queue: str, kind: str, at: int, *, full: bool, whole: bool) -> None:
        """He was not let in (full) or needed nobody after the menu. whole: that was his whole way."""
        for one in (False, True) if whole and self.overflows else (False,):
            cell = self.cell(queue, kind, at, whole=one)
            if cell is not None:
                cell.full += full
                cell.solved += not full

    def came(self, queue: str, kind: str, at: int) -> None:
        """His way through the lines begins, with that of the queue that he rang or another."""
        cell = self.cell(queue, kind, at, whole=True) if self.overflows else None
        if cell is not None:
            cell.offered += 1

    def overflowed(self, queue: str, kind: str, since: int) -> None:
        """For the first time another queue takes him."""
        cell = self.cell(queue, kind, since, whole=True)
        if cell is not None:
            cell.overflowed += 1

    def gone(self, queue: str, kind: str, since: int, at: int, how: VisitEnd | None, last: str) -> Tally | None:
        """His way is over: in line since then, in the line of `last` at its end. how: None when he is still there."""
        cell = self.cell(queue, kind, since, whole=True) if self.overflows else None
        if cell is not None and how is None:
            cell.unserved += 1
        elif cell is not None and how is not None:
            cell.left(how, at - since, *self._thresholds[last])
        return cell

    def entered(self, queue: str, kind: str, at: int) -> None:
        """A caller is in line."""
        cell = self.cell(queue, kind, at)
        if cell is not None:
            cell.offered += 1

    def left(self, queue: str, kind: str, entered: int, at: int, how: VisitEnd) -> Tally | None:
        """He is no longer; returns where he is counted."""
        self.outcome.little[queue].waits += at - entered
        cell = self.cell(queue, kind, entered)
        if cell is not None:
            cell.left(how, at - entered, *self._thresholds[queue])
        return cell

    def never_left(self, queue: str, kind: str, entered: int, at: int) -> None:
        """He is still in line when everything ends."""
        self.outcome.little[queue].waits += at - entered
        cell = self.cell(queue, kind, entered)
        if cell is not None:
            cell.unserved += 1

    def spent(self, group: str, state: AgentState, since: int, until: int) -> None:
        """An agent was in this state from since to until."""
        name = _SPENT.get(state)
        if name is None:
            return
        at, until = max(since, self._begin), min(until, self._end)
        while at < until:
            number = (at - self._start) // self._interval
            end = min(until, self._start + (number + 1) * self._interval)
            time = self._time(group, number)
            setattr(time, name, getattr(time, name) + end - at)
            at = end

    def handled(self, group: str, at: int) -> None:
        """An agent is done with a contact."""
        if self._begin <= at < self._end:
            self._time(group, (at - self._start) // self._interval).handled += 1

    def _time(self, group: str, interval: int) -> Time:
        key = (group, interval)
        time = self.outcome.time.get(key)
        if time is None:
            time = self.outcome.time[key] = Time()
        return time


def merged(tallies: Iterable[Tally]) -> Tally:
    """Several as one."""
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total
