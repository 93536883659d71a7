"""Opening hours tried on a real day: who would have come in line who was turned away, and the other way round. Pure.

    found = Hours(asked, stays, flows, since).tried(before, after)
    day, doors = found.day(day), found.after

A call that met closed doors left no stay in a line, but its record says which step of which flow told it so. Which line
it would have come to is drawn from the calls that met open doors at the same step on that day; where there were too few
of them the flow itself says it, if only one line lies behind.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from statistics import median
from typing import Final, NamedTuple

from switchboard.flows.model import FlowDocument
from switchboard.flows.service import Doorway, OpeningHours, hours_step, opening
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.simulation.day import ENOUGH, Day, Doors, LetIn, Side

Known = Mapping[str, OpeningHours]
"""Opening hours by key, each with its time zone unless it is that of the client who was called."""


class Asked(NamedTuple):
    """A contact came to an `hours` step. zone: of the client who was called. at: UTC epoch microseconds."""

    contact: str
    zone: str
    at: int
    flow: str
    place: str
    open: bool


class Stay(NamedTuple):
    """A stay of a contact in a line. number: of its visit in the day. entered: UTC epoch microseconds."""

    number: int
    queue: str
    entered: int


class _Way(NamedTuple):
    """Where a call went after the step: into this line (None: into none) so many microseconds later."""

    queue: str | None
    after: int


_NOWHERE: Final = _Way(None, 0)


@dataclass(slots=True)
class _Side:
    kept_out: list[int] = field(default_factory=list)
    let_in: list[int] = field(default_factory=list)
    turned_away: int = 0

    def doors(self) -> Doors:
        return Doors(tuple(sorted(self.kept_out)), tuple(sorted(self.let_in)), self.turned_away)


@dataclass(frozen=True, slots=True)
class Tried:
    """others: callers who may come in line beside those who did. turned_away: those who really were. unknown: calls of
    whom nobody can say which line they would have come to. changed: calls whose flow has another step there by now."""

    others: tuple[LetIn, ...]
    turned_away: int
    before: Doors
    after: Doors
    unknown: int
    changed: int

    def concerned(self, day: Day) -> tuple[str, ...]:
        """Keys of the queues into whose line more or fewer come."""
        let_in = set(self.before.let_in) ^ set(self.after.let_in)
        kept_out = set(self.before.kept_out) ^ set(self.after.kept_out)
        found = [self.others[number].queue for number in sorted(let_in)]
        return tuple(dict.fromkeys([*found, *(day.visits[number].queue for number in sorted(kept_out))]))


class Hours:
    """A day's calls and the doors that they met. stays: of each contact that is over, in order. since: its midnight."""

    def __init__(
        self,
        asked: Iterable[Asked],
        stays: Mapping[str, Sequence[Stay]],
        flows: Mapping[str, FlowDocument],
        since: int,
    ) -> None:
        self._stays = stays
        self._flows = flows
        self._since = since
        self._calls: dict[str, list[Asked]] = defaultdict(list)
        self._ways: dict[tuple[str, str, bool], list[_Way]] = defaultdict(list)
        self._doorways: dict[tuple[str, str], Doorway | None] = {}
        self._others: dict[tuple[str, int, str], int] = {}
        self._unknown: set[str] = set()
        self._changed: set[str] = set()
        for one in asked:
            if one.contact in stays:
                self._calls[one.contact].append(one)
                self._ways[one.flow, one.place, one.open].append(self._way(one))

    def tried(self, before: Known, after: Known) -> Tried:
        """With the hours as they are, and as they would be."""
        sides = (_Side(), _Side())
        turned_away = 0
        for contact, steps in self._calls.items():
            shut = not self._stays[contact] and not all(step.open for step in steps)
            turned_away += shut
            for side, hours in zip(sides, (before, after), strict=True):
                self._place(side, steps, hours, shut=shut)
        return Tried(
            tuple(LetIn(queue, (at - self._since) / MICROSECONDS) for _, at, queue in self._others),
            turned_away,
            sides[0].doors(),
            sides[1].doors(),
            len(self._unknown),
            len(self._changed),
        )

    # -- inside

    def _way(self, one: Asked) -> _Way:
        """Where it really went."""
        stay = next((stay for stay in self._stays[one.contact] if stay.entered >= one.at), None)
        return _NOWHERE if stay is None else _Way(stay.queue, stay.entered - one.at)

    def _place(self, side: _Side, steps: Sequence[Asked], hours: Known, *, shut: bool) -> None:
        """What becomes of a call with these hours: from the first step on that answers otherwise all is different."""
        for step in steps:
            answer = self._answer(step, hours)
            if answer is None:
                self._changed.add(step.contact)
                break
            if answer != step.open:
                side.kept_out += [one.number for one in self._stays[step.contact] if one.entered >= step.at]
                way = self._drawn(step, answer, hours)
                if way is None:
                    self._unknown.add(step.contact)
                elif way.queue is not None:
                    other = (step.contact, step.at + way.after, way.queue)
                    side.let_in.append(self._others.setdefault(other, len(self._others)))
                else:
                    side.turned_away += not answer
                return
        side.turned_away += shut

    def _answer(self, step: Asked, hours: Known) -> bool | None:
        """Whether it is open there; None when there is no such step in the flow any more."""
        doorway = self._doorway(step)
        return None if doorway is None else _is_open(hours, doorway.hours, step)

    def _doorway(self, step: Asked) -> Doorway | None:
        key = (step.flow, step.place)
        if key not in self._doorways:
            flow = self._flows.get(step.flow)
            self._doorways[key] = None if flow is None else hours_step(flow, step.place)
        return self._doorways[key]

    def _drawn(self, step: Asked, answer: bool, hours: Known) -> _Way | None:
        """Where the other answer leads this call. The same call goes the same way in both configurations."""
        ways = self._ways[step.flow, step.place, answer]
        numbers = Random(f"{step.contact}/{step.place}/{answer}")  # noqa: S311 - a trial that can be repeated
        if len(ways) >= ENOUGH:
            return numbers.choice(ways)
        doorway = self._doorway(step)
        assert doorway is not None
        lines = doorway.lines("open" if answer else "closed", lambda key: _is_open(hours, key, step))
        if not lines:
            return _NOWHERE
        if len(lines) == 1:
            usual = [way.after for way in ways if way.queue is not None]
            return _Way(next(iter(lines)), round(median(usual)) if usual else 0)
        return numbers.choice(ways) if ways else None


