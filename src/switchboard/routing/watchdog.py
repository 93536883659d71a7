"""Looks every now and then whether anything sticks. It never should; if it does, somebody has to know."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from switchboard.kit.clock import Clock
from switchboard.routing.floor import Stuck
from switchboard.routing.floors import Floors

_log = structlog.get_logger(__name__)

EVERY: Final = 30.0
"""Seconds between two looks."""


class Watchdog:
    """stuck: how many things stuck at the last look, by organization. Each look logs what it finds, by id; whoever
    watches an organization is told when that becomes another list, empty again included."""

    def __init__(self, floors: Floors, clock: Clock) -> None:
        self._floors = floors
        self._clock = clock
        self.stuck: dict[str, int] = {}
        self._found: dict[str, tuple[Stuck, ...]] = {}
        self._watchers: dict[str, list[Callable[[], None]]] = {}

    def found(self, organization: str) -> tuple[Stuck, ...]:
        """What stuck at the last look. The same object until that changes."""
        return self._found.get(organization, ())

    def subscribe(self, organization: str, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` whenever `found` is another; returns what ends it."""
        watchers = self._watchers.setdefault(organization, [])
        watchers.append(changed)
        return lambda: watchers.remove(changed) if changed in watchers else None

    async def watch(self) -> None:
        """Look for ever."""
        while True:
            await asyncio.sleep(EVERY)
            await self.look()

    async def look(self) -> list[Stuck]:
        """Look once, at one kind of thing after the other: between them calls get their turn."""
        everything: list[Stuck] = []
        for organization, routing in self._floors.open_now().items():
            found: list[Stuck] = []
            for part in routing.floor.stuck_parts(self._clock.now()):
                found += part
                await asyncio.sleep(0)
            self.stuck[organization] = len(found)
            for one in found:
                _log.error("floor_stuck", organization=organization, kind=one.kind, id=one.id, why=one.why)
            self._keep(organization, tuple(found))
            everything += found
        return everything

    def _keep(self, organization: str, found: tuple[Stuck, ...]) -> None:
        if found == self.found(organization):
            return
        self._found[organization] = found
        for changed in list(self._watchers.get(organization, ())):
            changed()
