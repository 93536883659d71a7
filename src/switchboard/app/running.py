"""`switchboard serve` and `switchboard demo`: start, say what there is, wait, drain, stop."""

import asyncio
import random
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import orjson

from switchboard.app.center import Center
from switchboard.app.network import Network, check, network
from switchboard.app.rooms import Rooms
from switchboard.app.samples import add_samples
from switchboard.app.traffic import apply_traffic, is_simulated, traffic
from switchboard.configuration.service import Sources
from switchboard.kit.clock import Clock, SystemClock
from switchboard.kit.errors import Invalid, Unavailable
from switchboard.kit.garbage import keep_collections_short
from switchboard.kit.ids import IdSource
from switchboard.settings import Settings
from switchboard.storage.folder import DataFolder

DEMO: Final = Path(__file__).parents[1] / "configuration" / "demo.yaml"
DEMO_NUMBER: Final = "100"

_SECRET: Final = re.compile(r"SWITCHBOARD_DEMO_(\w+)_PASSWORD")

AskAdministrator = Callable[[], tuple[str, str]]


async def serve(settings: Settings, *, lan: bool, as_json: bool, ask_administrator: AskAdministrator) -> None:
    """Run a center until SIGINT or SIGTERM. The first start makes the first administrator."""
    clock = SystemClock()
    async with _until_stopped() as stop:
        seen = _prepared(settings, clock, lan=lan)
        await _first_administrator(settings, clock, ask_administrator)
        async with _running(settings, clock, seen) as center:
            facts = _facts(center)
            lines = [f"Switchboard is ready: {facts['web']}", f"SIP: {facts['sip']} (UDP and TCP)", *_trust(seen)]
            await _announce_and_wait(stop, facts, lines, as_json=as_json)


async def demo(settings: Settings, *, lan: bool, as_json: bool, per_minute: float | None = None) -> None:
    """Run the example organization. Passwords are the same at every start, and fresh ones with `lan`. per_minute:
    simulated callers; None: nobody but who really calls."""
    clock = SystemClock()
    settings = replace(settings, example=True)
    async with _until_stopped() as stop:
        seen = _prepared(settings, clock, lan=lan)
        passwords = _demo_passwords(IdSource(clock, random.SystemRandom()) if lan else None)
        await _apply_demo(settings, clock, passwords, per_minute)
        async with _running(settings, clock, seen) as center, _traffic(center, per_minute):
            shown = await _demo_facts(center, passwords)
            await _announce_and_wait(stop, shown, [*_demo_lines(shown), *_trust(seen)], as_json=as_json)


class _Stop:
    """SIGINT and SIGTERM: while we start they give the start up, afterwards they set `asked`.

    A second signal ends the process as usual: somebody is in a hurry.
    """

    def __init__(self, starting: "asyncio.Task[object]") -> None:
        self.asked: Final = asyncio.Event()
        self._starting: asyncio.Task[object] | None = starting

    def started(self) -> None:
        """From now on whoever serves waits for `asked` himself."""
        self._starting = None

    def ask(self, number: signal.Signals) -> None:
        self.asked.set()
        asyncio.get_running_loop().remove_signal_handler(number)
        if self._starting is not None:
            self._starting.cancel()


@asynccontextmanager
async def _until_stopped() -> AsyncIterator[_Stop]:
    """Listen to the signals. A start that is given up has cleaned up behind itself, and is no failure."""
    task = asyncio.current_task()
    assert task is not None  # a coroutine runs in one
    stop = _Stop(task)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.ask, number)
    try:
        yield stop
    except asyncio.CancelledError:
        if not stop.asked.is_set():
            raise
        task.uncancel()


def _prepared(settings: Settings, clock: Clock, *, lan: bool) -> Network:
    """What can be known to go wrong, before anybody is asked anything and before anything is started."""
    DataFolder.take(settings.data).release()
    seen = network(settings, clock, lan=lan)
    check(settings, seen)
    return seen


@asynccontextmanager
async def _running(settings: Settings, clock: Clock, seen: Network) -> AsyncIterator[Center]:
    # Before the day's contacts are counted, which makes enough objects for the collector to look at all modules.
    keep_collections_short()
    center = await Center.open(settings, clock, seen)
    keep_collections_short()
    try:
        yield center
    finally:
        await center.close()


