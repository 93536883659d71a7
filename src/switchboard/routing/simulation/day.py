"""A day as it really was, for "what would have happened": its callers, who was there, and the scenario of both.

    scenario = scenario_of(day, side, seed=1, runs=10)     # the same callers, the same shifts, this configuration
    figures = really(day, side, ["support"])               # what came of it, by the same formulas

Everything is by key. Times are seconds from midnight of the day, durations seconds. A caller comes when he came. Who
was answered talks as long as he did; who gave up has the patience he had; the others are drawn from those.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from math import inf
from typing import Final

import msgspec

from switchboard.agents.model import Capacity
from switchboard.conversations.model import VisitEnd
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.model import QueueItem
from switchboard.routing.simulation.counting import Tally
from switchboard.routing.simulation.distributions import AT_ONCE, Distribution, Measured
from switchboard.routing.simulation.patience import survival
from switchboard.routing.simulation.scenario import (
    USUAL_ANSWER,
    USUAL_TALK,
    Caller,
    Group,
    Scenario,
    Shift,
    Stream,
)

INTERVAL: Final = 1_800
OVERRUN: Final = 7_200
ENOUGH: Final = 5
"""Measured times from which on somebody has his own."""


class How(StrEnum):
    """How a visit ended."""

    ANSWERED = "answered"
    GAVE_UP = "gave up"
    OVERFLOWED = "overflowed"
    """Another queue took it."""
    SENT_ON = "sent on"
    """Longest wait, nobody signed in, the flow went on."""


class Visit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A stay in a queue. ring: until the agent took it; talk, wrap_up: of the agent who answered, None without.

    place: since when it counted as waiting, where that is another moment (a call-back, a hand-over). leaves: it left
    the line by itself and not by hanging up, as somebody does who asks to be called back. patient: it never gives up,
    as a call-back whose customer has not been called yet. way: how the last of its stays ended and how long all of
    them took, where the queue sent it on; sent: one of those later stays, which the simulation makes by itself.
    """

    queue: str
    at: float
    wait: float
    how: How
    ring: float | None = None
    talk: float | None = None
    wrap_up: float | None = None
    place: float | None = None
    leaves: bool = False
    patient: bool = False
    way: tuple[How, float] | None = None
    sent: bool = False

    @property
    def whole(self) -> tuple[How, float]:
        """How its time in lines ended, and how long that was."""
        return self.way or (self.how, self.wait)


