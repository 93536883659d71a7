"""How long a queue's contacts take: learned from each that ends, by folding, so that every memory knows the same."""

from typing import Final

from switchboard.routing.floor.state import Handling

WEIGHT: Final = 8
"""One in so many: the weight of the last contact in the mean handling time. Until there were so many, all weigh
the same."""


def learned(before: Handling | None, took: int) -> Handling:
    """The handling times of a queue after one more contact, which took so many microseconds.

    Exponentially weighted moving average (Roberts, Control chart tests based on geometric moving averages,
    1959), in whole numbers so that folding a journal gives the same everywhere.
    """
    if before is None:
        return Handling(took, 1)
    count = min(before.count + 1, WEIGHT)
    return Handling(before.mean + (took - before.mean) // count, count)
