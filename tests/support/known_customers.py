"""Customers in random histories whom somebody knows: a last agent, a personal agent, a branch that has its own hours.

A flow's `prefer` says who of them comes first and for how long. The product works that out once (`ask`), and here it is
said once more in the plainest way (`alone`).
"""

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import msgspec
from hypothesis import strategies as st

from support.clock import START
from support.floor import SECOND, Centre
from support.restatement import Alone
from switchboard.channels.voice.branches import Branch
from switchboard.channels.voice.into_line import queued
from switchboard.channels.voice.known import Known, Preferring
from switchboard.flows.model import Enqueue
from switchboard.flows.opening import OpeningHours, Span, SpecialDay
from switchboard.routing.commands import ContactQueued

DAY = 86_400
TODAY = date(2025, 6, 15)
"""A Sunday; stories begin at 15:06:40 UTC (`support.clock.START`), 17:06:40 in Berlin."""

BERLIN = OpeningHours("berlin", "Berlin", {6: (Span(1020, 1028), Span(1030, 1440))}, time_zone="Europe/Berlin")
UTC = OpeningHours("utc", "UTC", {6: (Span(0, 1440),)}, (SpecialDay(TODAY, TODAY, "fair", (Span(907, 911),)),))
TEAM_HOURS = {"seniors": "berlin", "trainees": "utc"}
OPEN = {"seniors": ((0, 80), (200, DAY)), "trainees": ((20, 260),)}
"""The same in seconds since the beginning; of a team that is not here anybody may come at any time."""

PLACE = SimpleNamespace(hours={"berlin": BERLIN, "utc": UTC}, team_hours=TEAM_HOURS)
WORDS = ("last agent", "personal agent", "own branch")


@dataclass(frozen=True)
class Customer:
    """last: who talked to him last, `days` ago. branch: the team that looks after him."""

    last: str | None
    days: int
    personal: str | None
    branch: str | None


@dataclass(frozen=True)
class Prefer:
    """prefer: words and people in their order. seconds: for which they alone are looked for. measured: whether what he
    will wait is written down."""

    prefer: tuple[str, ...]
    seconds: int
    last_days: int
    measured: bool


def customers(agents: tuple[str, ...], teams: tuple[str, ...]) -> st.SearchStrategy[Customer]:
    someone = st.sampled_from((None, *agents))
    return st.builds(Customer, someone, st.integers(0, 3), someone, st.sampled_from((None, *teams, *teams, "night")))


def prefers(agents: tuple[str, ...]) -> st.SearchStrategy[Prefer]:
    some = st.lists(st.sampled_from(WORDS) | st.sampled_from(agents), min_size=1, max_size=3, unique=True).map(tuple)
    return st.builds(Prefer, some, st.sampled_from([0, 5, 20, 60]), st.integers(1, 2), st.booleans())


def ask(centre: Centre, contact: str, queue: str, customer: Customer, prefer: Prefer) -> ContactQueued:
    """How the product puts this customer in line."""
    last = None if customer.last is None else (customer.last, centre.now - customer.days * DAY * SECOND)
    known = Known(last=last, personal_agent=customer.personal, branch=customer.branch)
    place = cast("Any", PLACE)
    preferring = Preferring(
        known, _id_of, lambda team: Branch.is_there(place, team, centre.now, "UTC"), lambda: centre.now
    )
    step = Enqueue(queue, prefer=prefer.prefer, prefer_for=prefer.seconds, last_days=prefer.last_days)
    command = queued(contact, queue, step, _id_of, None, preferring(step), of_flow=step)
    return msgspec.structs.replace(command, measured=prefer.measured)


def alone(customer: Customer, prefer: Prefer, now: int) -> Alone:
    """Whom his flow prefers."""
    agents: list[str] = []
    team = None
    for word in prefer.prefer:
        if word == "last agent":
            agents += [customer.last] if customer.last is not None and customer.days <= prefer.last_days else []
        elif word == "personal agent":
            agents += [customer.personal] if customer.personal is not None else []
        elif word == "own branch":
            team = customer.branch if customer.branch is not None and _open(customer.branch, now) else None
        else:
            agents.append(word)
    return Alone(tuple(dict.fromkeys(agents)), team)


def _open(team: str, now: int) -> bool:
    return team not in OPEN or any(opens <= (now - START) / SECOND < closes for opens, closes in OPEN[team])


def _id_of(_kind: str, key: str) -> str:
    return key
