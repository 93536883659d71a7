"""A trial as text for a terminal: the sentences, then the figures side by side."""

from collections.abc import Iterator

from switchboard.routing.simulation.table import shown
from switchboard.routing.simulation.trial import LEVEL, Part, Row, Sure, Tried


def text_of_trial(tried: Tried) -> Iterator[str]:
    """What came of it, line by line."""
    yield tried.says
    yield tried.fit
    yield from tried.notes
    yield ""
    yield f"{tried.date}: {tried.calls:,} callers, {tried.agents:,} agents, {tried.runs} runs; in brackets the 95 %"
    yield "interval of what nobody can know of that day"
    for part in tried.parts:
        yield ""
        yield from _part(part)


def _part(part: Part) -> Iterator[str]:
    within = "" if part.within is None else f", in time within {part.within:g} s"
    yield f"  {part.name + within:<32}{'really':>10}{'as it is':>24}{'with the change':>24}  difference"
    for row in part.rows:
        cells = f"{shown(_name(row), row.real):>10}{_sure(row, row.before):>24}{_sure(row, row.after):>24}"
        yield f"  {row.name:<32}{cells}  {_difference(row)}"


def _difference(row: Row) -> str:
    if row.clear:
        return "clear"
    same = row.before is not None and row.after is not None and row.before.mean == row.after.mean
    return "none" if same else "may be chance"


def _name(row: Row) -> str:
    """As the table of figures knows it: how a service level is counted stands in the queue's settings."""
    return f"{LEVEL}, offered" if row.name == LEVEL else row.name


def _sure(row: Row, found: Sure | None) -> str:
    if found is None:
        return "-"
    text = shown(_name(row), found.mean)
    if found.low is None or found.high is None or found.low == found.high:
        return text
    low, high = (shown(_name(row), value).partition(" ")[0] for value in (max(found.low, 0.0), found.high))
    return f"{text} ({low} to {high})"
