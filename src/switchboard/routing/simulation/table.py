"""Runs as text for a terminal and as plain data for programs."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from switchboard.kit.clock import MICROSECONDS
from switchboard.measures.confidence import Interval, interval
from switchboard.routing.simulation.counting import Outcome
from switchboard.routing.simulation.helping import Helped
from switchboard.routing.simulation.scenario import Scenario
from switchboard.routing.simulation.summary import Compared, Figures, summary

_IN_LINE: Final = frozenset({"offered", "answered", "abandoned", "sent on", "overflowed", "unserved"})
_COUNTS: Final = _IN_LINE | {
    "turned away",
    "not let in",
    "solved in the menu",
    "answered overdue",
    "handled",
    "estimates",
    "answers",
}
_SHARES: Final = frozenset({"abandonment", "occupancy", "estimate coverage", "satisfaction"})
_HOURS: Final = "signed in hours"

COLUMNS: Final = (
    ("offered", "calls"),
    ("service level, offered", "level"),
    ("asa", "ASA"),
    ("abandonment", "gave up"),
    ("wait p50", "P50"),
    ("wait p90", "P90"),
    ("wait p95", "P95"),
)
"""What stands in a line of the table, by name, and its heading."""


def shown(name: str, value: float | None) -> str:
    """A figure with its unit; a dash when there is nothing to measure."""
    if value is None:
        return "-"
    if name in _COUNTS:
        return f"{value:,.0f}"
    if name in _SHARES or name.startswith("service level"):
        return f"{100 * value:.1f} %"
    return f"{value:.1f} h" if name == _HOURS else f"{value:.1f} s"


def _with_interval(name: str, found: Interval | None) -> str:
    if found is None:
        return "-"
    text = shown(name, found.mean)
    return text if found.half is None else f"{text} ± {shown(name, found.half)}"


def text_of(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The report of a scenario's runs, line by line."""
    scenario = outcomes[0].scenario
    runs = f"{len(outcomes)} runs, seeds {outcomes[0].seed} to {outcomes[-1].seed}; ± is 95 % confidence"
    yield f"{scenario.name}: {runs if len(outcomes) > 1 else f'one run, seed {outcomes[0].seed}'}"
    yield f"{clock(scenario.start)} to {clock(scenario.end)}, {sum(group.count for group in scenario.groups):,} agents"
    yield ""
    for name, found in summary(outcomes).items():
        yield f"  {name:<32} {_with_interval(name, found)}"
    yield ""
    yield from _rows("by queue and kind", _parts(scenario), outcomes)
    yield ""
    yield from _rows("by interval", _intervals(outcomes[0]), outcomes)
    yield ""
    yield from _relief_rows(outcomes)
    holds = all(little.holds for outcome in outcomes for little in outcome.little.values())
    yield f"Little's law holds in every queue and run: {'yes' if holds else 'NO'}"


def _relief(outcomes: Sequence[Outcome]) -> dict[tuple[str, str], tuple[Interval, Interval]]:
    """(times, minutes) that each group helped, by queue and group, over all runs: those without it count as 0."""
    helpers = sorted({key for outcome in outcomes for key in outcome.relief})
    none = Helped()
    return {
        key: (
            interval([outcome.relief.get(key, none).times for outcome in outcomes]),
            interval([outcome.relief.get(key, none).spent / MICROSECONDS / 60 for outcome in outcomes]),
        )
        for key in helpers
    }


