"""A tenancy for tests: a clock that jumps, cheap passwords, one organization."""

import random

from switchboard.kit.ids import IdSource
from switchboard.storage.database import Database
from switchboard.tenancy.model import ClientItem, PersonItem, Role
from switchboard.tenancy.service import Cost, Passwords, Tenancy

CHEAP = Cost(memory=8, passes=1)
"""Argon2 at its cheapest: a hash in some 50 microseconds."""

START = 1_767_225_600_000_000
"""2026-01-01 00:00 UTC, epoch microseconds."""


class JumpingClock:
    """A clock that stands still until it is told to jump."""

    def __init__(self) -> None:
        self._now = START

    def now(self) -> int:
        return self._now

    def monotonic(self) -> float:
        return self._now / 1_000_000

    def jump(self, seconds: float) -> None:
        self._now += round(seconds * 1_000_000)


def tenancy_on(database: Database, clock: JumpingClock, *, seed: int = 1, key: bytes | None = None) -> Tenancy:
    """A Tenancy with seeded ids and cheap passwords."""
    ids = IdSource(clock, random.Random(seed))
    return Tenancy(database, clock, ids, Passwords(cost=CHEAP, bulk_threads=2, fingerprint_key=key))


def person_item(key: str, *roles: Role, user_name: str | None = None, name: str | None = None) -> PersonItem:
    """A person to be put; an agent unless other roles are given."""
    return PersonItem(key, user_name or key, name or key.title(), frozenset(roles or (Role.AGENT,)))


def client_item(key: str = "brand") -> ClientItem:
    """A German brand."""
    return ClientItem(key, key.title(), "Europe/Berlin", "DE")
