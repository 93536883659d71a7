"""Trials of a change on a real day: one at a time in an organization, in a child process, kept when it is done."""

import asyncio
import datetime as dt
import sys
import zoneinfo
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import msgspec
import structlog

from switchboard.app.rooms import Rooms
from switchboard.app.trial_day import real_day
from switchboard.configuration import store
from switchboard.configuration.items import Edit, Items, document_of, item_of, section_named
from switchboard.configuration.model import Document, QueueEntry
from switchboard.configuration.sources import Sources
from switchboard.configuration.trial import DECIDING, sides
from switchboard.kit.errors import Invalid, NotFound, Refused, Unavailable
from switchboard.measures.days import Day as Midnights
from switchboard.measures.days import day_at, day_of
from switchboard.routing.service import Floors
from switchboard.routing.simulation.program import Answer, Finished
from switchboard.routing.simulation.trial import Task, Tried
from switchboard.web.doors.session import Who
from switchboard.web.messages.trials import ChangeTrial, TrialAsked, TrialResult, Trials, TriedChange

_log = structlog.get_logger(__name__)

PROGRAM: Final = (sys.executable, "-m", "switchboard.routing.simulation.program")
PATIENCE: Final = 240.0
"""Seconds that a trial may take."""
LONGEST: Final = 16 * 1024 * 1024
"""Bytes of one line that is answered."""
CALLS: Final = 60_000
"""Calls that are simulated for each side, in as many runs as that allows."""
FEWEST, MOST = 3, 20
"""Runs."""


@dataclass(slots=True)
class _Running:
    """A trial of this node, running or just over. error: why there is no result."""

    id: str
    asked: TrialAsked
    organization: str
    by: str
    revision: str
    version: int
    done: int = 0
    of: int = 0
    state: str = "running"
    error: str | None = None
    result: Tried | None = None
    task: asyncio.Task[Any] | None = field(default=None, repr=False)


