"""A day as it really was, for "what would have happened": its callers, who was there, and the scenario of both.

    scenario = scenario_of(day, side, seed=1, runs=10)     # the same callers, the same shifts, this configuration
    figures = really(day, side, ["support"])               # what came of it, by the same formulas

Everything is by key. Times are seconds from midnight of the day, durations seconds. A caller comes when he came. Who
was answered talks as long as he did; who gave up has the patience he had; the others are drawn from those.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
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
    SENT_ON = "sent on"
    """Longest wait, nobody signed in, the flow went on."""


class Visit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A stay in a queue. ring: until the agent took it; talk, wrap_up: of the agent who answered, None without."""

    queue: str
    at: float
    wait: float
    how: How
    ring: float | None = None
    talk: float | None = None
    wrap_up: float | None = None


class There(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An agent was there for calls."""

    agent: str
    start: int
    end: int


class Day(msgspec.Struct, frozen=True):
    """start, end: what of the day is looked at. busy: share of their time that all agents spent with calls."""

    date: str
    start: int
    end: int
    visits: tuple[Visit, ...]
    there: tuple[There, ...]
    busy: float | None = None


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


def scenario_of(day: Day, side: Side, *, seed: int, runs: int, name: str) -> Scenario:
    """The day under this configuration."""
    queues = {queue.key: queue for queue in side.queues}
    visits = [visit for visit in day.visits if visit.queue in queues]
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
        streams=tuple(
            _stream(key, own, visits) for key in queues if (own := [one for one in visits if one.queue == key])
        ),
        start=day.start,
        length=day.end - day.start,
        overrun=OVERRUN,
        interval=INTERVAL,
        seed=seed,
        runs=runs,
        estimates=0,
    )


def _stream(queue: str, visits: Sequence[Visit], everybody: Sequence[Visit]) -> Stream:
    return Stream(
        queue,
        calls=tuple(
            Caller(
                visit.at,
                visit.talk,
                patience=visit.wait if visit.how is How.GAVE_UP else None,
                waited=visit.wait,
                wrap_up=visit.wrap_up,
            )
            for visit in sorted(visits, key=lambda one: one.at)
        ),
        talk=_measured([one.talk for one in visits], [one.talk for one in everybody], USUAL_TALK),
        wrap_up=_measured([one.wrap_up for one in visits], [one.wrap_up for one in everybody], AT_ONCE),
        patience=survival([(one.wait, one.how is How.GAVE_UP) for one in visits]),
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
        tally.offered += 1
        wait = round(visit.wait * MICROSECONDS)
        if visit.how is How.SENT_ON:
            tally.sent_on += 1
        else:
            tally.left(_ENDS[visit.how], wait, item.service_level, item.targets.short_call)
    figures = tally.figures()
    return figures | {"occupancy": day.busy} if queue is None else figures
