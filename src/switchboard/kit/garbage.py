"""The garbage collector, told what lives for ever: it may not hold a loop that carries calls."""

import gc
from typing import Final

YOUNG: Final = 10_000
"""Objects made and not yet given back after which the young ones are looked at: some milliseconds of work."""

MIDDLE: Final = 3
"""Looks at the young between two at those that outlived one: a thousand phones that ring at once are 100,000 objects
that do, and to look at all of them together held the loop for 30 ms."""

OLD: Final = 160
"""Looks at the middle generation between two looks at everything."""


def keep_collections_short() -> None:
    """Call it when all is imported, and again when the process has started: what exists then is never looked at
    again, the rest seldom.

    The modules and tables of a started process are 400,000 objects; looking at them held the loop for 0.1 s
    every few seconds. What a call leaves behind is given back without the collector, except for a few rings of
    objects that refer to each other, which may wait.
    """
    # Only the young: to look at everything once more would hold the loop for as long as it shall never be held again.
    gc.collect(1)
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
