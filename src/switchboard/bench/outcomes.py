"""`switchboard bench outcome`: best expected outcome against longest idle, as a Markdown report.

switchboard bench outcome docs/reports/outcome/*.yaml > docs/reports/outcome/results.md

Each center lives through a few days, the first without having learned anything; what is learned from all days so far
is in force on the next. Then comes one more day twice, with the same callers: as learned, and by the longest idle.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Final, NamedTuple

import msgspec

from switchboard.app.simulating import read
from switchboard.kit.clock import MICROSECONDS
from switchboard.measures.confidence import Interval, interval
from switchboard.routing.learning.decide import learn
from switchboard.routing.learning.gains import costs
from switchboard.routing.learning.model import Handled
from switchboard.routing.model import QueueItem
from switchboard.routing.outcomes import PLAIN_OUTCOME, Learned
from switchboard.routing.simulation.run import Run
from switchboard.routing.simulation.scenario import Scenario

DAYS: Final = 3
"""How many days a center learns from."""

FIGURES: Final = {"cost": "s", "handling": "s", "resolved": " %", "asa": "s"}
"""What is compared, with its unit. cost: handling and what is unresolved, by the plain weights."""


class Day(NamedTuple):
    """A day's figures by name, and what was handled."""

    figures: dict[str, float]
    handled: list[Handled]


def day(scenario: Scenario, seed: int, learned: Learned | None) -> Day:
    """One day of a center."""
    simulated = Run(scenario, seed, learned=learned)
    outcome = simulated.go()
    handled = simulated.past.handled
    return Day(
        {
            "cost": fmean(costs(handled, PLAIN_OUTCOME)),
            "handling": fmean(one.handling / MICROSECONDS for one in handled),
            "resolved": 100 * fmean(bool(one.resolved) for one in handled),
            "asa": outcome.figures()["asa"] or 0.0,
        },
        handled,
    )


def compared(scenario: Scenario, seed: int, days: int = DAYS) -> tuple[Day, Day]:
    """The last day by the longest idle, and as learned."""
    past: list[Handled] = []
    learned = None
    for number in range(days):
        past += day(scenario, 1_000 * seed + number, learned).handled
        learned = learn(past, number + 1, {})
    plain = replace(scenario, queues=tuple(_by_longest_idle(queue) for queue in scenario.queues))
    return day(plain, 1_000 * seed + days, None), day(scenario, 1_000 * seed + days, learned)


def _by_longest_idle(queue: QueueItem) -> QueueItem:
    return msgspec.structs.replace(queue, strategy="longest idle")


def run(files: Sequence[Path], seeds: int, progress: Callable[[str], None]) -> Iterator[str]:
    """The report, line by line. Raises what a scenario that cannot be read raises."""
    yield "# Best expected outcome: results"
    yield ""
    yield f"Made by `switchboard bench outcome` from the scenarios of this folder, seeds 1 to {seeds}, {DAYS} days to"
    yield "learn from; see [what is measured](README.md). Mean of the last day ± 95 % confidence, day by day."
    yield ""
    yield "| scenario | | longest idle | best expected outcome | difference | |"
    yield "|---|---|---|---|---|---|"
    for file in files:
        scenario = read(file)
        pairs = []
        for seed in range(1, seeds + 1):
            progress(f"{scenario.name}: seed {seed} of {seeds}")
            pairs.append(compared(scenario, seed))
        for number, (name, unit) in enumerate(FIGURES.items()):
            plain, learned = ([one.figures[name] for one in days] for days in zip(*pairs, strict=True))
            apart = interval([after - before for before, after in zip(plain, learned, strict=True)])
            share = 100 * apart.mean / fmean(plain)
            shown = [f"{interval(some).mean:.1f}{unit}" for some in (plain, learned)]
            first = "" if number else scenario.name
            yield f"| {first} | {name} | {' | '.join(shown)} | {_shown(apart)} | {share:+.1f} % |"


def _shown(found: Interval) -> str:
    return f"{found.mean:+.2f}" + ("" if found.half is None else f" ± {found.half:.2f}")
