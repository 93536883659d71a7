"""`switchboard bench fill`: a folder with as many contacts as you like, for measuring what reads them.

The rows are those that calls leave: made by the same functions, only that each is written once, as it stands in the
end, and many together. Three months of a center with three brands; the same `--contacts` and `--seed` give the same.
"""

import asyncio
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson

from switchboard.app.past import Past, Place
from switchboard.app.rooms import Rooms
from switchboard.configuration.service import Sources
from switchboard.kit.clock import SystemClock
from switchboard.kit.errors import Conflict, Invalid
from switchboard.settings import DATABASE_FILE, Settings
from switchboard.storage.bulk import filling, left_by
from switchboard.storage.rows import RowChange

DAYS: Final = 90
BATCH: Final = 10_000
"""Contacts saved at once."""

BRANDS: Final = {"northwind": "Northwind", "aurora": "Hotel Aurora", "kontor": "Kontor"}
QUEUES: Final = ("support", "orders", "billing", "complaints")
DISPOSITIONS: Final = ("solved", "order", "call-back", "wrong-number")
AGENTS: Final = 60


async def run(folder: Path, contacts: int, seed: int) -> dict[str, Any]:
    """Fill an empty folder; returns what was made and how long it took. Raises Conflict, Invalid, Unavailable."""
    if contacts < 1:
        raise Invalid("at least one contact is needed", field="contacts")
    if (folder / DATABASE_FILE).exists():
        raise Conflict(f"{folder} holds a database already: name a new folder with --data")
    begun = time.perf_counter()
    rooms = await Rooms.open(Settings(data=folder), SystemClock())
    try:
        await rooms.configuration.apply(orjson.dumps(organization()), Sources({}, None))
        (known,) = await rooms.tenancy.organizations()
        past = await _past(rooms, known.id, contacts, seed)
    finally:
        await rooms.close()
    return {
        "contacts": contacts,
        "rows": await _write(folder / DATABASE_FILE, _batches(past.rows())),
        "seconds": round(time.perf_counter() - begun, 1),
        "database_mb": _megabytes(folder),
    }


async def _write(file: Path, batches: Iterator[list[RowChange]]) -> int:
    """Returns how many rows. The next batch is made while one is written."""
    count = 0
    async with filling(file) as fill:
        batch = await asyncio.to_thread(next, batches, None)
        while batch:
            added, batch = await asyncio.gather(fill.add(batch), asyncio.to_thread(next, batches, None))
            count += added
    return count


def _megabytes(folder: Path) -> float:
    return round(sum(file.stat().st_size for file in folder.iterdir() if file.is_file()) / 1e6, 1)


def _batches(rows: Iterator[list[RowChange]]) -> Iterator[list[RowChange]]:
    """The rows of many contacts together, in order."""
    batch: list[RowChange] = []
    for number, of_one in enumerate(rows, start=1):
        batch += left_by(of_one)
        if number % BATCH == 0:
            yield batch
            batch = []
    if batch:
        yield batch


async def _past(rooms: Rooms, organization: str, contacts: int, seed: int) -> Past:
    async with rooms.database.reading() as connection:
        clients = await rooms.tenancy.brands.ids(connection, organization)
        queues = await rooms.queues.by_id(connection, organization)
    people = await rooms.tenancy.people(organization)
    places = [
        Place(client, [id_ for id_, queue in queues.items() if queue.client == client]) for client in clients.values()
    ]
    return Past(
        organization=organization,
        places=places,
        agents=[person.id for person in people],
        dispositions=dict.fromkeys(queues, DISPOSITIONS),
        contacts=contacts,
        until=rooms.clock.now(),
        days=DAYS,
        choose=random.Random(seed),  # noqa: S311 - a past that can be made again
    )


def organization() -> dict[str, Any]:
    """The configuration file of a filled folder, as plain data."""
    queues = [(brand, queue) for brand in BRANDS for queue in QUEUES]
    return {
        "organization": {"key": "filled", "name": "Filled"},
        "clients": [
            {"key": key, "name": name, "time_zone": "Europe/Berlin", "region": "DE"} for key, name in BRANDS.items()
        ],
        "queues": [
            {"key": f"{brand}-{queue}", "client": brand, "name": f"{BRANDS[brand]} {queue}"}
            | {"dispositions": [{"key": key, "name": key.capitalize()} for key in DISPOSITIONS]}
            for brand, queue in queues
        ],
        "people": [
            {"key": f"agent{k}", "user_name": f"agent{k}", "name": f"Agent {k}", "roles": ["agent"]}
            | {"agent": {"queues": [f"{brand}-{queue}" for brand, queue in queues]}}
            for k in range(1, AGENTS + 1)
        ],
    }
