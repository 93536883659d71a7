"""`switchboard bench estimates`: the announced waiting time against what others announce, as a Markdown report.

switchboard bench estimates docs/reports/estimator/*.yaml > docs/reports/estimator/results.md
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from switchboard.app.simulating import read
from switchboard.measures.confidence import Interval, interval
from switchboard.routing.simulation.counting import Outcome
from switchboard.routing.simulation.run import Run
from switchboard.routing.simulation.scenario import Scenario
from switchboard.routing.simulation.summary import seeds_of

OTHERS: Final = {"average": 0.30, "last": 0.15}
"""By how much the P50 shall be lower than theirs."""


def run(files: Sequence[Path], seeds: int, progress: Callable[[str], None]) -> Iterator[str]:
    """The report, line by line. Raises what a scenario that cannot be read raises."""
    measured: list[tuple[Scenario, list[Outcome]]] = []
    for file in files:
        scenario = read(file)
        outcomes = []
        for seed in seeds_of(1, seeds):
            progress(f"{scenario.name}: seed {seed} of {seeds}")
            outcomes.append(Run(scenario, seed).go())
        measured.append((scenario, outcomes))
    yield from _report(measured, seeds)


def _report(measured: Sequence[tuple[Scenario, Sequence[Outcome]]], seeds: int) -> Iterator[str]:
    yield "# Announced waiting times: results"
    yield ""
    yield f"Made by `switchboard bench estimates` from the scenarios of this folder, seeds 1 to {seeds}; see"
    yield "[what is measured](README.md). Errors in seconds, mean over the days ± 95 % confidence."
    yield ""
    yield "| scenario | callers a day | | P50 error | P90 error |"
    yield "|---|---|---|---|---|"
    for scenario, outcomes in measured:
        asked = interval([_figure(one, "estimates") for one in outcomes])
        for number, name in enumerate(("estimate", *OTHERS)):
            cells = [_shown(_over(outcomes, f"{name} error {share}"), "") for share in ("p50", "p90")]
            first = (scenario.name, f"{asked.mean:,.0f}") if number == 0 else ("", "")
            yield f"| {first[0]} | {first[1]} | {'ours' if number == 0 else name} | {cells[0]} | {cells[1]} |"
    yield ""
    yield "| scenario | P50 lower than *average* (goal 30 %) | lower than *last* (goal 15 %) | inside the range |"
    yield "|---|---|---|---|"
    reached = True
    for scenario, outcomes in measured:
        lower = {name: _lower(outcomes, name) for name in OTHERS}
        reached = reached and all((lower[name].low or 0.0) >= goal for name, goal in OTHERS.items())
        inside = _over(outcomes, "estimate coverage")
        yield f"| {scenario.name} | " + " | ".join(_percent(one) for one in (*lower.values(), inside)) + " |"
    yield ""
    yield f"Whole intervals beyond the goals, in every scenario: **{'yes' if reached else 'no'}**."


def _figure(outcome: Outcome, name: str) -> float:
    return outcome.figures()[name] or 0.0


def _over(outcomes: Sequence[Outcome], name: str) -> Interval:
    return interval([_figure(outcome, name) for outcome in outcomes])


def _lower(outcomes: Sequence[Outcome], name: str) -> Interval:
    """By which share our P50 is lower than this one's, day by day."""
    return interval([1 - _figure(one, "estimate error p50") / _figure(one, f"{name} error p50") for one in outcomes])


def _shown(found: Interval, unit: str) -> str:
    return f"{found.mean:.1f}{unit}" + ("" if found.half is None else f" ± {found.half:.1f}{unit}")


def _percent(found: Interval) -> str:
    scaled = Interval(100 * found.mean, None if found.half is None else 100 * found.half)
    return _shown(scaled, " %")
