"""The 20 ms beat of a worker: absolute deadlines, so that being late once does not shift what follows."""

import asyncio
from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import structlog

_log = structlog.get_logger(__name__)

BEHIND: Final = 5
"""Ticks that are caught up with one by one; when more are missing they are left out."""

BROKEN: Final = 50
"""Ticks failing one after the other after which the worker gives up, to be started again."""

_KEPT: Final = 1_024


class Fared(NamedTuple):
    """How the ticks since the last look went: seconds late, and the share of time spent in ticks."""

    late_p50: float
    late_p99: float
    late_worst: float
    busy: float


class Ticker:
    """Calls `tick(count)` every `period` seconds of the loop's clock; count > 1 when ticks were left out.

    on_broken: called once when `BROKEN` ticks in a row raised; a single failure is logged and the next tick
    goes on with the calls that are still well. `tick` may stop it, and it may be started again.
    """

    def __init__(self, period: float, tick: Callable[[int], None], on_broken: Callable[[], None]) -> None:
        self._period = period
        self._tick = tick
        self._on_broken = on_broken
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._failures = 0
        self._late = np.zeros(_KEPT)
        self._count = 0
        self._busy = 0.0
        self._since = asyncio.get_running_loop().time()
        self.skipped = 0
        """Ticks left out since the start."""

    @property
    def running(self) -> bool:
        return self._timer is not None

    def start(self) -> None:
        """The first tick comes in one period."""
        loop = asyncio.get_running_loop()
        self._due = loop.time() + self._period
        self._timer = loop.call_at(self._due, self._run)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def fared(self) -> Fared:
        """Look, and begin anew."""
        now = asyncio.get_running_loop().time()
        late = self._late[: min(self._count, _KEPT)]
        p50, p99, worst = np.percentile(late, (50, 99, 100)).tolist() if len(late) else (0.0, 0.0, 0.0)
        busy = self._busy / max(now - self._since, self._period)
        self._count, self._busy, self._since = 0, 0.0, now
        return Fared(p50, p99, worst, busy)

    def _run(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        late = began - self._due
        self._late[self._count % _KEPT] = late
        self._count += 1
        left_out = int(late / self._period)
        left_out = left_out if left_out > BEHIND else 0
        self.skipped += left_out
        try:
            self._tick(1 + left_out)
            self._failures = 0
        except Exception:  # noqa: BLE001  # one bad packet must not end the calls of others
            self._failures += 1
            _log.exception("tick_failed", in_a_row=self._failures)
            if self._failures == BROKEN:
                self._on_broken()
                return
        self._busy += loop.time() - began
        if self._timer is not None:
            self._due += (1 + left_out) * self._period
            self._timer = loop.call_at(self._due, self._run)
