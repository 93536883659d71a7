"""`outcome` of a queue: how it goes by expected outcomes; and `dispositions`, which say what was resolved."""

from typing import Any, Final

from switchboard.flows.model import Fields, Reading, duration_text
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.model import PLAIN_OUTCOME, Disposition, OutcomeRule

_HOUR: Final = 3_600
_COUNTS: Final = {
    "hold_out": (0, 50),
    "explore": (0, 50),
    "least_data": (1, 10_000),
    "load_margin": (0, 100),
    "repeat_within": (1, 90),
}
"""Least and most of each whole number."""
_DURATIONS: Final = ("unresolved", "dissatisfied")


def read_outcome(fields: Fields) -> OutcomeRule:
    """The rule of a queue whose fields these are."""
    if not fields.has("outcome"):
        return PLAIN_OUTCOME
    inner = fields.at("outcome").fields((), (*_DURATIONS, *_COUNTS))
    counts = {
        name: inner.whole(name, getattr(PLAIN_OUTCOME, name), least=least, most=most)
        for name, (least, most) in _COUNTS.items()
    }
    weights = {
        name: inner.duration(name, getattr(PLAIN_OUTCOME, name) // MICROSECONDS, most=4 * _HOUR) * MICROSECONDS
        for name in _DURATIONS
    }
    read = OutcomeRule(**weights, **counts)
    return PLAIN_OUTCOME if read == PLAIN_OUTCOME else read


def write_outcome(rule: OutcomeRule) -> dict[str, Any]:
    """What differs from the plain rule, as a file says it; empty when nothing does."""
    different = {
        name: getattr(rule, name)
        for name in (*_DURATIONS, *_COUNTS)
        if getattr(rule, name) != getattr(PLAIN_OUTCOME, name)
    }
    return {
        name: duration_text(value // MICROSECONDS) if name in _DURATIONS else value for name, value in different.items()
    }


def read_disposition(reading: Reading) -> Disposition:
    """A key, a name, and whether the contact was resolved then."""
    fields = reading.fields(("key",), ("name", "resolved"))
    key = fields.key("key")
    resolved = fields.flag("resolved", default=False) if fields.has("resolved") else None
    return Disposition(key, fields.text("name", key, most=200).strip(), resolved)


def write_disposition(item: Disposition) -> dict[str, Any]:
    """As a file says it."""
    written: dict[str, Any] = {"key": item.key, "name": item.name}
    if item.resolved is not None:
        written["resolved"] = item.resolved
    return written