def _is_open(hours: Known, key: str, step: Asked) -> bool:
    """Hours that are no longer there count as open, as the flow has it."""
    known = hours.get(key)
    return known is None or opening(known, step.at, step.zone).open


def nobody_there(day: Day, side: Side, others: Collection[int]) -> int:
    """How many of these `Day.others` come while no agent of their line is there."""
    serving = {worker.key: worker.queues for worker in side.workers}
    count = 0
    for number in others:
        queue, at = day.others[number].queue, day.others[number].at
        count += not any(one.start <= at < one.end and queue in serving.get(one.agent, ()) for one in day.there)
    return count


def notes_of(found: Tried, alone: int) -> list[str]:
    """What is to be said of it. alone: `nobody_there` of those who come in line."""
    came = len(set(found.after.let_in) - set(found.before.let_in))
    stayed = len(set(found.after.kept_out) - set(found.before.kept_out))
    notes = []
    if came:
        notes.append(
            f"{_calls(came)} that came while closed would have entered the line; their talk is taken from the calls of "
            f"that line on that day (of all lines where it had fewer than {ENOUGH}), their patience from those who "
            "waited there."
        )
    if alone:
        notes.append(f"No agent of that line was there when {_calls(alone)} of these came.")
    if stayed:
        notes.append(f"{_calls(stayed)} would have met closed doors instead of coming in line.")
    if found.unknown:
        notes.append(
            f"{_calls(found.unknown)} left out: nobody met open doors there that day, so that nobody knows which line "
            "they would have come to."
        )
    if found.changed:
        notes.append(f"{_calls(found.changed)} took a flow that was changed since: they come as they came.")
    if found.before != Doors(turned_away=found.before.turned_away):
        notes.append("Opening hours were changed after that day: as it is means with those of now.")
    return notes


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count:,} calls"
