"""A run as a picture: callers, service level, waits and occupancy by interval, as SVG written by hand.

No library: five kinds of lines are all that is drawn. Means over the runs; readable without colour, because every
line has its name at its end.
"""

from collections.abc import Callable, Iterator, Sequence
from statistics import fmean
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from switchboard.routing.simulation.counting import Outcome
from switchboard.routing.simulation.table import clock

WIDTH: Final = 960
LEFT: Final = 70
RIGHT: Final = 120
PANEL: Final = 150
GAP: Final = 46
TOP: Final = 60

_STYLE: Final = """
text { font: 12px system-ui, sans-serif; fill: #1f2733 } .title { font-size: 17px; font-weight: 600 }
.heading { font-weight: 600 } .axis { stroke: #9aa4b2; stroke-width: 1 } .grid { stroke: #e3e7ed; stroke-width: 1 }
.back { fill: #ffffff } .bar { fill: #b9cdea } .gone { fill: #d9822b }
.one { stroke: #1f5fbf; fill: none; stroke-width: 2 } .two { stroke: #8a3ffc; fill: none; stroke-width: 2;
stroke-dasharray: 5 3 }
""".strip()


class Line(NamedTuple):
    """A figure by name, how the legend calls it, and its class in the style."""

    figure: str
    label: str
    style: str


class Panel(NamedTuple):
    """title with the unit; bars: two figures on top of each other; lines; factor: what values are multiplied by;
    most: the top of the axis, None for the largest value."""

    title: str
    bars: tuple[Line, ...] = ()
    lines: tuple[Line, ...] = ()
    factor: float = 1.0
    most: float | None = None


PANELS: Final = (
    Panel(
        "callers in an interval",
        bars=(Line("answered", "answered", "bar"), Line("abandoned", "gave up", "gone")),
    ),
    Panel("service level, %", lines=(Line("service level, offered", "offered (1)", "one"),), factor=100, most=100),
    Panel("wait of the answered, seconds", lines=(Line("wait p50", "P50", "one"), Line("wait p90", "P90", "two"))),
    Panel("occupancy, %", lines=(Line("occupancy", "occupancy", "one"),), factor=100, most=100),
)


def picture(outcomes: Sequence[Outcome]) -> str:
    """The runs of one scenario as SVG."""
    scenario = outcomes[0].scenario
    rows = [[outcome.figures(interval=number) for outcome in outcomes] for number in outcomes[0].intervals]
    labels = [clock(scenario.start + number * scenario.interval) for number in outcomes[0].intervals]
    height = TOP + len(PANELS) * (PANEL + GAP)

    def value(name: str) -> list[float | None]:
        return [_mean([one[name] for one in row]) for row in rows]

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(scenario.name)}</title><style>{_STYLE}</style>",
        f'<rect class="back" width="{WIDTH}" height="{height}"/>',
        f'<text class="title" x="{LEFT}" y="30">{escape(scenario.name)}</text>',
    ]
    for number, panel in enumerate(PANELS):
        parts += _panel(panel, TOP + number * (PANEL + GAP), labels, value)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _panel(panel: Panel, top: int, labels: Sequence[str], value: Callable[[str], list[float | None]]) -> Iterator[str]:
    shown = {
        line.figure: [_times(one, panel.factor) for one in value(line.figure)] for line in panel.bars + panel.lines
    }
    sums = [sum(one or 0.0 for one in column) for column in zip(*shown.values(), strict=True)] if panel.bars else []
    largest = max([one for column in shown.values() for one in column if one is not None] + sums, default=0.0)
    most = panel.most or _round(largest)
    step = (WIDTH - LEFT - RIGHT) / len(labels)
    yield f'<text class="heading" x="{LEFT}" y="{top - 8}">{panel.title}</text>'
    for share in (0.0, 0.5, 1.0):
        y = top + PANEL * (1 - share)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{most * share:g}</text>'
    bottom = top + PANEL
    base = [0.0] * len(labels)
    for bar in panel.bars:
        for place, one in enumerate(shown[bar.figure]):
            tall = PANEL * (one or 0.0) / most
            x, y = LEFT + place * step + step * 0.1, bottom - base[place] - tall
            yield f'<rect class="{bar.style}" x="{x:.1f}" y="{y:.1f}" width="{step * 0.8:.1f}" height="{tall:.1f}"/>'
            base[place] += tall
    for number, bar in enumerate(panel.bars):
        y = top + 14 + 18 * number
        yield f'<rect class="{bar.style}" x="{WIDTH - RIGHT + 12}" y="{y - 10}" width="12" height="12"/>'
        yield f'<text x="{WIDTH - RIGHT + 30}" y="{y}">{bar.label}</text>'
    for number, line in enumerate(panel.lines):
        points = [
            (LEFT + (place + 0.5) * step, bottom - PANEL * min(one, most) / most)
            for place, one in enumerate(shown[line.figure])
            if one is not None
        ]
        yield f'<polyline class="{line.style}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'
        y = top + 14 + 18 * number
        x = WIDTH - RIGHT + 8
        yield f'<line class="{line.style}" x1="{x}" x2="{x + 18}" y1="{y - 4}" y2="{y - 4}"/>'
        yield f'<text x="{x + 24}" y="{y}">{line.label}</text>'
    yield f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{bottom}" y2="{bottom}"/>'
    every = max(1, -(-len(labels) // 12))
    for place in range(0, len(labels), every):
        yield f'<text x="{LEFT + place * step:.1f}" y="{bottom + 16}">{labels[place]}</text>'


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _round(value: float) -> float:
    """The next number of the row 1, 2, 5, 10, 20 ... for the top of an axis."""
    scale = 1.0
    while True:
        for digit in (1, 2, 5):
            if value <= digit * scale:
                return digit * scale
        scale *= 10
