"""What is learned from, and what a version has brought."""

from typing import NamedTuple

from switchboard.measures.confidence import Interval
from switchboard.routing.outcomes import Group


class Handled(NamedTuple):
    """A contact that an agent handled. entrance: id of what it came in by, empty when that is not known.

    handling: talk, hold and wrap-up, microseconds. resolved, satisfaction (0 to 1): None when nobody knows.
    idle: who else was free when it was offered, as far as that was recorded. version, group: how its agent was chosen,
    0 and None when there was no choice by outcome. offered_at: when that was, UTC epoch microseconds.
    """

    queue: str
    entrance: str
    agent: str
    handling: int
    resolved: bool | None = None
    satisfaction: float | None = None
    idle: tuple[str, ...] = ()
    version: int = 0
    group: Group | None = None
    offered_at: int = 0


class Gain(NamedTuple):
    """What a version and those before it have brought in a queue: their hours minus those held out, so that less
    handling is below 0.

    best, held_out: contacts compared, of best_hours and held_out_hours; 0 hours is a figure of old, when contacts were
    held out one by one, which overstated it. cost, handling: seconds a contact. resolution, satisfaction: shares, None
    where too little is known.
    """

    best: int
    held_out: int
    cost: Interval
    handling: Interval
    resolution: Interval | None
    satisfaction: Interval | None = None
    best_hours: int = 0
    held_out_hours: int = 0
