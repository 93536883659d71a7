"""How long the event loop was held: nothing may hold it for more than 20 ms."""

import asyncio
from typing import Final

import structlog

from switchboard.kit.clock import Clock

_log = structlog.get_logger(__name__)

PERIOD: Final = 0.01
"""Seconds between two looks at the loop."""

LIMIT: Final = 0.02
"""Seconds the loop may be held before it is worth a log line."""


class StallMonitor:
    """Measures the longest time the event loop could not run. Run `watch` in a `Tasks`.

    longest: seconds, since the start or the last `reset`. What it sees includes the machine's own
    scheduling, so a busy machine shows stalls that no code of ours caused.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.longest = 0.0

    def reset(self) -> None:
        self.longest = 0.0

    async def watch(self) -> None:
        before = self._clock.monotonic()
        while True:
            await asyncio.sleep(PERIOD)
            after = self._clock.monotonic()
            held = after - before - PERIOD
            before = after
            if held > self.longest:
                self.longest = held
            if held > LIMIT * 5:
                _log.warning("event_loop_held", milliseconds=round(held * 1_000))