class TrialsByWeb:
    """Satisfies `doors.TrialsDoor`. items: by whose rules a change is checked before it is tried."""

    def __init__(self, rooms: Rooms, items: Items, floors: Floors) -> None:
        self._rooms = rooms
        self._items = items
        self._floors = floors
        self._latest: dict[str, _Running] = {}

    async def begin(self, who: Who, asked: TrialAsked) -> ChangeTrial:
        running = self._latest.get(who.organization)
        if running is not None and running.state == "running":
            raise Refused("a trial is running already; wait for it, or stop it")
        document, revision = await self._changed(who, asked)
        _, now = await self._rooms.configuration.in_force(who.organization)
        before, after, concerned = await asyncio.to_thread(sides, now, document)
        if not concerned:
            raise Refused("nothing that decides who gets which call would change: there is nothing to try")
        midnights = await self._midnights(who.organization, asked.date, now.get("queues", {}).get(concerned[0]))
        day = await real_day(self._rooms, self._floors, who.organization, midnights)
        runs = max(FEWEST, min(MOST, CALLS // len(day.visits)))
        task = Task(day, before, after, concerned, runs)
        version = await self._rooms.configuration.versions.last(who.organization)
        trial = _Running(self._rooms.ids.next(), asked, who.organization, who.id, revision, version, of=2 * runs)
        self._latest[who.organization] = trial
        trial.task = self._rooms.tasks.start(self._go(trial, task), name="trial")
        return _told(trial)

    async def look(self, who: Who, trial: str) -> ChangeTrial:
        return _told(self._one(who, trial))

    async def stop(self, who: Who, trial: str) -> None:
        running = self._one(who, trial)
        if running.state == "running" and running.task is not None:
            running.state = "stopped"
            running.task.cancel()

    async def kept(self, who: Who, section: str, key: str) -> Trials:
        async with self._rooms.database.reading() as connection:
            rows = await store.trials(connection, who.organization, section, key)
        people = await self._rooms.tenancy.named(who.organization, sorted({row["by"] for row in rows}))
        return Trials(
            trials=[
                TriedChange(
                    id=row["id"],
                    at=row["at"],
                    by_name=people[row["by"]].name if row["by"] in people else None,
                    revision=row["revision"],
                    version=row["version"],
                    result=TrialResult.model_validate(row["result"]),
                )
                for row in rows
            ]
        )

    # -- inside

    def _one(self, who: Who, trial: str) -> _Running:
        found = self._latest.get(who.organization)
        if found is None or found.id != trial:
            raise NotFound("there is no such trial")
        return found

    async def _changed(self, who: Who, asked: TrialAsked) -> tuple[Document, str]:
        """The change as a document, checked like one that is saved, and the revision the thing would have."""
        section = section_named(asked.section)
        if section.name not in DECIDING:
            raise Invalid(f"a trial takes a change of one of: {', '.join(sorted(DECIDING))}", field="section")
        known, now = await self._rooms.configuration.in_force(who.organization)
        stored = now.get(section.name, {}).get(asked.key)
        revision = None if stored is None else item_of(section, asked.key, stored).revision
        edit = Edit(who.id, revision, dry_run=True)
        item: Mapping[str, Any] = asked.item
        saved = await self._items.put(who.organization, section.name, asked.key, item, Sources({}, None), edit)
        written = saved.item.written if saved.item is not None else item
        document, entry = document_of(known, section, asked.key, written)
        return document, item_of(section, asked.key, entry).revision

    async def _midnights(self, organization: str, date: dt.date | None, queue: object) -> Midnights:
        """The day by the clock of the queue's client; today when no date is given."""
        clients = {one.key: one.time_zone for one in await self._rooms.tenancy.clients(organization)}
        zone = zoneinfo.ZoneInfo(clients[queue.client] if isinstance(queue, QueueEntry) else "UTC")
        now = self._rooms.clock.now()
        if date is None:
            return day_at(now, zone)
        if not dt.date(2000, 1, 1) <= date <= day_at(now, zone).date:
            raise Invalid("choose today or an earlier day", field="date")
        return day_of(date, zone)

    async def _go(self, trial: _Running, task: Task) -> None:
        try:
            trial.result = await self._simulated(trial, task)
            await self._keep(trial)
            trial.state = "done"
        except asyncio.CancelledError:
            trial.state = "stopped"
        except Unavailable as error:
            trial.state, trial.error = "failed", error.text
        except BaseException:
            trial.state, trial.error = "failed", "the trial failed; the log of the server says why"
            raise

    async def _simulated(self, trial: _Running, task: Task) -> Tried:
        asked = await asyncio.to_thread(msgspec.json.encode, task)
        process = await asyncio.create_subprocess_exec(*PROGRAM, stdin=PIPE, stdout=PIPE, limit=LONGEST)
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            async with asyncio.timeout(PATIENCE):
                process.stdin.write(asked)
                await process.stdin.drain()
                process.stdin.write_eof()
                while line := await process.stdout.readline():
                    answer = await asyncio.to_thread(partial(msgspec.json.decode, line, type=Answer))
                    if isinstance(answer, Finished):
                        return answer.tried
                    trial.done, trial.of = answer.done, answer.of
        except (TimeoutError, ConnectionError, ValueError, msgspec.DecodeError) as error:
            _log.warning("trial_failed", error=type(error).__name__)
            text = f"it takes longer than {PATIENCE / 60:.0f} minutes: choose a day with fewer calls"
            raise Unavailable(text if isinstance(error, TimeoutError) else "the simulation failed") from error
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
        raise Unavailable("the simulation failed")

    async def _keep(self, trial: _Running) -> None:
        row = {
            "organization": trial.organization,
            "id": trial.id,
            "at": self._rooms.clock.now(),
            "by": trial.by,
            "section": trial.asked.section,
            "key": trial.asked.key,
            "revision": trial.revision,
            "version": trial.version,
            "result": msgspec.to_builtins(trial.result),
        }
        async with self._rooms.database.transaction() as connection:
            await store.add_trial(connection, row)


def _told(trial: _Running) -> ChangeTrial:
    result = None if trial.result is None else TrialResult.model_validate(msgspec.to_builtins(trial.result))
    return ChangeTrial.model_validate(
        {
            "id": trial.id,
            "state": trial.state,
            "done": trial.done,
            "of": trial.of,
            "error": trial.error,
            "revision": trial.revision,
            "result": result,
        }
    )
