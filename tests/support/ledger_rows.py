"""The ledger's rows as the projections make them, in memory."""

from collections.abc import Sequence
from typing import Any

from switchboard.conversations.facts import EngagementFact, VisitFact
from switchboard.conversations.service import ArrivedContact
from switchboard.routing.projection import register
from switchboard.storage.projections import Projections


class Rows:
    """Tables by name; rows by primary key."""

    def __init__(self) -> None:
        self._projections = Projections()
        register(self._projections)
        self._tables: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}

    def take(self, events: Sequence[Any], at: int) -> None:
        """Keep what the projections make of a batch."""
        for change in self._projections.of("acme", events, at):
            table = self._tables.setdefault(change.table.name, {})
            key = tuple(change.parameters[column.name] for column in change.table.primary_key)
            table.setdefault(key, {}).update(change.parameters)

    def arrived(self) -> list[ArrivedContact]:
        """Every contact, as `Conversations.arrived` reads it."""
        return [
            ArrivedContact(
                row["id"],
                row["client"],
                row["arrived_at"],
                row.get("closed_at") is not None,
                [VisitFact(*_only(one, VisitFact)) for one in self._of("queue_visit", row["id"])],
                [EngagementFact(*_only(one, EngagementFact)) for one in self._of("engagement", row["id"])],
            )
            for row in self._tables.get("contact", {}).values()
        ]

    def contacts(self) -> list[dict[str, Any]]:
        """The rows of `contact`."""
        return list(self._tables.get("contact", {}).values())

    def _of(self, table: str, contact: str) -> list[dict[str, Any]]:
        return [row for row in self._tables.get(table, {}).values() if row["contact"] == contact]


def _only(row: dict[str, Any], kind: type[VisitFact | EngagementFact]) -> list[Any]:
    return [row.get(name) for name in kind._fields]
