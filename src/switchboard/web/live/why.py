"""Explanations that somebody has open: looked at anew after each change and every second, for a bounded share of us.

Nothing is looked at before the first page asks and after the last one has closed it. Pages that ask the same share
one look. A look takes up to some milliseconds with a long line and a thousand agents: the longer all of them together
take, the longer they wait between two.
"""

import asyncio
from collections.abc import Callable, Collection
from typing import Any, Final

from switchboard.kit.clock import Clock
from switchboard.kit.tasks import Tasks
from switchboard.web.doors.explaining import ExplainingDoor
from switchboard.web.doors.watch import Stop
from switchboard.web.live.changes import why_changes
from switchboard.web.live.stream import Source
from switchboard.web.messages.explaining import Question

SHARE: Final = 0.05
"""Of a core, that all open explanations together may take."""

LONGEST: Final = 10.0
"""Seconds between two looks at most, whatever they take."""

EVERY: Final = 1.0
"""Seconds after which a sentence may read otherwise though nothing happened: "in 20 s"."""


class WhySources:
    """Where the streams of explanations come from. least: seconds between two frames of one of them."""

    def __init__(self, door: ExplainingDoor, clock: Clock, tasks: Tasks, *, least: float) -> None:
        self._door = door
        self._clock = clock
        self._tasks = tasks
        self._least = least
        self._took: dict[object, float] = {}

    def source(self, organization: str, asked: Question) -> Source:
        """States, changes and pauses of one explanation."""
        mine = object()

        async def state() -> dict[str, Any]:
            began = self._clock.monotonic()
            shown = (await self._door.explanation(organization, asked)).model_dump(mode="json")
            self._took[mine] = self._clock.monotonic() - began
            return shown

        def watch(changed: Callable[[], None]) -> Stop:
            stop = self._door.watch(organization, asked, changed)
            passing = self._tasks.start(_passing(changed), name="time of an explanation")

            def end() -> None:
                stop()
                passing.cancel()
                self._took.pop(mine, None)

            return end

        return Source("why", state, watch, why_changes, self._pause)

    def _pause(self) -> float:
        return pause(self._took.values(), self._least)


def pause(took: Collection[float], least: float) -> float:
    """Seconds between two looks at each of these, so that all together take no more than their share. took: seconds
    of the last look at each."""
    return max(least, min(sum(took) / SHARE, LONGEST))


async def _passing(changed: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(EVERY)
        changed()
