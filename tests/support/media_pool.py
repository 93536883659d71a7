"""A real pool of media worker processes whose legs' events can be waited for."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TypeVar

from support.media import Phone
from switchboard.channels.voice.media.pool import MediaEvent, MediaLeg, MediaPool
from switchboard.kit.clock import SystemClock
from switchboard.kit.tasks import Tasks

Event = TypeVar("Event")

PATIENCE = 10.0


class Watched:
    """pool: with one worker unless asked for more. died: ids of workers that died, in order."""

    def __init__(self, pool: MediaPool) -> None:
        self.pool = pool
        self.died: asyncio.Queue[int] = asyncio.Queue()
        pool.on_worker_died = self.died.put_nowait
        self._events: dict[int, asyncio.Queue[MediaEvent]] = {}

    def watch(self, leg: MediaLeg) -> MediaLeg:
        """Keep what the leg tells."""
        queue = self._events[leg.id] = asyncio.Queue()
        leg.on_event = queue.put_nowait
        return leg

    async def next(self, leg: MediaLeg, kind: type[Event]) -> Event:
        """The next event of that kind; others are passed over."""
        async with asyncio.timeout(PATIENCE):
            while True:
                event = await self._events[leg.id].get()
                if isinstance(event, kind):
                    return event

    async def frame(self) -> None:
        """20 ms pass."""
        await asyncio.sleep(0.02)

    async def talk(self, phone: Phone, leg: MediaLeg) -> None:
        """The phone speaks and listens in real time until cancelled."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            phone.speak(leg.local_address)
            phone.listen()
            due += 0.02
            await asyncio.sleep(max(due - loop.time(), 0))


@contextlib.asynccontextmanager
async def watched_pool(
    *, workers: int = 1, webrtc: bool = False, ports: tuple[int, int] = (20_000, 29_999)
) -> AsyncIterator[Watched]:
    async with Tasks("media tests") as tasks:
        pool = MediaPool(clock=SystemClock(), tasks=tasks, ports=ports, workers=workers, webrtc=webrtc)
        await pool.start()
        try:
            yield Watched(pool)
        finally:
            await pool.close()
