"""What a queue's contacts teach: how long they take and how soon callers give up. By folding, so that every memory
knows the same; nothing is decided by it.

Exponentially weighted moving averages (Roberts, Control chart tests based on geometric moving averages, 1959), in
whole numbers so that folding a journal gives the same everywhere.
"""

from typing import Final

from switchboard.routing.floor.state import Handling

WEIGHT: Final = 32
"""One in so many: the weight of the last contact in the mean times. Until there were so many, all weigh the same."""

PATIENCE_WEIGHT: Final = 128
"""The same for patience, of which one contact tells less."""

ONE: Final = 1_000_000
"""A caller who gave up, so that parts of him are whole numbers."""

NOTHING: Final = Handling(0, 0)


def learned(before: Handling | None, took: int, ringing: int = 0, wrap_up: int = 0) -> Handling:
    """After one more contact, which took so many microseconds from the beginning of the talk; ringing before it,
    wrap_up at its end."""
    known = before or NOTHING
    count = min(known.count + 1, WEIGHT)
    return Handling(
        known.mean + (took - known.mean) // count,
        count,
        known.ringing + (ringing - known.ringing) // count,
        known.wrap_up + (wrap_up - known.wrap_up) // count,
        known.waited,
        known.gave_up,
    )


def waited(before: Handling | None, wait: int, *, gave_up: bool) -> Handling:
    """After one more contact that left the line after so many microseconds."""
    known = before or NOTHING
    return Handling(
        known.mean,
        known.count,
        known.ringing,
        known.wrap_up,
        known.waited - known.waited // PATIENCE_WEIGHT + wait,
        known.gave_up - known.gave_up // PATIENCE_WEIGHT + (ONE if gave_up else 0),
    )
