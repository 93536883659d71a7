"""What would have happened that day with another configuration: both simulated with the same callers, side by side.

    tried = trial(task, progress)
    tried.says                    # "With this change 84 % (80 to 88) instead of 78 % (74 to 81) would have been ..."
    tried.fit.says                # how well the simulation of the day as it was agrees with what really happened

Intervals (95 %) are the chance of what is not known of the day: who would have waited how long, how long those talk
who were never answered. They say nothing about another day.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import msgspec

from switchboard.measures.confidence import Interval
from switchboard.routing.model import QueueItem
from switchboard.routing.simulation.counting import Outcome
from switchboard.routing.simulation.day import INTERVAL, Day, Side, really, scenario_of
from switchboard.routing.simulation.run import Run
from switchboard.routing.simulation.summary import Compared, Figures, comparison, seeds_of
from switchboard.routing.simulation.table import clock

OFF: Final = 0.05
"""A share that is simulated differs by more than this from the real one: the simulation is off."""
OFF_WAIT: Final = 10.0
"""Seconds; the same for a mean wait, unless it is less than a third of it."""

SHOWN: Final = ("offered", "answered", "abandoned", "sent on", "abandonment", "asa", "wait p50", "wait p90")
LEVEL: Final = "service level"

Progress = Callable[[int, int], None]
"""Is told runs done and runs to do."""


class Task(msgspec.Struct, frozen=True):
    """concerned: keys of the queues whose figures are wanted one by one. notes: what is to be said besides."""

    day: Day
    before: Side
    after: Side
    concerned: tuple[str, ...]
    runs: int
    seed: int = 1
    notes: tuple[str, ...] = ()


class Sure(msgspec.Struct, frozen=True):
    """A mean with its interval; low and high None when one run says nothing about it."""

    mean: float
    low: float | None = None
    high: float | None = None


class Row(msgspec.Struct, frozen=True):
    """A figure: as it really was, simulated as it is and as it would be. clear: the difference is more than chance."""

    name: str
    real: float | None
    before: Sure | None
    after: Sure | None
    clear: bool


class Part(msgspec.Struct, frozen=True):
    """queue: its key, None for all together. within: seconds of its service level."""

    queue: str | None
    name: str
    within: float | None
    rows: tuple[Row, ...]
    says: str
    fit: str
    fits: bool


class Slice(msgspec.Struct, frozen=True):
    """A part of the day, all queues: the service level as it was, is and would be; None without callers."""

    at: str
    offered: int
    real: float | None
    before: float | None
    after: float | None


class Tried(msgspec.Struct, frozen=True):
    """date: of the day. parts: the concerned queues, then everything. says: of the first part, in one sentence; fit:
    whether the simulation can be believed. notes: what it rests on besides, sentence by sentence."""

    date: str
    calls: int
    agents: int
    runs: int
    says: str
    fit: str
    fits: bool
    parts: tuple[Part, ...]
    slices: tuple[Slice, ...]
    notes: tuple[str, ...] = ()


def trial(task: Task, progress: Progress) -> Tried:
    """Simulate both. Takes as long as twice the runs take."""
    seeds = seeds_of(task.seed, task.runs)
    sides = {"as it is": task.before, "as it would be": task.after}
    outcomes: dict[str, list[Outcome]] = {name: [] for name in sides}
    for number, seed in enumerate(seeds):
        for place, (name, side) in enumerate(sides.items()):
            progress(2 * number + place, 2 * task.runs)
            scenario = scenario_of(task.day, side, seed=task.seed, runs=task.runs, name=name)
            outcomes[name].append(Run(scenario, seed).go())
    before, after = outcomes.values()
    queues = {one.key: one for one in task.after.queues} | {one.key: one for one in task.before.queues}
    parts = [_part(task, queues[key], before, after) for key in task.concerned if key in queues]
    parts.append(_part(task, None, before, after))
    return Tried(
        task.day.date,
        len(task.day.visits),
        len({one.agent for one in task.day.there}),
        task.runs,
        parts[0].says,
        parts[0].fit,
        parts[0].fits,
        tuple(parts),
        tuple(_slices(task.day, task.before, before, after)),
        task.notes,
    )


def _figures(queue: str | None, outcome: Outcome) -> Figures:
    known = queue is None or any(one.key == queue for one in outcome.scenario.queues)
    return outcome.figures(queue) if known else {}


def _part(task: Task, queue: QueueItem | None, before: Sequence[Outcome], after: Sequence[Outcome]) -> Part:
    key = None if queue is None else queue.key
    formula = "offered" if queue is None else queue.targets.formula
    level = f"{LEVEL}, {formula}"
    compared = comparison(before, after, partial(_figures, key))
    real = really(task.day, task.before, key)
    names = [level, *SHOWN] + ([] if queue is not None else ["occupancy"])
    rows = tuple(_row(name, real.get(name), compared[name]) for name in names if name in compared)
    if queue is None:
        rows = (*rows, *_turned_away(task))
    within = None if queue is None else queue.service_level / 1e6
    fit, fits = _fit(real, compared, level)
    return Part(key, "All queues" if queue is None else queue.name, within, rows, _says(rows, within), fit, fits)


def _turned_away(task: Task) -> list[Row]:
    """Callers who meet closed doors, where opening hours are tried."""
    if task.day.turned_away is None:
        return []
    before, after = task.before.doors.turned_away, task.after.doors.turned_away
    return [Row("turned away", task.day.turned_away, Sure(before), Sure(after), before != after)]


def _row(name: str, real: float | None, found: Compared) -> Row:
    return Row(name.partition(",")[0], real, _sure(found.before), _sure(found.after), found.clear)


def _sure(found: Interval | None) -> Sure | None:
    return None if found is None else Sure(found.mean, found.low, found.high)


def _says(rows: Sequence[Row], within: float | None) -> str:
    """What the change would have done, in a sentence or two."""
    of = {row.name: row for row in rows}
    level = of.get(LEVEL)
    callers = of.get("offered")
    if callers is None or callers.before is None or callers.after is None:
        return "There is nothing to compare: nobody was in line that day."
    come = _come(callers.before.mean, callers.after.mean)
    if callers.before.mean == 0 or callers.after.mean == 0:
        served = None if level is None else level.before or level.after
        if not come or served is None:
            return come or "There is nothing to compare: nobody was in line that day."
        return f"{come} {_share(served)} of them would have been served {_time(within)}."
    if level is None or level.before is None or level.after is None:
        return "There is nothing to compare: the simulation has nobody answered, and nobody who gave up."
    time = _time(within)
    if not level.clear:
        said = f"This change would hardly have mattered: {_share(level.after)} instead of {_share(level.before)}"
        said += f" would have been served {time}, which may be chance."
    else:
        said = (
            f"With this change {_share(level.after)} instead of {_share(level.before)} would have been served {time}."
        )
    wait = of.get("asa")
    if wait is not None and wait.clear and wait.before is not None and wait.after is not None:
        longer = "longer" if wait.after.mean > wait.before.mean else "shorter"
        said += f" Those answered would have waited {longer}: {wait.after.mean:.0f} s on average, not "
        said += f"{wait.before.mean:.0f} s."
    return f"{come} {said}" if come else said


def _time(within: float | None) -> str:
    return "in time" if within is None else f"within {within:g} s"


def _come(before: float, after: float) -> str:
    """How many more or fewer would have come in line; nothing where it is about as many."""
    more = round(after - before)
    if not more:
        return ""
    callers = "caller" if abs(more) == 1 else "callers"
    return f"{abs(more):,} {'more' if more > 0 else 'fewer'} {callers} would have come in line."


def _share(found: Sure) -> str:
    text = f"{100 * found.mean:.0f} %"
    if found.low is None or found.high is None:
        return text
    low, high = f"{100 * max(found.low, 0.0):.0f}", f"{100 * min(found.high, 1.0):.0f}"
    return text if low == high else f"{text} ({low} to {high})"


def _fit(real: Figures, compared: dict[str, Compared], level: str) -> tuple[str, bool]:
    """Whether the simulation of the day as it was agrees with the day."""
    was, found = real.get(level), compared[level].before
    if was is None:
        return "Nothing really happened that the simulation could be held against.", False
    if found is None:
        said = "Take this with care: really some were served or gave up, in the simulation nobody was."
        return f"{said} Perhaps it is not known who was there to answer.", False
    wait, waited = real.get("asa"), compared["asa"].before
    off = (
        [] if abs(found.mean - was) <= OFF else [f"a service level of {100 * found.mean:.0f} %, not {100 * was:.0f} %"]
    )
    if wait is not None and waited is not None and abs(waited.mean - wait) > max(OFF_WAIT, wait / 3):
        off.append(f"a mean wait of {waited.mean:.0f} s, not {wait:.0f} s")
    given = f"{100 * found.mean:.0f} %"
    if not off:
        return f"The simulation fits: as things are it gives {given}, and really it was {100 * was:.0f} %.", True
    said = f"Take this with care: as things are the simulation gives {' and '.join(off)} as it really was. "
    return f"{said}Something of that day is not in it.", False


def _slices(day: Day, side: Side, before: Sequence[Outcome], after: Sequence[Outcome]) -> list[Slice]:
    found = []
    for number in range(-(-(day.end - day.start) // INTERVAL)):
        real = really(day, side, None, number)
        shares = [
            _mean([one.figures(None, None, number)[f"{LEVEL}, offered"] for one in side]) for side in (before, after)
        ]
        label = clock(day.start + number * INTERVAL)
        found.append(Slice(label, int(real["offered"] or 0), real[f"{LEVEL}, offered"], *shares))
    return found


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