def _relief_rows(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Nothing where no queue has a rule of relief."""
    if not any(queue.relief for queue in outcomes[0].scenario.queues):
        return
    found = _relief(outcomes)
    yield "  relief"
    for (queue, who), (times, minutes) in found.items():
        sure = "" if minutes.half is None else f" ± {minutes.half:.1f}"
        yield f"  {f'{queue}: {who}':<32} helped {minutes.mean:.1f}{sure} minutes, in {times.mean:.1f} times"
    if not found:
        yield "  nobody had to help"
    yield ""


def _parts(scenario: Scenario) -> list[tuple[str, dict[str, Any]]]:
    rows: list[tuple[str, dict[str, Any]]] = []
    for queue in scenario.queues:
        kinds = {kind.key for stream in scenario.streams if stream.queue == queue.key for kind in stream.kinds}
        rows.append((queue.key, {"queue": queue.key}))
        if len(kinds) > 1:
            rows += [(f"  {kind}", {"queue": queue.key, "kind": kind}) for kind in sorted(kinds)]
    return rows


def _intervals(outcome: Outcome) -> list[tuple[str, dict[str, Any]]]:
    scenario = outcome.scenario
    return [(clock(scenario.start + number * scenario.interval), {"interval": number}) for number in outcome.intervals]


def _figures(part: Mapping[str, Any], outcome: Outcome) -> Figures:
    return outcome.figures(**part)


def _rows(title: str, parts: list[tuple[str, dict[str, Any]]], outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield f"  {title:<20}" + "".join(f"{heading:>11}" for _, heading in COLUMNS)
    for label, part in parts:
        found = summary(outcomes, partial(_figures, part))
        cells = (shown(name, one.mean if (one := found[name]) is not None else None) for name, _ in COLUMNS)
        yield f"  {label:<20}" + "".join(f"{cell:>11}" for cell in cells)


def text_of_comparison(compared: Mapping[str, Compared], before: Scenario, after: Scenario, runs: int) -> Iterator[str]:
    """Two scenarios side by side, line by line."""
    yield f"{before.name} -> {after.name}: {runs} runs each with the same callers; ± is 95 % confidence"
    yield ""
    yield f"  {'':<32}{'before':>14}{'after':>14}  difference"
    for name, one in compared.items():
        cells = (shown(name, None if found is None else found.mean) for found in (one.before, one.after))
        mark = "" if one.clear else "  (may be chance)"
        changed = "-" if one.difference is None else _with_interval(name, one.difference)
        yield f"  {name:<32}" + "".join(f"{cell:>14}" for cell in cells) + f"  {changed}{mark}"


def clock(seconds: int) -> str:
    """A time of the day; after midnight it goes on: 25:30."""
    return f"{seconds // 3_600:02}:{seconds // 60 % 60:02}"


def data_of(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The same as plain data; times in seconds, shares from 0 to 1."""
    scenario = outcomes[0].scenario
    return {
        "scenario": scenario.name,
        "seeds": [outcome.seed for outcome in outcomes],
        "agents": sum(group.count for group in scenario.groups),
        "littles_law": all(little.holds for outcome in outcomes for little in outcome.little.values()),
        "total": _data(summary(outcomes)),
        "parts": [
            part | {"figures": _data(summary(outcomes, partial(_figures, part)))} for _, part in _parts(scenario)
        ],
        "intervals": [
            {"at": label, "figures": _data(summary(outcomes, partial(_figures, part)))}
            for label, part in _intervals(outcomes[0])
        ],
        "relief": [
            {"queue": queue, "helper": who, "times": data_of_interval(times), "minutes": data_of_interval(minutes)}
            for (queue, who), (times, minutes) in _relief(outcomes).items()
        ],
        "runs": [{"seed": outcome.seed, "figures": outcome.figures()} for outcome in outcomes],
    }


def _data(found: Mapping[str, Interval | None]) -> dict[str, Any]:
    return {name: None if one is None else data_of_interval(one) for name, one in found.items()}


def data_of_interval(found: Interval) -> dict[str, float | None]:
    """mean and half of a 95 % interval."""
    return {"mean": found.mean, "half": found.half}


def data_of_comparison(compared: Mapping[str, Compared], before: Scenario, after: Scenario) -> dict[str, Any]:
    """Two scenarios side by side as plain data."""
    return {
        "before": before.name,
        "after": after.name,
        "figures": {
            name: {
                "before": None if one.before is None else data_of_interval(one.before),
                "after": None if one.after is None else data_of_interval(one.after),
                "difference": None if one.difference is None else data_of_interval(one.difference),
                "clear": one.clear,
            }
            for name, one in compared.items()
        },
    }
