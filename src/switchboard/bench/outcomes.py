"""`switchboard bench outcome`: best expected outcome against longest idle, as a Markdown report.

switchboard bench outcome docs/reports/outcome/*.yaml > docs/reports/outcome/results.md

Each center lives through a few days, the first without having learned anything; what is learned from all days so far
is in force on the next. Then come some more days three times, with the same callers: as learned, by the longest idle,
and as learned with hours held out, which is all that a real center would see.
Where customers say how content they were, once more with a satisfaction that weighs nothing, and with nobody answering.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Final, NamedTuple

import msgspec

from switchboard.app.simulating import read
from switchboard.kit.clock import MICROSECONDS
from switchboard.measures.confidence import Interval, interval
from switchboard.routing.learning.decide import learn
from switchboard.routing.learning.gains import costs, expected_gain, gains
from switchboard.routing.learning.model import Handled
from switchboard.routing.model import QueueItem
from switchboard.routing.outcomes import Learned, OutcomeRule
from switchboard.routing.simulation.run import Run
from switchboard.routing.simulation.scenario import Scenario

DAYS: Final = 3
"""How many days a center learns from."""

SHOWN: Final = 6
"""How many more days show what that is worth: with a third of the hours held out, some fourteen of them."""

FIGURES: Final = {"cost": "s", "handling": "s", "resolved": " %", "satisfaction": " %", "asa": "s", "busiest": " %"}
"""What is compared, with its unit. cost: by the weights of the queues. satisfaction: of those who answered. busiest:
the calls of the agent who had most, the mean being 100."""


class Day(NamedTuple):
    """A day's figures by name, None where nothing is known, and what was handled."""

    figures: dict[str, float | None]
    handled: list[Handled]

    def figure(self, name: str) -> float:
        """One that is known."""
        found = self.figures[name]
        assert found is not None
        return found


class Compared(NamedTuple):
    """The last days by the longest idle, and as learned without any hour held out. promised: what the version in force
    expected to save a call; measured: what it saved against hours held out; seconds, None where there was nothing to
    compare."""

    plain: Day
    learned: Day
    promised: float | None
    measured: Interval | None

    @property
    def saved(self) -> float:
        """Seconds a call, by the same days lived twice."""
        return self.plain.figure("cost") - self.learned.figure("cost")


def day(scenario: Scenario, seed: int, learned: Learned | None) -> Day:
    """One day of a center, of a date of its own: other hours are held out on another."""
    simulated = Run(scenario, seed, learned=learned, day=seed)
    outcome = simulated.go()
    handled = simulated.past.handled
    satisfied = [one.satisfaction for one in handled if one.satisfaction is not None]
    calls = Counter(one.agent for one in handled)
    return Day(
        {
            "cost": _cost(handled, rules_of(scenario)),
            "handling": fmean(one.handling / MICROSECONDS for one in handled),
            "resolved": 100 * fmean(bool(one.resolved) for one in handled),
            "satisfaction": 100 * fmean(satisfied) if satisfied else None,
            "asa": outcome.figures()["asa"] or 0.0,
            "busiest": 100 * max(calls.values()) / fmean(calls.values()),
        },
        handled,
    )


def rules_of(scenario: Scenario) -> dict[str, OutcomeRule]:
    """How each queue weighs outcomes."""
    return {queue.key: queue.outcome for queue in scenario.queues}


def _cost(handled: Sequence[Handled], rules: Mapping[str, OutcomeRule]) -> float:
    found: list[float] = []
    for queue, rule in rules.items():
        found += costs([one for one in handled if one.queue == queue], rule)
    return fmean(found)


def compared(scenario: Scenario, seed: int, days: int = DAYS, shown: int = SHOWN) -> Compared:
    """A center of its own for each seed: it learns for some days, and shows on more of them what that is worth."""
    past: list[Handled] = []
    rules = rules_of(scenario)
    learned = None
    for number in range(days):
        past += day(scenario, 1_000 * seed + number, learned).handled
        learned = learn(past, number + 1, rules)
    assert learned is not None
    last = [1_000 * seed + days + number for number in range(shown)]
    queue = scenario.queues[0].key
    held_out = [one for number in last for one in day(scenario, number, learned).handled]
    brought = gains(held_out, rules).get((days, queue))
    return Compared(
        _whole([day(_each_queue(scenario, _by_longest_idle), number, None) for number in last]),
        _whole([day(_each_queue(scenario, _never_held_out), number, learned) for number in last]),
        expected_gain(past, queue, learned.queues[queue], rules[queue]),
        None if brought is None else brought.cost,
    )


