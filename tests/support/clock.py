"""A jumping event loop and a clock that follows it: an hour's story takes milliseconds.

    def test_story() -> None:
        run(story)                    # async def story(clock: LoopClock) -> None

Only for code that waits by timers: whoever waits for another thread or process needs the real loop, because
here a quiet loop jumps to the next timer at once.
"""

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from typing import Any

START = 1_750_000_000_000_000
"""UTC epoch microseconds at which every story begins."""


class _JumpingSelector(selectors.SelectSelector):
    def __init__(self) -> None:
        super().__init__()
        self.skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise AssertionError("the story waits for something that will never happen")
        if not ready and timeout:
            self.skipped += timeout
        return ready


class JumpingLoop(asyncio.SelectorEventLoop):
    """Its time stands still while anything runs, and jumps to the next timer when nothing does."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.skipped


class LoopClock:
    """A `kit.clock.Clock` that follows the running loop."""

    def __init__(self, start: int = START) -> None:
        self._start = start

    def now(self) -> int:
        return self._start + round(self.monotonic() * 1_000_000)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()


class SetClock:
    """A `kit.clock.Clock` that a test moves by hand."""

    def __init__(self, start: int = START) -> None:
        self.microseconds = start

    def now(self) -> int:
        return self.microseconds

    def monotonic(self) -> float:
        return self.microseconds / 1_000_000

    def pass_seconds(self, seconds: float) -> int:
        """Move on; returns the new `now`."""
        self.microseconds += round(seconds * 1_000_000)
        return self.microseconds


def run(story: Callable[[LoopClock], Awaitable[Any]], start: int = START) -> Any:
    """Run a story on a jumping loop of its own, beginning at `start` (UTC epoch microseconds)."""

    async def main() -> Any:
        return await story(LoopClock(start))

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(main())