async def _announce_and_wait(stop: _Stop, facts: Mapping[str, Any], lines: list[str], *, as_json: bool) -> None:
    stop.started()
    _say(orjson.dumps(facts).decode() if as_json else "\n".join([*lines, "Ctrl-C stops it."]))
    await stop.asked.wait()
    if not as_json:
        _say("Stopping: calls may end, new ones are refused.")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _facts(center: Center) -> dict[str, Any]:
    host, port = center.stack.address
    host = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - shown, not bound
    return {"web": center.web, "sip": f"{host}:{port}", "pids": center.pids}


def _trust(seen: Network) -> list[str]:
    if not seen.fingerprint:
        return []
    return ["", "The certificate is self-made; a browser warns once. Its SHA-256 fingerprint:", seen.fingerprint]


# -- first start


async def _first_administrator(settings: Settings, clock: Clock, ask: AskAdministrator) -> None:
    """Make the first administrator from the settings or the terminal, when nobody administers anything."""
    rooms = await Rooms.open(settings, clock)
    try:
        if await rooms.tenancy.has_administrator():
            return
        if settings.administrator:
            user_name, password = settings.administrator, settings.administrator_password
        else:
            user_name, password = ask()
        known = await rooms.tenancy.organizations()
        if len(known) > 1:
            raise Invalid("nobody administers any of the organizations here: apply a file with an administrator")
        organization = known[0] if known else await rooms.tenancy.ensure_organization("main", "Main")
        await rooms.tenancy.ensure_administrator(organization.id, user_name, password)
    finally:
        await rooms.close()


# -- the demo


def _demo_passwords(fresh: IdSource | None) -> dict[str, str]:
    """A value for every variable that the demo's file names."""
    names = dict.fromkeys(_SECRET.findall(DEMO.read_text(encoding="utf-8")))
    return {
        f"SWITCHBOARD_DEMO_{name}_PASSWORD": (
            fresh.secret()[:16] if fresh is not None else f"{name.lower().replace('_', '-')}-at-the-demo"
        )
        for name in names
    }


@asynccontextmanager
async def _traffic(center: Center, per_minute: float | None) -> AsyncIterator[None]:
    (organization,) = await center.rooms.tenancy.organizations()
    async with traffic(center, organization.id, per_minute):
        yield


async def _apply_demo(settings: Settings, clock: Clock, passwords: Mapping[str, str], per_minute: float | None) -> None:
    rooms = await Rooms.open(settings, clock)
    try:
        known = await rooms.tenancy.organizations()
        content = await asyncio.to_thread(DEMO.read_bytes)
        if any(f"key: {one.key}," not in content.decode() for one in known):
            raise Unavailable(f"the folder {settings.data} holds a real organization; the demo needs one of its own")
        applied = await rooms.configuration.apply(content, Sources(passwords, DEMO.parent))
        if applied.organization is not None:
            await add_samples(rooms, applied.organization, DEMO_NUMBER)
        if per_minute is not None:
            await apply_traffic(rooms, per_minute)
    finally:
        await rooms.close()


async def _demo_facts(center: Center, passwords: Mapping[str, str]) -> dict[str, Any]:
    facts = _facts(center)
    (organization,) = await center.rooms.tenancy.organizations()
    people = await center.rooms.tenancy.people(organization.id)
    return {
        **facts,
        "try_it": f"{facts['web']}/try-it",
        "people": [
            {
                "name": person.name,
                "user_name": person.user_name,
                "password": passwords[f"SWITCHBOARD_DEMO_{person.user_name.upper()}_PASSWORD"],
                "roles": sorted(person.roles),
            }
            for person in people
            if not is_simulated(person.key)
        ],
        "softphone": {
            "user_name": "phone",
            "password": passwords["SWITCHBOARD_DEMO_PHONE_PASSWORD"],
            "address": facts["sip"],
            "dial": DEMO_NUMBER,
        },
    }


def _demo_lines(facts: Mapping[str, Any]) -> list[str]:
    phone = facts["softphone"]
    name, password = (max(len(person[part]) for person in facts["people"]) for part in ("user_name", "password"))
    return [
        "",
        "Switchboard's demo center is ready.",
        "",
        f"  Desk and board   {facts['web']}",
        f"  Try-it page      {facts['try_it']}   calls from the browser, no phone needed",
        "",
        "  Sign in as",
        *(
            f"    {person['user_name']:<{name}}  {person['password']:<{password}}  {', '.join(person['roles'])}"
            for person in facts["people"]
        ),
        "",
        "  Or call with a softphone",
        f"    user {phone['user_name']}   password {phone['password']}   at {phone['address']}   dial {phone['dial']}",
        "",
    ]
