"""The garbage collector, told what lives for ever: it may not hold a loop that carries calls."""

import gc
from typing import Final

YOUNG: Final = 10_000
"""Objects made and not yet given back after which the young ones are looked at: some milliseconds of work."""

OLD: Final = 50
"""Looks at the middle generation between two looks at everything."""


def keep_collections_short() -> None:
    """Call it when a process has started: what exists now is never looked at again, the rest seldom.

    The modules and tables of a started process are 400,000 objects; looking at them held the loop for 0.1 s
    every few seconds. What a call leaves behind is given back without the collector, except for a few rings of
    objects that refer to each other, which may wait.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, OLD)
