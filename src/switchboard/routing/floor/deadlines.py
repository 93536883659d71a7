"""Which deadline comes next: a heap whose outdated entries are recognised when they come up."""

from collections.abc import Iterable
from enum import IntEnum
from heapq import heapify, heappop, heappush
from typing import NamedTuple


class Kind(IntEnum):
    """What a deadline ends. Equal times are served in this order."""

    OFFER = 1
    WRAP_UP = 2
    DELAY = 3
    VISIT = 4
    STEP = 5
    PAUSE = 6
    REST = 7
    CLOCK = 8


class Deadline(NamedTuple):
    """At `at` (microseconds) the thing `id` ends; number is used for offers, id for all others."""

    at: int
    kind: Kind
    number: int
    id: str


class Deadlines:
    """Deadlines in order. Nobody takes one out when it is no longer needed: `Floor` asks whether the first
    one still stands and drops it otherwise."""

    def __init__(self) -> None:
        self._heap: list[Deadline] = []

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, at: int, kind: Kind, *, number: int = 0, id: str = "") -> None:  # noqa: A002 - the field's name
        heappush(self._heap, Deadline(at, kind, number, id))

    def first(self) -> Deadline | None:
        return self._heap[0] if self._heap else None

    def drop_first(self) -> Deadline:
        return heappop(self._heap)

    def replace(self, deadlines: Iterable[Deadline]) -> None:
        """Only these, from now on."""
        self._heap = list(deadlines)
        heapify(self._heap)
