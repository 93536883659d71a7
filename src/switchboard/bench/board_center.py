"""The center that `bench board` watches: a process of its own, with a day's work on its Floor and no sound.

    python -m switchboard.bench.board_center

Prints one JSON line when it serves: `web`, `pid`, `people` (user names of supervisors), `password`, `filters`. Then
each line on its standard input, `{"events": 20}`, sets how many of the Floor's inputs it decides and saves a second,
and is answered by how many it has decided since the line before. At the end of the input it stops and prints what that
took.
"""

import asyncio
import os
import shutil
import sys
import tempfile
from collections import deque
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any, Final

import orjson
import uvloop

from switchboard.agents.model import Reach
from switchboard.app.center import NODE, Center
from switchboard.app.rooms import Rooms
from switchboard.configuration.service import Sources
from switchboard.conversations.model import TalkEnd
from switchboard.kit import logs
from switchboard.kit.clock import SystemClock
from switchboard.kit.garbage import keep_collections_short
from switchboard.routing.commands import (
    AgentSignedIn,
    ContactArrived,
    ContactFinished,
    ContactLeft,
    ContactQueued,
    EngagementEnded,
    OfferAccepted,
    WrapUpFinished,
)
from switchboard.routing.events import EngagementOpened, Event, Offered
from switchboard.routing.service import Routing
from switchboard.settings import Settings

PASSWORD: Final = "for a bench only"  # noqa: S105 - of a center that lives for a minute
CLIENTS: Final = 2
QUEUES: Final = 10
AGENTS: Final = 100
SUPERVISORS: Final = 25
AT_ONCE: Final = 40
"""Calls that go on at the same time."""


def organization() -> dict[str, Any]:
    """The configuration file of the bench, as plain data."""
    return {
        "organization": {"key": "bench", "name": "Bench"},
        "clients": [
            {"key": f"client{k}", "name": f"Client {k}", "time_zone": "Europe/Berlin", "region": "DE"}
            for k in range(CLIENTS)
        ],
        "teams": [{"key": "early", "name": "Early"}, {"key": "late", "name": "Late"}],
        "queues": [
            {"key": f"queue{k}", "client": f"client{k % CLIENTS}", "name": f"Queue {k}", "wrap_up": "30s"}
            for k in range(QUEUES)
        ],
        "people": [
            {"key": f"agent{k}", "user_name": f"agent{k}", "name": f"Agent {k}", "roles": ["agent"]}
            | {"agent": {"queues": [f"queue{k % QUEUES}"], "team": ("early", "late")[k % 2]}}
            for k in range(AGENTS)
        ]
        + [
            {"key": f"boss{k}", "user_name": f"boss{k}", "name": f"Boss {k}", "roles": ["supervisor"]}
            | {"password": {"env": "BENCH_PASSWORD"}}
            for k in range(SUPERVISORS)
        ],
    }


class Work:
    """Calls without sound on a Floor: they arrive, are taken, end, are written down; every seventh gives up."""

    def __init__(self, routing: Routing, queues: Sequence[tuple[str, str]]) -> None:
        self._routing = routing
        self._queues = queues
        self._numbers = count()
        self._calls: deque[tuple[str, str]] = deque()
        self._offers: dict[str, tuple[int, int]] = {}
        self._engagements: dict[str, str] = {}
        self.rate = 0.0
        self.decided = 0
        routing.subscribe(self._hear)

    async def go_on(self) -> None:
        """Decide `rate` inputs a second, evenly, until cancelled."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            if not self.rate:
                due = loop.time()
                await asyncio.sleep(0.05)
                continue
            due += 1 / self.rate
            await asyncio.sleep(max(0.0, due - loop.time()))
            await self._next()
            self.decided += 1

    async def _next(self) -> None:
        if len(self._calls) < AT_ONCE:
            number = next(self._numbers)
            client, queue = self._queues[number % len(self._queues)]
            contact = f"bench{number:08}"
            await self._routing.command(ContactArrived(contact, client, "voice", NODE), ContactQueued(contact, queue))
            self._calls.append((contact, "gives up" if number % 7 == 6 else "is taken"))
            return
        contact, step = self._calls.popleft()
        match step:
            case "gives up":
                await self._routing.command(ContactLeft(contact))
            case "is taken":
                await self._routing.command(OfferAccepted(*self._offers.pop(contact, (0, 0))))
                self._calls.append((contact, "ends"))
            case "ends":
                await self._routing.command(EngagementEnded(self._engagements[contact], TalkEnd.CUSTOMER))
                self._calls.append((contact, "is written down"))
            case _:
                written = WrapUpFinished(self._engagements.pop(contact), None)
                await self._routing.command(written, ContactFinished(contact))

    def _hear(self, events: Sequence[Event], _: int) -> None:
        for event in events:
            if isinstance(event, Offered):
                self._offers[event.contact] = (event.offer, event.fence)
            elif isinstance(event, EngagementOpened):
                self._engagements[event.contact] = event.engagement


async def _serve(folder: Path) -> None:
    settings = Settings(data=folder, sip_port=0, web_port=0, media_workers=1, drain_seconds=0)
    clock = SystemClock()
    rooms = await Rooms.open(settings, clock)
    try:
        sources = Sources({"BENCH_PASSWORD": PASSWORD}, None)
        await rooms.configuration.apply(orjson.dumps(organization()), sources)
    finally:
        await rooms.close()
    center = await Center.open(settings, clock)
    try:
        keep_collections_short()
        await _work(center)
    finally:
        await center.close()


async def _work(center: Center) -> None:
    (known,) = await center.rooms.tenancy.organizations()
    routing = center.floors.of(known.id)
    people = await center.rooms.tenancy.people(known.id)
    agents = [person.id for person in people if person.key.startswith("agent")]
    await routing.command(*(AgentSignedIn(agent, NODE, Reach.PHONE) for agent in agents))
    queues = [(queue.client, queue.id) for queue in routing.board().queues]
    work = Work(routing, queues)
    working = center.tasks.start(work.go_on(), name="a day's work")
    filters = [{}, *({"client": one} for one in sorted({client for client, _ in queues}))]
    filters += [{"queue": queue} for _, queue in queues[:2]]
    supervisors = [f"boss{k}" for k in range(SUPERVISORS)]
    _print({"web": center.web, "pid": os.getpid(), "people": supervisors, "password": PASSWORD, "filters": filters})
    center.stalls.reset()
    while line := await asyncio.to_thread(sys.stdin.readline):
        _print({"decided": work.decided})
        work.rate, work.decided = float(orjson.loads(line)["events"]), 0
    working.cancel()
    stats = center.writer.stats
    _print({"commits": stats.commits, "longest_stall_ms": round(center.stalls.longest * 1_000, 1)})


def _print(line: dict[str, Any]) -> None:
    sys.stdout.write(orjson.dumps(line).decode() + "\n")
    sys.stdout.flush()


def main() -> None:
    logs.configure(level="warning")
    folder = Path(tempfile.mkdtemp(prefix="switchboard-bench-"))
    try:
        uvloop.run(_serve(folder))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
