"""Opening hours as they are configured: kept by key, shared by the flows that name them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.agents.service import ConfiguredList
from switchboard.flows import store
from switchboard.flows.opening import OpeningHours, Span, SpecialDay
from switchboard.kit.clock import Clock
from switchboard.kit.ids import IdSource
from switchboard.storage.database import Database
from switchboard.tenancy.model import SYSTEM
from switchboard.tenancy.service import Audit


class Hours(ConfiguredList[OpeningHours]):
    """Items name their client by id. changed: called with the organization after a commit."""

    table = store.opening_hours
    noun = "hours"

    def __init__(
        self, database: Database, clock: Clock, ids: IdSource, audit: Audit, changed: Callable[[str], None]
    ) -> None:
        super().__init__(database, clock, ids, audit)
        self._changed = changed

    def read(self, row: Mapping[str, Any]) -> OpeningHours:
        return OpeningHours(
            row["key"],
            row["name"],
            {int(day): _spans(spans) for day, spans in row["week"].items()},
            tuple(
                SpecialDay(date.fromisoformat(first), date.fromisoformat(last), name, _spans(spans))
                for first, last, name, spans in row["special"]
            ),
            row["brand"],
        )

    def write(self, item: OpeningHours) -> dict[str, Any]:
        return {
            "key": item.key,
            "name": item.name,
            "brand": item.client,
            "week": {str(day): [list(span) for span in item.week[day]] for day in sorted(item.week) if item.week[day]},
            "special": [
                [one.first.isoformat(), one.last.isoformat(), one.name, [list(span) for span in one.spans]]
                for one in item.special
            ],
        }

    async def put_many(
        self, connection: AsyncConnection, organization: str, items: Sequence[OpeningHours], *, by: str = SYSTEM
    ) -> None:
        await super().put_many(connection, organization, items, by=by)
        self._database.after_commit(connection, lambda: self._changed(organization))

    async def retire(self, connection: AsyncConnection, organization: str, key: str, *, by: str = SYSTEM) -> None:
        """Flows that still name them take callers as if it were open."""
        await super().retire(connection, organization, key, by=by)
        self._database.after_commit(connection, lambda: self._changed(organization))


def _spans(raw: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in raw)
