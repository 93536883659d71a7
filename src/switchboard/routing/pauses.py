"""How long a pause may last at most, and what comes then: the part of a reason for a pause that the Floor needs.

limit_of(configuration.pauses, "break")     # None: such a pause lasts until somebody ends it
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from switchboard.agents.model import AgentState, Reason

TOO_LONG: Final = "pause too long"
"""Why somebody is not responding: his pause went on for longer than its reason allows."""


class PauseLimit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """reason: its key. longest: microseconds from the beginning of such a pause. then: what its agent is afterwards,
    one of `agents.model.AFTER_PAUSE`."""

    reason: str
    longest: int
    then: AgentState


def limits_of(reasons: Iterable[Reason]) -> tuple[PauseLimit, ...]:
    """Of the reasons that end a pause; the others only mark it."""
    return tuple(
        PauseLimit(reason.key, reason.longest, reason.then)
        for reason in sorted(reasons, key=lambda reason: reason.key)
        if reason.longest is not None and reason.then is not None
    )


def limit_of(limits: Sequence[PauseLimit], reason: str | None) -> PauseLimit | None:
    """What ends a pause for this reason; None when nothing does."""
    return next((limit for limit in limits if limit.reason == reason), None)
