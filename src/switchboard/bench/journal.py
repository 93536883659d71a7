"""`switchboard bench journal`: a folder with a journal as long as you like, for measuring what replays it.

The journal is the Floor's own: a simulated center of 200 agents decides every entry. The rows that calls leave are not
made (`bench fill` makes those): a replay reads the journal alone.
"""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from switchboard.app.rooms import Rooms
from switchboard.configuration.service import Sources
from switchboard.kit.clock import MICROSECONDS, SystemClock
from switchboard.kit.errors import Conflict, Invalid
from switchboard.routing.commands import Command, encode
from switchboard.routing.events import Event
from switchboard.routing.events import encode as encode_events
from switchboard.routing.model import RULES, QueueItem
from switchboard.routing.simulation.distributions import Exponential, Lognormal
from switchboard.routing.simulation.run import Run
from switchboard.routing.simulation.scenario import Group, Kind, Rate, Scenario, Stream
from switchboard.settings import DATABASE_FILE, Settings
from switchboard.storage.journal import JournalEntry, row_of
from switchboard.storage.rows import RowChange
from switchboard.storage.writer import Batch

BATCH: Final = 5_000
"""Entries saved at once."""

QUEUES: Final = 10
GROUPS: Final = 10
AGENTS: Final = 20
"""Agents of a group; each group serves three queues."""
PER_HOUR: Final = 2_000
"""Callers: nine in ten agents are at work."""


async def run(folder: Path, contacts: int, seed: int) -> dict[str, Any]:
    """Fill an empty folder with the journal of so many contacts, more or less. Raises SwitchboardError."""
    if contacts < 1:
        raise Invalid("at least one contact is needed", field="contacts")
    if (folder / DATABASE_FILE).exists():
        raise Conflict(f"{folder} holds a database already: name a new folder with --data")
    begun = time.perf_counter()
    rooms = await Rooms.open(Settings(data=folder), SystemClock())
    try:
        named = {"organization": {"key": "long", "name": "Long"}}
        await rooms.configuration.apply(orjson.dumps(named), Sources({}, None))
        (known,) = await rooms.tenancy.organizations()
        kept = _Kept(rooms, known.id, asyncio.get_running_loop())
        outcome = await asyncio.to_thread(Run(scenario(contacts), seed, keep=kept.keep).go)
        await kept.save()
    finally:
        await rooms.close()
    return {
        "contacts": round(outcome.figures()["offered"] or 0),
        "entries": kept.seq,
        "seconds": round(time.perf_counter() - begun, 1),
        "database_mb": round((folder / DATABASE_FILE).stat().st_size / 1e6, 1),
    }


class _Kept:
    """Takes the entries of a run in another thread and saves them in large batches."""

    def __init__(self, rooms: Rooms, organization: str, loop: asyncio.AbstractEventLoop) -> None:
        self._rooms = rooms
        self._organization = organization
        self._loop = loop
        self._rows: list[RowChange] = []
        self.seq = 0

    def keep(self, commands: Sequence[Command], at: int, events: Sequence[Event]) -> None:
        """One more entry; waits for the disk now and then."""
        self.seq += 1
        entry = JournalEntry(self._organization, self.seq, at, RULES, encode(commands), encode_events(events))
        self._rows.append(row_of(entry))
        if len(self._rows) >= BATCH:
            asyncio.run_coroutine_threadsafe(self.save(), self._loop).result()

    async def save(self) -> None:
        rows, self._rows = self._rows, []
        if rows:
            await self._rooms.writer.append(Batch(self._organization, self._rooms.clock.now(), rows=rows))


def scenario(contacts: int) -> Scenario:
    """As long as it takes for so many callers to come."""
    queues = tuple(
        QueueItem(key=f"queue{number}", name=f"Queue {number}", client="long", wrap_up=120 * MICROSECONDS)
        for number in range(QUEUES)
    )
    groups = tuple(
        Group(
            f"group{number}",
            AGENTS,
            tuple(f"queue{(number + step) % QUEUES}" for step in (0, 1, 4)),
            {"english": 1 + number % 5, "german": 1 + number % 3},
            answer=Exponential(4.0),
        )
        for number in range(GROUPS)
    )
    kinds = (Kind("plain", 7.0), Kind("english", 2.0, {"english": 3}), Kind("gold", 1.0, priority=3))
    streams = tuple(
        Stream(
            queue.key,
            (Rate(0, PER_HOUR / QUEUES),),
            kinds=kinds,
            talk=Lognormal(270.0, 200.0),
            wrap_up=Exponential(30.0),
            patience=Exponential(240.0),
        )
        for queue in queues
    )
    length = round(contacts / PER_HOUR * 3_600)
    return Scenario("Long", queues, groups, streams, start=0, length=max(length, 1), interval=3_600, estimates=0)