def _whole(days: Sequence[Day]) -> Day:
    """The mean of some days, and all that was handled."""
    known = {name: [found for one in days if (found := one.figures[name]) is not None] for name in FIGURES}
    return Day(
        {name: fmean(found) if found else None for name, found in known.items()},
        [one for of in days for one in of.handled],
    )


def _each_queue(scenario: Scenario, changed: Callable[[QueueItem], QueueItem]) -> Scenario:
    return replace(scenario, queues=tuple(map(changed, scenario.queues)))


def _by_longest_idle(queue: QueueItem) -> QueueItem:
    return msgspec.structs.replace(queue, strategy="longest idle")


def _never_held_out(queue: QueueItem) -> QueueItem:
    return msgspec.structs.replace(queue, outcome=msgspec.structs.replace(queue.outcome, hold_out=0))


def variants(scenario: Scenario) -> Iterator[Scenario]:
    """The scenario, and where customers answer: the same without weight on it, and without answers."""
    yield scenario
    if any(stream.answers for stream in scenario.streams):
        yield unweighed(scenario)
        yield unanswered(scenario)


def unweighed(scenario: Scenario) -> Scenario:
    """Satisfaction is known and counts for nothing."""
    queues = tuple(
        msgspec.structs.replace(queue, outcome=msgspec.structs.replace(queue.outcome, dissatisfied=0))
        for queue in scenario.queues
    )
    return replace(scenario, name=f"{scenario.name}, without weight on satisfaction", queues=queues)


def unanswered(scenario: Scenario) -> Scenario:
    """Nobody answers."""
    streams = tuple(replace(stream, answers=0.0) for stream in scenario.streams)
    return replace(scenario, name=f"{scenario.name}, nobody answers", streams=streams)


def run(files: Sequence[Path], seeds: int, progress: Callable[[str], None]) -> Iterator[str]:
    """The report, line by line. Raises what a scenario that cannot be read raises."""
    yield "# Best expected outcome: results"
    yield ""
    yield f"Made by `switchboard bench outcome` from the scenarios of this folder, seeds 1 to {seeds}, {DAYS} days to"
    yield f"learn from and {SHOWN} to show it; see [what is measured](README.md). Mean of those days ± 95 % confidence,"
    yield "center by center."
    yield ""
    yield "| scenario | | longest idle | best expected outcome | difference | |"
    yield "|---|---|---|---|---|---|"
    said: list[str] = []
    for scenario in (one for file in files for one in variants(read(file))):
        found = []
        for seed in range(1, seeds + 1):
            progress(f"{scenario.name}: seed {seed} of {seeds}")
            found.append(compared(scenario, seed))
        yield from _rows(scenario.name, found)
        said += _said(scenario.name, found)
    yield ""
    yield "Saved a call: as the version promised, for one call with those who are free; as measured against the hours"
    yield "held out, with how many of the centers had what was really saved in their interval; and really, by the same"
    yield "days lived twice."
    yield ""
    yield "| scenario | promised | against hours held out | really | measured - really | in the interval |"
    yield "|---|---|---|---|---|---|"
    yield from said


def _rows(scenario: str, found: Sequence[Compared]) -> Iterator[str]:
    first = scenario
    for name, unit in FIGURES.items():
        if any(one.figures[name] is None for both in found for one in (both.plain, both.learned)):
            continue
        plain, learned = (
            [one.figure(name) for one in days] for days in zip(*(both[:2] for both in found), strict=True)
        )
        apart = interval([after - before for before, after in zip(plain, learned, strict=True)])
        share = 100 * apart.mean / fmean(plain)
        shown = [f"{interval(some).mean:.1f}{unit}" for some in (plain, learned)]
        yield f"| {first} | {name} | {' | '.join(shown)} | {_shown(apart)} | {share:+.1f} % |"
        first = ""


def _said(scenario: str, found: Sequence[Compared]) -> Iterator[str]:
    promised = [one.promised for one in found if one.promised is not None]
    both = [(-one.measured.mean, one.measured.half, one.saved) for one in found if one.measured is not None]
    if promised and both:
        measured, really = interval([mean for mean, _, _ in both]), interval([saved for _, _, saved in both])
        apart = interval([mean - saved for mean, _, saved in both])
        inside = sum(abs(mean - saved) <= half for mean, half, saved in both if half is not None)
        shown = " | ".join(f"{_shown(one)} s" for one in (interval(promised), measured, really, apart))
        yield f"| {scenario} | {shown} | {inside} of {len(both)} |"


def _shown(found: Interval) -> str:
    return f"{found.mean:+.2f}" + ("" if found.half is None else f" ± {found.half:.2f}")
