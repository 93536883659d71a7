"""`capacity` and `interruptions`, of people who are agents and of teams."""

from typing import Any

from switchboard.agents.model import CHANNELS, MOST, Capacity
from switchboard.flows.model import Fields

FIELDS = ("capacity", "interruptions")
"""Where they stand, side by side."""


def read_capacity(fields: Fields) -> Capacity | None:
    """None when neither field says anything."""
    slots: dict[str, int] = {}
    if fields.has("capacity"):
        given = fields.at("capacity").fields((), CHANNELS)
        slots = {
            channel: given.whole(channel, 1, least=0, most=MOST[channel]) for channel in CHANNELS if given.has(channel)
        }
    interrupted_by = _interruptions(fields) if fields.has("interruptions") else {}
    return Capacity(slots, interrupted_by) if slots or interrupted_by else None


def _interruptions(fields: Fields) -> dict[str, tuple[str, ...]]:
    """By channel the others that may come while somebody works on it."""
    given = fields.at("interruptions").fields((), CHANNELS)
    found: dict[str, tuple[str, ...]] = {}
    for channel in CHANNELS:
        others = [other for other in CHANNELS if other != channel]
        named = {one.choice(others) for one in given.elements(channel)}
        if named:
            found[channel] = tuple(other for other in others if other in named)
    return found


def write_capacity(capacity: Capacity | None) -> dict[str, Any]:
    """The fields that `read_capacity` reads; none for None."""
    written: dict[str, Any] = {}
    if capacity is not None and capacity.slots:
        written["capacity"] = {channel: capacity.slots[channel] for channel in CHANNELS if channel in capacity.slots}
    if capacity is not None and capacity.interrupted_by:
        written["interruptions"] = {
            channel: list(capacity.interrupted_by[channel])
            for channel in CHANNELS
            if channel in capacity.interrupted_by
        }
    return written
