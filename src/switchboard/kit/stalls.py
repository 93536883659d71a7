"""How long the event loop was held: nothing may hold it for more than 20 ms."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import structlog

from switchboard.kit.clock import Clock

_log = structlog.get_logger(__name__)

PERIOD: Final = 0.01
"""Seconds between two looks at the loop."""

LIMIT: Final = 0.02
"""Seconds the loop may be held before it is worth a log line."""


class StallMonitor:
    """Measures the longest time the event loop could not run, from `start` to `stop`.

    longest: seconds, since the start or the last `reset`. What it sees includes the machine's own
    scheduling, so a busy machine shows stalls that no code of ours caused. busiest: seconds of CPU that the
    loop's thread took between two looks at most. Other programs do not stretch them: no code of ours held the
    loop for longer.

    computed: seconds of CPU of the thread that asks.
    """

    def __init__(self, clock: Clock, computed: Callable[[], float] = time.thread_time) -> None:
        self._clock = clock
        self._computed = computed
        self._looked = self._computed_before = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.longest = self.busiest = 0.0

    def reset(self) -> None:
        """Forget what was seen; what is computed from now on counts."""
        self.longest = self.busiest = 0.0
        self._computed_before = self._computed()

    def start(self) -> None:
        """Watch the running loop; a timer alone costs less than a task that sleeps."""
        self._looked, self._computed_before = self._clock.monotonic(), self._computed()
        self._set_timer()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set_timer(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(PERIOD, self._look)

    def _look(self) -> None:
        now = self._clock.monotonic()
        held = now - self._looked - PERIOD
        self._looked = now
        self._set_timer()
        if held > self.longest:
            self.longest = held
        computed = self._computed()
        self.busiest = max(self.busiest, computed - self._computed_before)
        self._computed_before = computed
        if held > LIMIT * 5:
            _log.warning("event_loop_held", milliseconds=round(held * 1_000))
