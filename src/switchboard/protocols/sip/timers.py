"""Deadlines of a whole node: no task and no loop timer per transaction.

Nearly all are of a few lengths (RFC 3261 table 4), and those of one length come due in the order they were asked for.
So each length has a line of its own, and only the heads of the lines are kept sorted.
"""

import heapq
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

Action = Callable[..., None]
Line = OrderedDict["Timer", None]


class Timer:
    """One deadline. `cancel` forgets it at once, so that nothing is kept alive until then."""

    __slots__ = ("_line", "action", "arguments", "deadline")

    def __init__(self, line: Line, deadline: float, action: Action, arguments: tuple[Any, ...]) -> None:
        self._line = line
        self.deadline = deadline
        self.action: Action | None = action
        self.arguments = arguments

    def cancel(self) -> None:
        """Does nothing once its time has come."""
        if self.action is not None:
            self.action = None
            self.arguments = ()
            del self._line[self]


class Timers:
    """Runs actions when their time has come. `clock` gives monotonic seconds; whoever drives it calls `run`.

    wanted: told the earliest deadline whenever it becomes earlier, so that the driver can wake in time.
    """

    def __init__(self, clock: Callable[[], float], wanted: Callable[[float], None] | None = None) -> None:
        self.now = clock
        self.wanted = wanted
        self._lines: dict[float, Line] = {}
        # Of each line (by its length) the head's deadline, or that of one before it that was cancelled.
        self._heads: list[tuple[float, float]] = []
        self._earliest = float("inf")

    def __len__(self) -> int:
        """Deadlines that wait."""
        return sum(map(len, self._lines.values()))

    def after(self, delay: float, action: Action, *arguments: Any) -> Timer:
        """Call `action(*arguments)` in `delay` seconds."""
        deadline = self.now() + delay
        line = self._lines.get(delay)
        if line is None:
            line = self._lines[delay] = OrderedDict()
            heapq.heappush(self._heads, (deadline, delay))
        timer = Timer(line, deadline, action, arguments)
        line[timer] = None
        if deadline < self._earliest:
            self._earliest = deadline
            if self.wanted is not None:
                self.wanted(deadline)
        return timer

    def next_deadline(self) -> float | None:
        """When `run` should be called next, or None when nothing waits."""
        heads = self._heads
        while heads:
            deadline, length = heads[0]
            head = next(iter(self._lines[length]), None)
            if head is None:
                heapq.heappop(heads)
                del self._lines[length]
            elif head.deadline > deadline:
                heapq.heapreplace(heads, (head.deadline, length))
            else:
                self._earliest = deadline
                return deadline
        self._earliest = float("inf")
        return None

    def run(self) -> float | None:
        """Do everything that is due and return the next deadline. An action that raises stops nothing else:
        its timer is gone, the error goes on to the caller, and the next `run` continues."""
        now = self.now()
        while (deadline := self.next_deadline()) is not None and deadline <= now:
            timer = next(iter(self._lines[self._heads[0][1]]))
            action, arguments = timer.action, timer.arguments
            timer.cancel()
            if action is not None:
                action(*arguments)
        return deadline
