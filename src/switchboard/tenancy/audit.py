"""Who changed what: one row per change, in the transaction of the change, without secrets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.kit.clock import Clock
from switchboard.kit.ids import IdSource
from switchboard.kit.pages import MOST, Page
from switchboard.storage.database import Database
from switchboard.tenancy.model import AuditEntry
from switchboard.tenancy.store import organizations

CHANGED: Final = "changed"
"""Stands in `changes` for a value that must not be shown: a secret, a customer's data."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one subject. action: a verb; kind: what the subject is; subject: its id.

    changes: field -> [before, after], `CHANGED` where the values are a secret or a customer's data.
    """

    action: str
    kind: str
    subject: str
    changes: Mapping[str, Any] = field(default_factory=dict)


class Audit:
    """The audit of every organization. Rooms above record their changes here too."""

    def __init__(self, database: Database, clock: Clock, ids: IdSource) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def record(self, connection: AsyncConnection, organization: str, by: str, changes: Sequence[Change]) -> None:
        """Write the changes in the caller's transaction. by: a person's id, or `SYSTEM`."""
        now = self._clock.now()
        rows = [
            {
                "organization": organization,
                "id": self._ids.next(),
                "at": now,
                "by": by,
                "action": change.action,
                "kind": change.kind,
                "subject": change.subject,
                "changes": dict(change.changes),
            }
            for change in changes
        ]
        await organizations.add_audit(connection, rows)

    async def note(self, organization: str, by: str, change: Change) -> None:
        """Write down what somebody did that changes nothing here, such as taking data out; durable on return."""
        async with self._database.transaction() as connection:
            await self.record(connection, organization, by, [change])

    async def entries(
        self,
        organization: str,
        *,
        after: str | None = None,
        by: str | None = None,
        kind: str | None = None,
        subject: str | None = None,
        limit: int = MOST,
    ) -> Page[AuditEntry]:
        """The changes, newest first. after: the cursor of the page before. by, kind, subject: only these."""
        limit = max(1, min(limit, MOST))
        async with self._database.reading() as connection:
            rows = await organizations.audit_entries(
                connection, organization, before=after, by=by, kind=kind, subject=subject, limit=limit + 1
            )
        return Page(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)

    async def knows(self, organization: str, entry: str) -> bool:
        """Whether there is an entry with this id."""
        async with self._database.reading() as connection:
            return await organizations.has_audit(connection, organization, entry)

    async def kinds(self, organization: str) -> list[str]:
        """The kinds of what was ever changed here."""
        async with self._database.reading() as connection:
            return await organizations.audit_kinds(connection, organization)
