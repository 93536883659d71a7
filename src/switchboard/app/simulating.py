"""`switchboard simulate`: a scenario file in, figures out; two of them compared; a log of calls looked at."""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import orjson

from switchboard.configuration.scenario import must_fit, read_scenario
from switchboard.configuration.yaml_text import read_yaml, write_yaml
from switchboard.kit.errors import Invalid, Unavailable
from switchboard.routing.simulation.calls import Columns, Loaded, load, patience_of
from switchboard.routing.simulation.counting import Outcome
from switchboard.routing.simulation.picture import picture
from switchboard.routing.simulation.run import Run
from switchboard.routing.simulation.scenario import Scenario
from switchboard.routing.simulation.summary import comparison, seeds_of
from switchboard.routing.simulation.table import clock, data_of, data_of_comparison, text_of, text_of_comparison

SHOWN: Final = 5
"""Calls and faults that a preview shows."""


def simulate(
    file: Path, *, runs: int | None = None, seed: int | None = None, as_json: bool = False, svg: Path | None = None
) -> None:
    """Simulate a scenario and print what came of it. svg: where the picture goes. Raises Invalid, Unavailable."""
    scenario = read(file)
    outcomes = run(scenario, runs, seed)
    if svg is not None:
        _write(svg, picture(outcomes))
    _print([_json(data_of(outcomes))] if as_json else text_of(outcomes))


def compare(
    before: Path, after: Path, *, runs: int | None = None, seed: int | None = None, as_json: bool = False
) -> None:
    """Simulate two scenarios with the same callers and print the differences. Raises Invalid, Unavailable."""
    first, second = read(before), read(after)
    seeds = first.seed if seed is None else seed
    many = max(first.runs, second.runs) if runs is None else runs
    was, would_be = run(first, many, seeds), run(second, many, seeds)
    compared = comparison(was, would_be)
    if as_json:
        _print([_json(data_of_comparison(compared, first, second))])
    else:
        _print(text_of_comparison(compared, first, second, many))


def read(file: Path) -> Scenario:
    """A scenario file. Raises Invalid, naming line and field, or Unavailable."""
    scenario = read_scenario(read_yaml(_content(file)), lambda name: _content(file.parent / name))
    must_fit(scenario)
    return scenario


def run(scenario: Scenario, runs: int | None, seed: int | None) -> list[Outcome]:
    """As many runs as wanted, or as the scenario says."""
    seeds = seeds_of(scenario.seed if seed is None else seed, scenario.runs if runs is None else runs)
    outcomes = []
    for number, one in enumerate(seeds, start=1):
        outcomes.append(Run(scenario, one).go(_progress(scenario.name, number, len(seeds))))
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    return outcomes


def _progress(name: str, number: int, runs: int) -> Callable[[int, int], None] | None:
    """One line that is written over, for whoever watches a terminal."""
    if not sys.stderr.isatty():
        return None

    def show(came: int, expected: int) -> None:
        sys.stderr.write(f"\r\033[K{name}: run {number} of {runs}, {came:,} of about {expected:,} callers")
        sys.stderr.flush()

    return show


def preview(file: Path, named: Sequence[str]) -> None:
    """Show what a log of calls would be read as. named: `arrival=Start time` and the like. Raises Invalid."""
    pairs = [pair.partition("=") for pair in named]
    if any(not equals for _, equals, _ in pairs):
        raise Invalid("name a column as arrival=HEADING", field="column")
    _print(_previewed(file, load(_content(file), Columns.by_name({name: heading for name, _, heading in pairs}))))


def _previewed(file: Path, loaded: Loaded) -> Iterable[str]:
    yield f"{file}: {len(loaded.calls):,} calls, {len(loaded.faults):,} lines that cannot be read"
    for name in Columns.NAMES:
        heading = loaded.columns.get(name)
        yield f"  {name:<8} {'not there' if heading is None else f'from the column {heading!r}'}"
    for call in loaded.calls[:SHOWN]:
        outcome = "answered" if call.answered else "gave up"
        yield f"  {clock(int(call.at))}:{call.at % 60:04.1f}  {call.queue:<20} {outcome:<9} " + ", ".join(
            f"{name} {value:g} s"
            for name, value in (("waited", call.wait), ("talked", call.service))
            if value is not None
        )
    for fault in loaded.faults[:SHOWN]:
        yield f"  {fault}"
    mean = patience_of(loaded.calls)
    yield f"  patience: {'nobody gave up' if mean is None else f'{mean:.0f} s on average'}"
    queues = sorted({call.queue for call in loaded.calls})
    yield "In a scenario:"
    for queue in queues[:SHOWN]:
        calls: dict[str, object] = {"file": file.name}
        if len(queues) > 1:
            calls["queue"] = queue
        calls["columns"] = loaded.columns
        given = {"queue": "support", "calls": calls, "talk": "from calls", "patience": "from calls"}
        yield write_yaml({"arrivals": [given]}).rstrip()


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unavailable(f"{file} cannot be read: {error.strerror}") from None


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Unavailable(f"{file} cannot be written: {error.strerror}") from None


def _json(data: object) -> str:
    return orjson.dumps(data, option=orjson.OPT_INDENT_2).decode()


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
