"""`switchboard bench records`: how long the record search takes over a filled folder, by kind of search.

Each search goes the way of a request: the rooms behind the page, with the names that it shows, the total of a
bounded span, and what a supervisor may see. Only the wire is left out.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from switchboard.app.past import DAY, FIRST
from switchboard.app.rooms import Rooms
from switchboard.conversations.model import ArrivalEnd
from switchboard.kit.clock import SystemClock
from switchboard.kit.errors import NotFound
from switchboard.routing.service import Floors, Routing
from switchboard.settings import DATABASE_FILE, Settings
from switchboard.web.messages.contacts import ContactRow, ContactsAsked
from switchboard.web.rooms.hub import Hub
from switchboard.web.rooms.names import Names
from switchboard.web.rooms.records import Records

PROMISED: Final = 50.0
"""Milliseconds for the 95th of 100 searches of any kind."""


class _Supervisor(NamedTuple):
    organization: str
    id: str = "bench"
    name: str = "Bench"
    roles: frozenset[str] = frozenset({"supervisor"})
    password_temporary: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """What there is to look for: ids, and some contacts as they are listed; and the choice among them."""

    clients: list[str]
    queues: list[str]
    agents: list[str]
    rows: list[ContactRow]
    now: int
    choose: random.Random

    def one(self, what: Sequence[str]) -> str:
        return self.choose.choice(what)

    def number(self) -> str:
        return self.one([row.number for row in self.rows if row.number])

    def name(self) -> str:
        return self.one([row.customer_name for row in self.rows if row.customer_name])

    def customer(self) -> str:
        return self.one([row.customer for row in self.rows if row.customer])

    def days(self, count: int = 1) -> dict[str, int]:
        since = self.now - self.choose.randrange(count, 85) * DAY
        return {"from": since, "to": since + count * DAY}


Kind = Callable[[_Known], dict[str, Any]]


async def run(folder: Path, rounds: int) -> dict[str, Any]:
    """Milliseconds by kind of search. Raises NotFound for a folder that was not filled."""
    if not (folder / DATABASE_FILE).is_file():
        raise NotFound(f"there is no database in {folder}: make one with `switchboard bench fill --data {folder}`")
    rooms = await Rooms.open(Settings(data=folder), SystemClock())
    try:
        (organization,) = await rooms.tenancy.organizations()
        who = _Supervisor(organization.id)
        names = Names(rooms.database, rooms.tenancy, rooms.agents, rooms.queues, rooms.skills, rooms.clock)
        floors = Floors(_no_floor)
        records = Records(rooms.conversations, rooms.customers, rooms.tenancy, names, floors, Hub(floors))
        known = await _known(rooms, records, who)
        kinds = {name: [await _timed(records, who, kind(known)) for _ in range(rounds)] for name, kind in KINDS.items()}
    finally:
        await rooms.close()
    told = {name: _told(times) for name, times in kinds.items()}
    worst = max(one["p95_ms"] for one in told.values())
    return {"promised_p95_ms": PROMISED, "worst_p95_ms": worst, "kept": worst <= PROMISED, "kinds": told}


def _no_floor(_organization: str) -> Routing:
    raise NotFound("nobody works here: only records are read")


async def _known(rooms: Rooms, records: Records, who: _Supervisor) -> _Known:
    async with rooms.database.reading() as connection:
        clients = await rooms.tenancy.brands.ids(connection, who.organization)
        queues = await rooms.queues.by_id(connection, who.organization)
    people = await rooms.tenancy.people(who.organization)
    now = rooms.clock.now()
    rows: list[ContactRow] = []
    for day in range(0, 80, 4):
        asked = ContactsAsked.model_validate({"to": now - day * DAY, "limit": 50})
        rows += (await records.page(who, asked)).contacts
    choose = random.Random(5)  # noqa: S311 - a measurement that can be repeated
    return _Known(list(clients.values()), list(queues), [person.id for person in people], rows, now, choose)


class _Took(NamedTuple):
    """ms: until the answer; cpu_ms: of this process meanwhile, which a busy machine does not stretch."""

    ms: float
    cpu_ms: float
    rows: int


async def _timed(records: Records, who: _Supervisor, asked: dict[str, Any]) -> _Took:
    begun, cpu = time.perf_counter(), time.process_time()
    page = await records.page(who, ContactsAsked.model_validate(asked))
    return _Took((time.perf_counter() - begun) * 1_000, (time.process_time() - cpu) * 1_000, len(page.contacts))


def _told(times: list[_Took]) -> dict[str, float]:
    took = sorted(one.ms for one in times)
    return {
        "p50_ms": round(took[len(took) // 2], 1),
        "p95_ms": round(took[len(took) * 95 // 100], 1),
        "most_ms": round(took[-1], 1),
        "cpu_ms": round(sum(one.cpu_ms for one in times) / len(times), 1),
        "rows": round(sum(one.rows for one in times) / len(times), 1),
    }


def _always(**asked: str) -> Kind:
    return lambda _: dict(asked)


KINDS: Final[dict[str, Kind]] = {
    "latest": _always(),
    "client": lambda known: {"client": known.one(known.clients)},
    "whole number": lambda known: {"number": known.number()},
    "last 4 digits": lambda known: {"number": known.number()[-4:]},
    "last 3 digits": lambda known: {"number": known.number()[-3:]},
    "whole name": lambda known: {"name": known.name()},
    "family name": lambda known: {"name": known.name().split()[-1]},
    "first name": lambda known: {"name": known.one(FIRST)},
    "two letters of a name": lambda known: {"name": known.name()[:2]},
    "customer": lambda known: {"customer": known.customer()},
    "queue": lambda known: {"queue": known.one(known.queues)},
    "agent": lambda known: {"agent": known.one(known.agents)},
    "disposition": _always(disposition="wrong-number"),
    "end": lambda known: {"end": known.one([ArrivalEnd.ABANDONED, ArrivalEnd.OUT_OF_HOURS])},
    "end that never was": _always(end=ArrivalEnd.QUEUE_CLOSED),
    "a day, with total": _Known.days,
    "a queue's day, with total": lambda known: {"queue": known.one(known.queues), **known.days()},
    "abandoned in a queue's day, with total": lambda known: {
        "queue": known.one(known.queues),
        "visit": "abandoned",
        **known.days(),
    },
    "a client's week, with total": lambda known: {
        "client": known.one(known.clients),
        **known.days(7),
    },
    "an agent's week, with total": lambda known: {
        "agent": known.one(known.agents),
        **known.days(7),
    },
    "agent and queue": lambda known: {
        "agent": known.one(known.agents),
        "queue": known.one(known.queues),
    },
    "first name and queue": lambda known: {"name": known.one(FIRST), "queue": known.one(known.queues)},
    "agent who never had such an end": lambda known: {
        "agent": known.one(known.agents),
        "end": ArrivalEnd.OUT_OF_HOURS,
    },
    "queue that never had such an end": lambda known: {
        "queue": known.one(known.queues),
        "end": ArrivalEnd.OUT_OF_HOURS,
    },
    "name that nobody has": _always(name="Zzyzx"),
}
"""What is asked, each time anew."""
