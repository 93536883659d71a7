"""A trial made ready: both configurations and the day out of the ledger, as one value for whoever simulates it."""

import asyncio
import datetime as dt
import zoneinfo
from typing import Final

from switchboard.app.rooms import Rooms
from switchboard.app.trial_day import real_day
from switchboard.configuration.decide import Configured
from switchboard.configuration.model import Difference, Document, QueueEntry
from switchboard.configuration.trial import besides, sides
from switchboard.kit.errors import Invalid, Refused
from switchboard.measures.days import Day as Midnights
from switchboard.measures.days import day_at, day_of
from switchboard.routing.service import Floors
from switchboard.routing.simulation.trial import Task

CALLS: Final = 60_000
"""Calls that are simulated for each side, in as many runs as that allows."""
FEWEST, MOST = 3, 20
"""Runs."""


class TrialTasks:
    """Makes them. floors: who is signed in at the moment; None while nobody serves. most: runs."""

    def __init__(self, rooms: Rooms, floors: Floors | None, *, most: int = MOST) -> None:
        self._rooms = rooms
        self._floors = floors
        self._most = most

    async def ready(
        self,
        organization: str,
        document: Document,
        date: dt.date | None,
        *,
        prune: bool = False,
        found: Difference | None = None,
    ) -> Task:
        """The change of a document on a day; today without a date. The document has been checked.

        found: what applying it would change, where that may be more than can be tried. Raises Refused when there is
        nothing to try it on, Invalid(field="date").
        """
        _, now = await self._rooms.configuration.in_force(organization)
        before, after, concerned = await asyncio.to_thread(sides, now, document, prune=prune)
        notes = () if found is None else besides(found)
        if not concerned:
            raise Refused(" ".join(("nothing that decides who gets which call would change: nothing to try.", *notes)))
        midnights = await self._midnights(organization, date, now, concerned)
        day = await real_day(self._rooms, self._floors, organization, midnights)
        runs = max(FEWEST, min(self._most, CALLS // max(1, len(day.visits))))
        return Task(day, before, after, concerned, runs, notes=notes)

    async def _midnights(
        self, organization: str, date: dt.date | None, now: Configured, concerned: tuple[str, ...]
    ) -> Midnights:
        """The day by the clock of the client whose queue is concerned first."""
        zones = {one.key: one.time_zone for one in await self._rooms.tenancy.clients(organization)}
        queue = now.get("queues", {}).get(concerned[0])
        zone = zoneinfo.ZoneInfo(zones[queue.client] if isinstance(queue, QueueEntry) else "UTC")
        at = self._rooms.clock.now()
        if date is None:
            return day_at(at, zone)
        if not dt.date(2000, 1, 1) <= date <= day_at(at, zone).date:
            raise Invalid("choose today or an earlier day", field="date")
        return day_of(date, zone)
