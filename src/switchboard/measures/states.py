"""How an agent's signed-in time was spent: one part for each thing he can be doing, which add up to the whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from switchboard.measures.formula import Formula, Unit, register


@dataclass(frozen=True, slots=True)
class StateTimes:
    """Microseconds of one agent and period. engaged: talk and hold together; hold: the part of it during which the
    customer was on hold, as far as talks have ended. paused: by reason."""

    available: int = 0
    ringing: int = 0
    engaged: int = 0
    hold: int = 0
    wrap_up: int = 0
    delayed: int = 0
    not_responding: int = 0
    paused: Mapping[str, int] = field(default_factory=dict)


PARTS: Final[Mapping[str, str]] = {
    "available": "available",
    "offered": "ringing",
    "engaged": "engaged",
    "wrap-up": "wrap_up",
    "delayed": "delayed",
    "not responding": "not_responding",
}
"""The part to which each state that is no pause belongs; whoever is signed out spends no time here."""


def state_times(spans: Iterable[tuple[str, str | None, int]], hold: int) -> StateTimes:
    """The parts of (state, reason of a pause, length). hold cannot be longer than the talks it was in."""
    parts: dict[str, int] = {}
    paused: dict[str, int] = {}
    for state, reason, length in spans:
        if state == "paused":
            paused[reason or ""] = paused.get(reason or "", 0) + length
        elif (part := PARTS.get(state)) is not None:
            parts[part] = parts.get(part, 0) + length
    return StateTimes(**parts, hold=min(hold, parts.get("engaged", 0)), paused=paused)


def talk(times: StateTimes) -> int:
    """The customer heard, not on hold."""
    return times.engaged - times.hold


def signed_in(times: StateTimes) -> int:
    """All parts together."""
    return (
        times.available
        + times.ringing
        + times.engaged
        + times.wrap_up
        + times.delayed
        + times.not_responding
        + sum(times.paused.values())
    )


STATE_MEASURES: Final = register(
    Formula(name, 1, Unit.MICROSECONDS, text, of)
    for name, text, of in (
        ("agent's talk time", "engaged - hold", talk),
        (
            "signed-in time",
            "available + ringing + talk + hold + wrap-up + delayed + not responding + pauses",
            signed_in,
        ),
    )
)
