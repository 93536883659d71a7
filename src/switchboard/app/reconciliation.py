"""Reconciliation, wired: its results, its retention, and the lives of this center."""

from collections.abc import Mapping

from switchboard.app.rooms import Rooms
from switchboard.channels.voice.set_up import CHANNEL
from switchboard.insight.reconciliation.service import Reconciliations, Retention, Runs
from switchboard.storage.worker import Worker
from switchboard.web.rooms.names import Names
from switchboard.web.rooms.reconciliation import ReconciliationByWeb


class Reconciling:
    """What the node does for it. worker: clears away what has expired."""

    def __init__(self, rooms: Rooms, worker: Worker) -> None:
        self._rooms = rooms
        audit = rooms.tenancy.audit
        self._retention = Retention(rooms.database, rooms.clock, audit)
        self._retention.serve(worker)
        self._runs = Runs(rooms.database, rooms.clock)
        self._room = Reconciliations(
            rooms.database,
            rooms.clock,
            rooms.ids,
            audit,
            rooms.conversations.arrivals,
            self._numbers,
            channel=CHANNEL,
        )

    async def begin(self, organization: str) -> None:
        """Before the organization's Floor opens and writes its journal."""
        await self._runs.begin(organization)
        await self._retention.plan(self._rooms.jobs, organization)

    async def close(self) -> None:
        """After the Floors have closed."""
        await self._runs.end()

    def door(self, names: Names) -> ReconciliationByWeb:
        """For the web."""
        return ReconciliationByWeb(self._room, self._rooms.tenancy, names)

    async def _numbers(self, organization: str) -> Mapping[str, str]:
        """Client by number, of those that are configured now."""
        async with self._rooms.database.reading() as connection:
            clients = await self._rooms.tenancy.brands.ids(connection, organization)
            numbers = await self._rooms.configured.numbers.configured(connection, organization)
        return {one.key: clients[one.client] for one in numbers.values() if one.client in clients}