class LetIn(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Somebody who was in no line that day, and would have come into this one with other opening hours."""

    queue: str
    at: float


class There(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An agent was there for calls."""

    agent: str
    start: int
    end: int


class Day(msgspec.Struct, frozen=True):
    """start, end: what of the day is looked at. busy: share of their time that all agents spent with calls. others: who
    may come besides, as each side's `Doors` say. turned_away: callers who really met closed doors, None where nobody
    has looked."""

    date: str
    start: int
    end: int
    visits: tuple[Visit, ...]
    there: tuple[There, ...]
    busy: float | None = None
    others: tuple[LetIn, ...] = ()
    turned_away: int | None = None

    def with_others(self, others: tuple[LetIn, ...], turned_away: int) -> "Day":
        """The same day, as long as it takes for these to come."""
        start = min([self.start, *(int(one.at) // INTERVAL * INTERVAL for one in others)])
        end = max([self.end, *(int(one.at) + 1 for one in others)])
        return msgspec.structs.replace(self, start=start, end=end, others=others, turned_away=turned_away)


class Doors(msgspec.Struct, frozen=True):
    """What opening hours make of the day's callers. kept_out: numbers of `Day.visits` that do not happen; let_in: of
    `Day.others` who come. turned_away: callers who meet closed doors and no line."""

    kept_out: tuple[int, ...] = ()
    let_in: tuple[int, ...] = ()
    turned_away: int = 0


class Worker(msgspec.Struct, frozen=True, gc=False):
    """What routing knows of an agent, by key."""

    key: str
    queues: tuple[str, ...]
    skills: dict[str, int]
    team: str | None
    tiers: dict[str, int]
    cost: int
    capacity: Capacity | None = None


class Side(msgspec.Struct, frozen=True):
    """A configuration, as far as it decides who gets which call."""

    queues: tuple[QueueItem, ...]
    workers: tuple[Worker, ...]
    doors: Doors = Doors()


def scenario_of(day: Day, side: Side, *, seed: int, runs: int, name: str) -> Scenario:
    """The day under this configuration."""
    queues = {queue.key: queue for queue in side.queues}
    visits = [visit for visit in day.visits if visit.queue in queues]
    coming = _coming(day, side)
    rings = [visit.ring for visit in visits if visit.ring is not None]
    answer = Measured(rings) if len(rings) >= ENOUGH else USUAL_ANSWER
    shifts: dict[str, list[Shift]] = {}
    for one in day.there:
        # Who was there at the end stays until everybody in line was served.
        until = one.end if one.end < day.end else day.end + OVERRUN
        shifts.setdefault(one.agent, []).append(Shift(one.start, until))
    return Scenario(
        name=name,
        queues=side.queues,
        groups=tuple(
            Group(
                worker.key,
                1,
                tuple(key for key in worker.queues if key in queues),
                worker.skills,
                tuple(shifts[worker.key]),
                answer=answer,
                team=worker.team,
                tiers=worker.tiers,
                cost=worker.cost,
                capacity=worker.capacity,
                named=True,
            )
            for worker in side.workers
            if worker.key in shifts
        ),
        streams=tuple(_stream(key, coming[key], visits) for key in queues if key in coming),
        start=day.start,
        length=day.end - day.start,
        overrun=OVERRUN,
        interval=INTERVAL,
        seed=seed,
        runs=runs,
        estimates=0,
    )


def _coming(day: Day, side: Side) -> dict[str, list[Caller]]:
    """Who comes to which queue, in order. Who does not come with these doors stands in the row all the same, so that
    all others are given the same numbers with whatever doors."""
    found: dict[str, list[Caller]] = {}
    kept_out, let_in = set(side.doors.kept_out), set(side.doors.let_in)
    for number, visit in enumerate(day.visits):
        if not visit.sent:
            found.setdefault(visit.queue, []).append(_caller(visit, comes=number not in kept_out))
    for number, one in enumerate(day.others):
        found.setdefault(one.queue, []).append(Caller(one.at, comes=number in let_in))
    return {queue: sorted(callers, key=lambda one: one.at) for queue, callers in found.items()}


def _caller(visit: Visit, *, comes: bool) -> Caller:
    how, waited = visit.whole
    patience = waited if how is How.GAVE_UP or visit.leaves else inf if visit.patient else None
    return Caller(
        visit.at, visit.talk, patience, waited, visit.wrap_up, place=visit.place, leaves=visit.leaves, comes=comes
    )


def _stream(queue: str, callers: Sequence[Caller], everybody: Sequence[Visit]) -> Stream:
    own = [visit for visit in everybody if visit.queue == queue]
    return Stream(
        queue,
        calls=tuple(callers),
        talk=_measured([one.talk for one in own], [one.talk for one in everybody], USUAL_TALK),
        wrap_up=_measured([one.wrap_up for one in own], [one.wrap_up for one in everybody], AT_ONCE),
        # Of a line in which nobody stood that day it is not known how patient its callers are.
        patience=survival([(one.wait, one.how is How.GAVE_UP) for one in own or everybody]),
    )


def _measured(own: Iterable[float | None], all_: Iterable[float | None], usual: Distribution) -> Distribution:
    """The queue's own times, those of all queues where it has too few, what is usual where there are none at all."""
    mine = [one for one in own if one is not None]
    if len(mine) >= ENOUGH:
        return Measured(mine)
    whole = [one for one in all_ if one is not None]
    return Measured(whole) if len(whole) >= ENOUGH else usual


_ENDS: Final = {
    How.ANSWERED: VisitEnd.ANSWERED,
    How.GAVE_UP: VisitEnd.ABANDONED,
    How.OVERFLOWED: VisitEnd.OVERFLOWED_MAX_WAIT,
    How.SENT_ON: VisitEnd.MAX_WAIT,
}


def really(day: Day, side: Side, queue: str | None, interval: int | None = None) -> dict[str, float | None]:
    """What really came of the day, in one queue or in all, by the formulas of the simulation."""
    tally = Tally()
    queues = {one.key: one for one in side.queues}
    for visit in day.visits:
        item = queues.get(visit.queue)
        if item is None or queue not in (None, visit.queue):
            continue
        if interval is not None and (visit.at - day.start) // INTERVAL != interval:
            continue
        # Of all queues together a caller is one, in how many lines he may have stood.
        if queue is None and visit.sent:
            continue
        how, waited = visit.whole if queue is None else (visit.how, visit.wait)
        tally.offered += 1
        tally.overflowed += how is not visit.how
        tally.left(_ENDS[how], round(waited * MICROSECONDS), item.service_level, item.targets.short_call)
    figures = tally.figures()
    return figures | {"occupancy": day.busy} if queue is None else figures
