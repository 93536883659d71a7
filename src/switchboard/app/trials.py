"""Trials of a change on a real day, as the web asks for them: one at a time in an organization, across restarts."""

import asyncio
import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from switchboard.app.rooms import Rooms
from switchboard.app.trial_task import TrialTasks
from switchboard.app.trial_work import TrialWork
from switchboard.configuration import store
from switchboard.configuration.items import Edit, Items, document_of, item_of, section_named
from switchboard.configuration.model import Document
from switchboard.configuration.sources import Sources
from switchboard.configuration.trial import DECIDING
from switchboard.kit.errors import Invalid, NotFound, Refused
from switchboard.routing.simulation.trial import Task
from switchboard.web.doors.session import Who
from switchboard.web.messages.trials import ChangeTrial, TrialAsked, TrialResult, Trials, TriedChange

FILE: Final = "file"
"""Section and key of the configuration as one file."""


class TrialsByWeb:
    """Satisfies `doors.TrialsDoor`. items: by whose rules a change is checked before it is tried. work: runs it."""

    def __init__(self, rooms: Rooms, items: Items, tasks: TrialTasks, work: TrialWork) -> None:
        self._rooms = rooms
        self._items = items
        self._tasks = tasks
        self._work = work

    async def begin(self, who: Who, asked: TrialAsked) -> ChangeTrial:
        await self._must_be_free(who)
        document, revision = await self._changed(who, asked)
        task = await self._tasks.ready(who.organization, document, asked.date)
        return await self._ordered(who, (asked.section, asked.key, revision), task)

    async def begin_file(self, who: Who, content: bytes, *, prune: bool, date: dt.date | None) -> ChangeTrial:
        await self._must_be_free(who)
        sources = Sources(environment={}, folder=None)
        document, applied = await self._rooms.configuration.checked(
            content, sources, organization=who.organization, prune=prune
        )
        task = await self._tasks.ready(who.organization, document, date, prune=prune, found=applied.difference)
        revision = hashlib.sha256(content).hexdigest()[:16]
        return await self._ordered(who, (FILE, FILE, revision), task)

    async def look(self, who: Who, trial: str) -> ChangeTrial:
        async with self._rooms.database.reading() as connection:
            run = await store.latest_trial(connection, who.organization)
            if run is None or run["id"] != trial:
                raise NotFound("there is no such trial")
            result = await store.trial_result(connection, who.organization, trial)
        return _told(run, result, await self._names(who, run["by"]))

    async def stop(self, who: Who, trial: str) -> None:
        async with self._rooms.database.transaction() as connection:
            run = await store.latest_trial(connection, who.organization)
            if run is None or run["id"] != trial:
                raise NotFound("there is no such trial")
            await store.change_trial(connection, who.organization, trial, state="stopped")
        self._work.kill(trial)

    async def kept(self, who: Who, section: str, key: str) -> Trials:
        async with self._rooms.database.reading() as connection:
            rows = await store.trials(connection, who.organization, section, key)
            run = await store.latest_trial(connection, who.organization)
        running = run if run is not None and run["state"] == store.RUNNING else None
        people = await self._names(who, *(row["by"] for row in (*rows, *([] if running is None else [running]))))
        return Trials(
            trials=[
                TriedChange(
                    id=row["id"],
                    at=row["at"],
                    by_name=people.get(row["by"]),
                    revision=row["revision"],
                    version=row["version"],
                    result=TrialResult.model_validate(row["result"]),
                )
                for row in rows
            ],
            running=None if running is None else _told(running, None, people),
        )

    # -- inside

    async def _must_be_free(self, who: Who) -> None:
        """Before anything is read that takes long."""
        async with self._rooms.database.reading() as connection:
            run = await store.latest_trial(connection, who.organization)
        if run is not None and run["state"] == store.RUNNING:
            raise _taken(run)

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

    async def _ordered(self, who: Who, what: tuple[str, str, str], task: Task) -> ChangeTrial:
        """what: section, key and revision of the thing."""
        section, key, revision = what
        content = await asyncio.to_thread(msgspec.json.encode, task)
        run = {
            "organization": who.organization,
            "id": self._rooms.ids.next(),
            "at": self._rooms.clock.now(),
            "by": who.id,
            "section": section,
            "key": key,
            "revision": revision,
            "version": await self._rooms.configuration.versions.last(who.organization),
            "state": store.RUNNING,
            "done": 0,
            "of": 2 * task.runs,
            "attempt": 1,
            "error": None,
        }
        async with self._rooms.database.transaction() as connection:
            if not await store.begin_trial(connection, self._rooms.database.dialect, run):
                raise _taken(await store.latest_trial(connection, who.organization) or run)
            await self._work.order(connection, who.organization, str(run["id"]), content)
        return _told(run, None, await self._names(who, who.id))

    async def _names(self, who: Who, *people: str) -> dict[str, str]:
        found = await self._rooms.tenancy.named(who.organization, sorted(set(people)))
        return {one: person.name for one, person in found.items()}


def _taken(run: Mapping[str, Any]) -> Refused:
    what = "the configuration as one file" if run["section"] == FILE else f"{run['section']} {run['key']}"
    return Refused(f"a trial is running already, of {what}; wait for it, or stop it")


def _told(run: Mapping[str, Any], result: Any, people: Mapping[str, str]) -> ChangeTrial:
    said = {name: run[name] for name in ("id", "state", "done", "of", "error", "revision", "section", "key")}
    return ChangeTrial.model_validate(
        {
            **said,
            "result": None if result is None else TrialResult.model_validate(result),
            "by_name": people.get(run["by"]),
            "again": run["attempt"] > 1,
        }
    )
