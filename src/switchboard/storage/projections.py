"""Current-state rows and rollups as pure functions from event to row changes.

    projections = Projections()
    projections.on(QueueEntered, queue_visits.entered)       # in app.py; several per event are fine
    writer = GroupCommitWriter(database, clock=clock, projections=projections)

The writer applies them in the transaction that saves the event, so that no row ever tells another story
than the journal.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias, TypeVar

from switchboard.storage.rows import RowChange

Event = TypeVar("Event")

Project: TypeAlias = Callable[[str, Event, int], Iterable[RowChange]]
"""(organization, event, at in UTC epoch microseconds) -> row changes. Pure; raises for no valid event."""


class Projections:
    """Which functions project which kind of event. An event nobody projects changes no row."""

    def __init__(self) -> None:
        self._by_kind: dict[type, list[Project[Any]]] = {}

    def on(self, kind: type[Event], project: Project[Event]) -> None:
        """Apply `project` to every event of exactly this class, after those registered before."""
        self._by_kind.setdefault(kind, []).append(project)

    def of(self, organization: str, events: Sequence[object], at: int) -> list[RowChange]:
        """The row changes of the events, in their order."""
        return [
            change
            for event in events
            for project in self._by_kind.get(type(event), ())
            for change in project(organization, event, at)
        ]
