"""The time, as a constructor argument: production hands out `SystemClock`, tests a clock that jumps."""

import time
from typing import Final, Protocol

MICROSECONDS: Final = 1_000_000
"""Microseconds in a second: every stored time is UTC epoch microseconds."""


class Clock(Protocol):
    """What time it is. Rules never ask: they are given `now`."""

    def now(self) -> int:
        """UTC epoch microseconds, for what is stored and shown."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back, for intervals inside one process."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        return time.time_ns() // 1_000

    # Asked many times in a call: no function of ours in between.
    monotonic = staticmethod(time.monotonic)


def microseconds(seconds: float) -> int:
    """Seconds as whole microseconds."""
    return round(seconds * MICROSECONDS)
