"""Who knows more of a batch than the Floor does, and has it saved with it: a channel, of how a talk has sounded.

leave = routing.companions.join(rows_of)      # def rows_of(events: Sequence[Event]) -> Sequence[RowChange]
...
leave()
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

import structlog

from switchboard.routing.events import Event
from switchboard.storage.rows import RowChange

_log = structlog.get_logger(__name__)

Companion: TypeAlias = Callable[[Sequence[Event]], Sequence[RowChange]]
"""Is asked for rows that go into the same transaction as a batch with these events, after it is decided and before it
is saved. Must not block, nor tell the Floor anything. The rows stand in no journal."""


class Companions:
    """In the order in which they joined."""

    def __init__(self) -> None:
        self._all: list[Companion] = []

    def join(self, companion: Companion) -> Callable[[], None]:
        """Ask `companion` from now on. Returns what ends it."""
        self._all.append(companion)
        return partial(self._leave, companion)

    def rows(self, events: Sequence[Event]) -> list[RowChange]:
        """What all of them add to a batch. One that fails adds nothing, and what is decided holds without it."""
        rows: list[RowChange] = []
        for companion in self._all:
            try:
                rows += companion(events)
            except Exception:  # noqa: BLE001  # what is decided holds without its rows; it is logged
                _log.exception("companion_failed")
        return rows

    def _leave(self, companion: Companion) -> None:
        if companion in self._all:
            self._all.remove(companion)
