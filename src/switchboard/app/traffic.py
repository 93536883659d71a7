"""`switchboard demo --traffic 30/min`: simulated callers and colleagues, labelled as such, beside the real ones.

They have queues of their own: a colleague who is not there cannot talk to a newcomer who tries the demo by telephone,
and the newcomer's own desk is not rung by callers who are not there.
"""

import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import ceil
from typing import Any, Final

import orjson

from switchboard.app.center import NODE, Center
from switchboard.app.past import film_number
from switchboard.app.rooms import Rooms
from switchboard.channels.simulated.service import HANDLING, Place, SimulatedCalls
from switchboard.configuration.service import Sources
from switchboard.kit.errors import Invalid

MOST: Final = 120.0
"""Callers a minute."""

LABEL: Final = "(simulated)"
TEAM: Final = "simulated"
REASON: Final = "break"
QUEUES: Final = {"support-simulated": "Support", "sales-simulated": "Sales"}
CLIENT: Final = "lights"
DISPOSITIONS: Final = {"solved": "Solved", "call-back": "Call back", "passed-on": "Passed on", "ordered": "Ordered"}

NAMES: Final = (
    "Aiko", "Bruno", "Chiara", "Dylan", "Edda", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kemal", "Lena", "Milan",
    "Nora", "Omar", "Pia", "Quentin", "Rosa", "Samir", "Tilda", "Umut", "Vera", "Wanda", "Yusuf", "Zoe",
)  # fmt: skip

_RATE: Final = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)\s*/\s*(min|minute|h|hour)")


def per_minute(text: str) -> float:
    """Callers a minute out of `30/min` or `600/h`. Raises Invalid."""
    match = _RATE.fullmatch(text.strip())
    if match is None:
        raise Invalid(f"traffic is written as 30/min or 600/h, not {text[:40]!r}", field="traffic")
    rate = float(match[1]) / (1 if match[2].startswith("min") else 60)
    if not 0 < rate <= MOST:
        raise Invalid(f"traffic is more than 0 and at most {MOST:.0f}/min", field="traffic")
    return rate


def colleagues(rate: float) -> int:
    """So many that nine in ten are at work: some wait, few give up."""
    return max(2, ceil(rate * HANDLING / 60 / 0.92))


async def apply_traffic(rooms: Rooms, rate: float) -> None:
    """Bring queues, a team and colleagues for so much traffic into the example organization."""
    await rooms.configuration.apply(orjson.dumps(_document(colleagues(rate))), Sources({}, None))


def _document(count: int) -> dict[str, Any]:
    return {
        "organization": {"key": "harbour", "name": "Harbour Lights"},
        "teams": [{"key": TEAM, "name": "Simulated colleagues", "client": CLIENT}],
        "queues": [
            {
                "key": key,
                "client": CLIENT,
                "name": f"{name} {LABEL}",
                "ring_time": "20s",
                "wrap_up": "1m",
                "when_nobody": "stay",
                "targets": {"waiting": {"warn": 4, "alarm": 8}, "longest_wait": {"warn": "30s", "alarm": "1m"}},
                "dispositions": [{"key": one, "name": text} for one, text in DISPOSITIONS.items()],
            }
            for key, name in QUEUES.items()
        ],
        "people": [
            {
                "key": f"simulated-{number + 1}",
                "name": f"{_name(number)} {LABEL}",
                "roles": ["agent"],
                "agent": {"queues": list(QUEUES), "team": TEAM},
            }
            for number in range(count)
        ],
    }


def _name(number: int) -> str:
    rounds, place = divmod(number, len(NAMES))
    return NAMES[place] if rounds == 0 else f"{NAMES[place]} {rounds + 1}"


def is_simulated(key: str) -> bool:
    """Whether this person is one of the colleagues."""
    return key.startswith("simulated-")


@asynccontextmanager
async def traffic(center: Center, organization: str, rate: float | None) -> AsyncIterator[None]:
    """While it lasts, callers come and colleagues serve them; None: nobody."""
    if rate is None:
        yield
        return
    calls = await _calls(center, organization, rate)
    await calls.begin()
    try:
        yield
    finally:
        await calls.end()


async def _calls(center: Center, organization: str, rate: float) -> SimulatedCalls:
    rooms = center.rooms
    async with rooms.database.reading() as connection:
        queues = await rooms.queues.ids(connection, organization)
        clients = await rooms.tenancy.brands.ids(connection, organization)
    people = sorted((one.key, one.id) for one in await rooms.tenancy.people(organization) if is_simulated(one.key))
    choose = random.Random()  # noqa: S311 - nobody has to guess these callers
    return SimulatedCalls(
        center.floors.of(organization),
        node=NODE,
        ids=rooms.ids,
        choose=choose,
        conversations=rooms.conversations,
        places=[
            Place(queues[key], clients[CLIENT], tuple(DISPOSITIONS), share)
            for key, share in zip(QUEUES, (3.0, 1.0), strict=True)
        ],
        agents=[id_ for _, id_ in people[: colleagues(rate)]],
        per_minute=rate,
        number=lambda count: film_number(choose, count),
        reason=REASON,
    )
