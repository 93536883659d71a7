"""A trial made ready: both configurations and the day out of the ledger, as one value for whoever simulates it."""

import asyncio
import datetime as dt
import zoneinfo
from collections.abc import Mapping
from typing import Final

import msgspec

from switchboard.app.rooms import Rooms
from switchboard.app.trial_day import RealDay, real_day
from switchboard.configuration.decide import Configured
from switchboard.configuration.model import Difference, Document, QueueEntry
from switchboard.configuration.trial import besides, opening_hours, sides
from switchboard.configuration.trial_hours import Asked, Hours, Known, Tried, nobody_there, notes_of
from switchboard.flows.model import FlowDocument
from switchboard.flows.service import OpeningHours
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
        clients = {one.key: one for one in await self._rooms.tenancy.clients(organization)}
        zones = {key: one.time_zone for key, one in clients.items()}
        before, after, concerned = await asyncio.to_thread(sides, now, document, prune=prune)
        hours = opening_hours(now, document, zones, prune=prune)
        notes = () if found is None else besides(found)
        if not concerned and hours is None:
            raise Refused(" ".join(("nothing that decides who gets which call would change: nothing to try.", *notes)))
        midnights = self._midnights(date, zoneinfo.ZoneInfo(_zone(now, document, concerned, zones)))
        real = await real_day(self._rooms, self._floors, organization, midnights, closed_too=hours is not None)
        runs = max(FEWEST, min(self._most, CALLS // max(1, len(real.day.visits))))
        task = Task(real.day, before, after, concerned, runs, notes=(*real.notes, *notes))
        if hours is None:
            return task
        asked = await self._asked(organization, {one.id: one.time_zone for one in clients.values()}, midnights)
        return await asyncio.to_thread(_with_hours, task, asked, real, now, hours, midnights.since)

    def _midnights(self, date: dt.date | None, zone: zoneinfo.ZoneInfo) -> Midnights:
        """The day by this clock."""
        at = self._rooms.clock.now()
        if date is None:
            return day_at(at, zone)
        if not dt.date(2000, 1, 1) <= date <= day_at(at, zone).date:
            raise Invalid("choose today or an earlier day", field="date")
        return day_of(date, zone)

    async def _asked(self, organization: str, zones: Mapping[str, str], midnights: Midnights) -> list[Asked]:
        """Which doors the day's calls met. zones: by id of the client."""
        until = min(self._rooms.clock.now(), midnights.until)
        told = self._rooms.conversations.told(organization, list(zones), "hours", midnights.since, until)
        return [
            Asked(one.contact, zones[one.client], one.at, one.flow, one.place, one.said.partition(",")[0] == "open")
            async for page in told
            for one in page
        ]


def _zone(now: Configured, document: Document, concerned: tuple[str, ...], zones: Mapping[str, str]) -> str:
    """Of the client whose day it is: that of the first queue that is concerned, or of the hours."""
    things = [*(now.get("queues", {}).get(key) for key in concerned), *document.sections.get("hours", {}).values()]
    owners = [one.client or "" for one in things if isinstance(one, QueueEntry | OpeningHours)]
    return next((zones[owner] for owner in owners if owner in zones), next(iter(zones.values()), "UTC"))


def _with_hours(
    task: Task, asked: list[Asked], real: RealDay, now: Configured, hours: tuple[Known, Known], since: int
) -> Task:
    """The task with the callers whom other hours let in or keep out. Raises Refused when nothing would be different."""
    flows = {key: one for key, one in now.get("flows", {}).items() if isinstance(one, FlowDocument)}
    found = Hours(asked, real.stays, flows, since).tried(*hours)
    concerned = tuple(dict.fromkeys((*task.concerned, *found.concerned(task.day))))
    if not concerned:
        raise Refused(_unmoved(asked, found, task.day.date))
    day = task.day.with_others(found.others, found.turned_away)
    after = msgspec.structs.replace(task.after, doors=found.after)
    alone = nobody_there(day, after, set(found.after.let_in) - set(found.before.let_in))
    return msgspec.structs.replace(
        task,
        day=day,
        before=msgspec.structs.replace(task.before, doors=found.before),
        after=after,
        concerned=concerned,
        notes=(*notes_of(found, alone), *task.notes),
    )


def _unmoved(asked: list[Asked], found: Tried, date: str) -> str:
    if not asked:
        return f"no call asked for opening hours on {date}: there is nothing to try them on; choose another day"
    said = f"these hours would have let in and turned away the same calls on {date}; choose another day"
    return said if not found.unknown else f"{said} ({found.unknown} more calls: nobody knows to which line they lead)"
