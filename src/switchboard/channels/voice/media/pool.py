"""The media workers of a node: started, watched, started again when one dies, chosen for each call."""

import asyncio
import os
import sys
from collections.abc import Callable
from typing import Final

import structlog

from switchboard.channels.voice.media.events import (
    Digit,
    DigitSource,
    LegBroken,
    MediaBack,
    MediaEvent,
    MediaLost,
    PlayEnded,
    Quality,
    WebRtcChanged,
    WebRtcState,
)
from switchboard.channels.voice.media.leg import MediaLeg
from switchboard.channels.voice.media.link import MediaWorker
from switchboard.kit.clock import Clock
from switchboard.kit.errors import Unavailable
from switchboard.kit.tasks import Tasks

__all__ = [
    "Digit",
    "DigitSource",
    "LegBroken",
    "MediaBack",
    "MediaEvent",
    "MediaLeg",
    "MediaLost",
    "MediaPool",
    "MediaWorker",
    "PlayEnded",
    "Quality",
    "WebRtcChanged",
    "WebRtcState",
]

_log = structlog.get_logger(__name__)

START_LIMIT: Final = 20.0
"""Seconds a worker may take until it is ready."""

RESTART_PAUSES: Final = (0.0, 0.5, 2.0, 5.0)
"""Seconds before the 1st, 2nd, 3rd and every later start of a worker that keeps dying."""

BUSY: Final = 160
"""Legs of a worker that has enough to do while another has less."""

PLENTY: Final = 96
"""Ports at hand that a worker needs to be given calls before the others: its calls there will want legs for agents,
and the ports of ended calls rest for seconds."""

STEADY: Final = 60.0
"""Seconds after which a worker's earlier deaths are forgotten."""


def _unheard(_: int) -> None:
    """A worker died before anyone listened."""


class MediaPool:
    """N worker processes (`python -m switchboard.channels.voice.media.worker`).

    clock: for restarts and watching. tasks: where the watching runs. host: the IP address that RTP sockets
    are bound to. ports: first and last port, cut into one share per worker. workers: how many, 0 = one per
    core. webrtc: whether workers load what browsers need (35 MB each) at their start.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        tasks: Tasks,
        host: str = "127.0.0.1",
        ports: tuple[int, int] = (20_000, 29_999),
        workers: int = 0,
        webrtc: bool = True,
    ) -> None:
        self._clock = clock
        self._tasks = tasks
        self._host = host
        self._ports = ports
        self._places: Final = workers or len(os.sched_getaffinity(0))
        self._webrtc = webrtc
        self._workers: dict[int, MediaWorker] = {}
        self._started = 0
        self._closing = False
        self.on_worker_died: Callable[[int], None] = _unheard
        """Called with `MediaWorker.id` when a worker is gone: every leg in it is dead. Another worker, with
        another id, takes its place by itself."""

    @property
    def workers(self) -> list[MediaWorker]:
        """Those that can be used now."""
        return [worker for worker in self._workers.values() if worker.alive]

    async def start(self) -> None:
        """Start all workers and wait until they can be used. Raises Unavailable when one cannot."""
        workers = await asyncio.gather(*(self._launch(place) for place in range(self._places)))
        for place, worker in enumerate(workers):
            self._tasks.start(self._watch(place, worker), name=f"media worker in place {place}")

    async def close(self) -> None:
        """End every worker; calls that are still there fall silent."""
        self._closing = True
        await asyncio.gather(*(worker.close() for worker in list(self._workers.values())))
        self._workers.clear()

    def choose(self) -> MediaWorker:
        """The first worker that is not yet busy, else the one with the fewest legs.

        A tick costs nearly the same for ten legs as for a hundred, so a second worker is woken when the first has
        `BUSY` of them. Raises Unavailable when none can take a call.
        """
        able = [worker for worker in self._workers.values() if worker.alive and worker.ports_left]
        if not able:
            raise Unavailable("no media worker can take a call just now; try again in a moment")
        easy = (worker for worker in able if worker.legs < BUSY and worker.ports_left >= PLENTY)
        return next(easy, None) or min(able, key=lambda worker: worker.legs)

    def worker(self, worker_id: int) -> MediaWorker | None:
        """The living worker of that id, None when it has died."""
        return self._workers.get(worker_id)

    async def _launch(self, place: int) -> MediaWorker:
        """A worker that is ready, in `place` 0 to N-1. Raises Unavailable when it does not come up."""
        self._started += 1
        worker = MediaWorker(self._started, self._host, self._clock.monotonic)
        program = [sys.executable, "-m", "switchboard.channels.voice.media.worker"]
        await worker.start([*program, *self._arguments(place)], limit=START_LIMIT)
        self._workers[worker.id] = worker
        _log.info("media_worker_ready", worker=worker.id, pid=worker.pid, scheduling=worker.scheduling)
        return worker

    def _arguments(self, place: int) -> list[str]:
        """The worker's share of the ports; it begins at an even port (RTP even, RTCP odd: RFC 3550, 11)."""
        first, last = self._ports
        share = (last - first + 1) // self._places // 2 * 2
        mine = first + first % 2 + place * share
        return [
            *("--host", self._host, "--first-port", str(mine), "--last-port", str(mine + share - 1)),
            *(["--webrtc"] if self._webrtc else []),
        ]

    async def _watch(self, place: int, worker: MediaWorker) -> None:
        """Wait until the worker in `place` ends, say so, start another; for ever."""
        deaths = 0
        while True:
            began = self._clock.monotonic()
            why = await worker.ended()
            self._workers.pop(worker.id, None)
            if self._closing:
                return
            _log.error("media_worker_died", worker=worker.id, pid=worker.pid, why=why)
            deaths = 0 if self._clock.monotonic() - began > STEADY else deaths
            self.on_worker_died(worker.id)
            worker = await self._replace(place, deaths)
            deaths += 1

    async def _replace(self, place: int, deaths: int) -> MediaWorker:
        """Try until a new worker is ready."""
        while True:
            await asyncio.sleep(RESTART_PAUSES[min(deaths, len(RESTART_PAUSES) - 1)])
            try:
                return await self._launch(place)
            except Unavailable as error:
                deaths += 1
                _log.error("media_worker_not_started", place=place, why=error.text)
