"""`targets` of a queue: how its figures are judged, and from where on they ask for attention."""

from typing import Any, Final

from switchboard.flows.model import Fields, duration_text
from switchboard.kit.clock import MICROSECONDS
from switchboard.measures.answering import SERVICE_LEVELS
from switchboard.routing.model import PLAIN_TARGETS, Limits, Targets

MOST_WAITING: Final = 10_000
_HOUR: Final = 3_600


def read_targets(fields: Fields) -> Targets:
    """The targets of a queue whose fields these are."""
    if not fields.has("targets"):
        return PLAIN_TARGETS
    known = ("formula", "level", "short_call", "waiting", "longest_wait", "service_level")
    inner = fields.at("targets").fields((), known)
    return Targets(
        formula=inner.choice("formula", tuple(SERVICE_LEVELS), PLAIN_TARGETS.formula),
        level=inner.whole("level", PLAIN_TARGETS.level, least=1, most=100),
        short_call=inner.duration("short_call", PLAIN_TARGETS.short_call // MICROSECONDS, most=60) * MICROSECONDS,
        waiting=_counted(inner, "waiting", MOST_WAITING),
        longest_wait=_timed(inner, "longest_wait"),
        service_level=_counted(inner, "service_level", 100, falling=True),
    )


def _counted(fields: Fields, name: str, most: int, *, falling: bool = False) -> Limits:
    if not fields.has(name):
        return Limits()
    inner = fields.at(name).fields((), ("warn", "alarm"))
    values = [inner.whole(one, 0, least=1, most=most) if inner.has(one) else None for one in ("warn", "alarm")]
    return _ordered(inner, Limits(*values), falling=falling)


def _timed(fields: Fields, name: str) -> Limits:
    if not fields.has(name):
        return Limits()
    inner = fields.at(name).fields((), ("warn", "alarm"))
    values = [inner.duration(one, 0, most=_HOUR) * MICROSECONDS or None for one in ("warn", "alarm")]
    return _ordered(inner, Limits(*values), falling=False)


def _ordered(inner: Fields, limits: Limits, *, falling: bool) -> Limits:
    if limits.warn is not None and limits.alarm is not None:
        first, then = (limits.alarm, limits.warn) if falling else (limits.warn, limits.alarm)
        if first > then:
            inner.at("alarm").problem(f"must be {'below' if falling else 'above'} the value of warn, which comes first")
    return limits


def write_targets(targets: Targets) -> dict[str, Any]:
    """What differs from the plain targets, as a file says it; empty when nothing does."""
    written: dict[str, Any] = {}
    if targets.formula != PLAIN_TARGETS.formula:
        written["formula"] = targets.formula
    if targets.level != PLAIN_TARGETS.level:
        written["level"] = targets.level
    if targets.short_call != PLAIN_TARGETS.short_call:
        written["short_call"] = _duration(targets.short_call)
    for name, limits, show in (
        ("waiting", targets.waiting, int),
        ("longest_wait", targets.longest_wait, _duration),
        ("service_level", targets.service_level, int),
    ):
        values = {"warn": limits.warn, "alarm": limits.alarm}
        if shown := {key: show(value) for key, value in values.items() if value is not None}:
            written[name] = shown
    return written


def _duration(length: int) -> str:
    return duration_text(length // MICROSECONDS)
