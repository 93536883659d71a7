"""The monitor sees how long the loop was held."""

import asyncio
from collections.abc import Iterator

import pytest
import structlog

from switchboard.kit import stalls
from switchboard.kit.clock import SystemClock
from switchboard.kit.stalls import PERIOD, StallMonitor


class Looks:
    """A clock that says at each look what it was given; then the story is over."""

    def __init__(self, *seconds: float) -> None:
        self._seconds: Iterator[float] = iter(seconds)
        self._last = 0.0
        self.over = asyncio.Event()

    def now(self) -> int:
        raise AssertionError("intervals are not measured by the time of day")

    def monotonic(self) -> float:
        try:
            self._last = next(self._seconds)
        except StopIteration:
            self.over.set()
        return self._last


async def watched(*looks: float) -> StallMonitor:
    clock = Looks(*looks)
    monitor = StallMonitor(clock)
    monitor.start()
    await clock.over.wait()
    monitor.stop()
    return monitor


async def test_the_longest_is_kept() -> None:
    monitor = await watched(0.0, PERIOD, 3 * PERIOD, 4 * PERIOD)
    assert monitor.longest == pytest.approx(PERIOD)
    monitor.reset()
    assert monitor.longest == 0.0


async def test_what_the_loop_itself_computed_is_told_apart_from_what_the_machine_took() -> None:
    clock, computed = Looks(0.0, 9 * PERIOD, 10 * PERIOD), iter([1.0, 1.002, 1.010, 1.010])
    monitor = StallMonitor(clock, lambda: next(computed))
    monitor.start()
    await clock.over.wait()
    monitor.stop()
    assert (monitor.longest, monitor.busiest) == pytest.approx((8 * PERIOD, 0.008))


async def test_a_long_one_is_logged_with_its_length() -> None:
    with structlog.testing.capture_logs() as lines:
        await watched(0.0, PERIOD + 0.5)
    assert [(line["event"], line["milliseconds"]) for line in lines] == [("event_loop_held", 500)]


async def test_a_short_one_is_not_worth_a_line() -> None:
    with structlog.testing.capture_logs() as lines:
        await watched(0.0, PERIOD + stalls.LIMIT)
    assert lines == []


async def test_a_loop_that_was_really_held_is_seen() -> None:
    clock = SystemClock()
    monitor = StallMonitor(clock)
    monitor.start()
    await asyncio.sleep(0)
    until = clock.monotonic() + 0.05
    while clock.monotonic() < until:
        pass
    # The monitor's timer was due long ago: it is served before this one.
    await asyncio.sleep(PERIOD)
    monitor.stop()
    assert monitor.longest > 0.03
