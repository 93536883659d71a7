"""Deadlines of a whole node in one heap: no task and no loop timer per transaction."""

import heapq
from collections.abc import Callable
from typing import Any, Final

Action = Callable[..., None]
_SWEEP: Final = 256
"""Cancelled deadlines that are not worth sweeping out."""


class Timer:
    """One deadline. `cancel` forgets the action at once, so that nothing is kept alive until the deadline."""

    __slots__ = ("_owner", "action", "arguments")

    def __init__(self, owner: "Timers", action: Action, arguments: tuple[Any, ...]) -> None:
        self._owner = owner
        self.action: Action | None = action
        self.arguments = arguments

    def cancel(self) -> None:
        if self.action is not None:
            self.action = None
            self.arguments = ()
            self._owner.cancelled += 1


class Timers:
    """Runs actions when their time has come. `clock` gives monotonic seconds; whoever drives it calls `run`.

    wanted: told the earliest deadline whenever it becomes earlier, so that the driver can wake in time.
    """

    def __init__(self, clock: Callable[[], float], wanted: Callable[[float], None] | None = None) -> None:
        self.now = clock
        self.wanted = wanted
        self._heap: list[tuple[float, int, Timer]] = []
        self._count = 0
        self._earliest = float("inf")
        self.cancelled = 0

    def __len__(self) -> int:
        """Deadlines in the heap, cancelled ones included until their time passes."""
        return len(self._heap)

    def after(self, delay: float, action: Action, *arguments: Any) -> Timer:
        """Call `action(*arguments)` in `delay` seconds."""
        deadline = self.now() + delay
        timer = Timer(self, action, arguments)
        self._count += 1
        if self.cancelled > _SWEEP and self.cancelled * 2 > len(self._heap):
            self._sweep()
        heapq.heappush(self._heap, (deadline, self._count, timer))
        if deadline < self._earliest:
            self._earliest = deadline
            if self.wanted is not None:
                self.wanted(deadline)
        return timer

    def _sweep(self) -> None:
        """Most deadlines of a call are cancelled long before their time: do not keep them until then."""
        self._heap = [entry for entry in self._heap if entry[2].action is not None]
        heapq.heapify(self._heap)
        self.cancelled = 0

    def next_deadline(self) -> float | None:
        """When `run` should be called next, or None when nothing waits."""
        heap = self._heap
        while heap and heap[0][2].action is None:
            heapq.heappop(heap)
            self.cancelled -= 1
        self._earliest = heap[0][0] if heap else float("inf")
        return self._earliest if heap else None

    def run(self) -> float | None:
        """Do everything that is due and return the next deadline. An action that raises stops nothing else:
        its timer is gone, the error goes on to the caller, and the next `run` continues."""
        now = self.now()
        # Actions start timers, which may replace the heap.
        while self._heap and self._heap[0][0] <= now:
            timer = heapq.heappop(self._heap)[2]
            action, arguments = timer.action, timer.arguments
            timer.cancel()
            self.cancelled -= 1
            if action is not None:
                action(*arguments)
        return self.next_deadline()
