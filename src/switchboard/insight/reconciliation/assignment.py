"""The cheapest assignment of rows to columns overall, where a row may stay alone at a price.

Shortest augmenting paths over a sparse graph (Jonker & Volgenant, A shortest augmenting path algorithm for dense and
sparse linear assignment problems, 1987): each row in turn takes the column that costs the whole least, and those who
had to move for it move along the cheapest way. Exact, so that an early wrong pair spoils nothing.
"""

import heapq
from collections.abc import Sequence
from typing import NamedTuple


class Edge(NamedTuple):
    """A column that a row may have, and what it costs."""

    column: int
    cost: int


class _Reached(NamedTuple):
    """How a search got to a column: its distance, and the row from which."""

    distance: int
    row: int


def assigned(rows: Sequence[Sequence[Edge]], columns: int, alone: int) -> list[int | None]:
    """For each row its column, None where it stays alone; the sum of all costs is the least there is.

    rows: the edges of each. columns: how many there are. alone: what a row without a column costs; edges that cost
    more are never taken. Every cost is a whole number from 0 on. The same input gives the same result.
    """
    return _Assignment(rows, columns, alone).made()


class _Assignment:
    def __init__(self, rows: Sequence[Sequence[Edge]], columns: int, alone: int) -> None:
        # A column of its own for each row is where it stays alone.
        self._edges = [
            [*(e for e in edges if e.cost <= alone), Edge(columns + row, alone)] for row, edges in enumerate(rows)
        ]
        self._columns = columns
        self._owner: dict[int, int] = {}
        self._taken: list[Edge] = [Edge(-1, 0)] * len(rows)
        self._price: dict[int, int] = {}
        """What a column is already worth to its owner, never above 0 (the dual variable)."""

    def made(self) -> list[int | None]:
        for row in range(len(self._edges)):
            self._place(row)
        return [None if edge.column >= self._columns else edge.column for edge in self._taken]

    def _place(self, row: int) -> None:
        reached: dict[int, _Reached] = {}
        final: dict[int, int] = {}
        waiting: list[tuple[int, int]] = []
        base, at = 0, row
        while True:
            self._look(at, base, reached, final, waiting)
            distance, column = self._nearest(waiting, final)
            if column not in self._owner:
                break
            final[column] = distance
            at = self._owner[column]
            base = distance - (self._taken[at].cost - self._price.get(column, 0))
        for passed, at_distance in final.items():
            self._price[passed] = self._price.get(passed, 0) + at_distance - distance
        self._move(row, column, reached)

    def _look(
        self,
        row: int,
        base: int,
        reached: dict[int, _Reached],
        final: dict[int, int],
        waiting: list[tuple[int, int]],
    ) -> None:
        for column, cost in self._edges[row]:
            if column in final:
                continue
            distance = base + cost - self._price.get(column, 0)
            known = reached.get(column)
            if known is None or distance < known.distance:
                reached[column] = _Reached(distance, row)
                heapq.heappush(waiting, (distance, column))

    @staticmethod
    def _nearest(waiting: list[tuple[int, int]], final: dict[int, int]) -> tuple[int, int]:
        while True:
            distance, column = heapq.heappop(waiting)
            if column not in final:
                return distance, column

    def _move(self, row: int, column: int, reached: dict[int, _Reached]) -> None:
        """Along the way back: each row on it takes the column that it was reached by and leaves its own."""
        while True:
            mover = reached[column].row
            left = self._taken[mover].column
            self._taken[mover] = next(edge for edge in self._edges[mover] if edge.column == column)
            self._owner[column] = mover
            if mover == row:
                return
            column = left
