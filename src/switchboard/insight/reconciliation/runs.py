"""When the center ran, so that a call that nobody saw can be told from one that nobody could have seen.

One row for each life, written when it begins and once more when it ends: nothing is written while it runs. Of a life
that ended without a word the journal's last entry is the last sign.
"""

from switchboard.insight.reconciliation import store
from switchboard.kit.clock import Clock
from switchboard.storage.database import Database
from switchboard.storage.journal import Journal


class Runs:
    """The lives of this center, for each of its organizations."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._started: dict[str, int] = {}

    async def begin(self, organization: str) -> None:
        """Before anything is written to the organization's journal."""
        async with self._database.reading() as connection:
            before = await store.last_run(connection, organization)
        seen = await Journal(self._database).last_at(organization)
        now = self._clock.now()
        if before is None:
            quiet, clean = seen, False
        else:
            started, stopped = before
            quiet, clean = (max(started, seen or 0), False) if stopped is None else (stopped, True)
        if quiet is not None:
            # A clock that was set back must not make two lives overlap.
            now = max(now, quiet + 1)
        async with self._database.transaction() as connection:
            await store.begin_run(connection, organization, now, quiet, clean)
        self._started[organization] = now

    async def end(self) -> None:
        """After the last thing was written."""
        for organization, started in self._started.items():
            async with self._database.transaction() as connection:
                await store.end_run(connection, organization, started, self._clock.now())
