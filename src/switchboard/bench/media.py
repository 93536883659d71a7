"""What sound costs: one media worker relays two-party calls, then plays music to 500 who wait."""

import asyncio
import os
import socket
import struct
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import numpy as np

from switchboard.audio.g711 import encode_mu
from switchboard.audio.tones import tone
from switchboard.channels.voice.media.control import Beat
from switchboard.channels.voice.media.pool import MediaLeg, MediaPool, MediaWorker
from switchboard.kit.clock import Clock, SystemClock
from switchboard.kit.tasks import Tasks

WAITING: Final = 500
"""Callers who wait with music in the second part."""

_FRAME: Final = 0.02
_SLICES: Final = 4
"""Bursts per frame in which the driver sends, so that not all legs speak at the same moment."""

_SETTLING: Final = 1.0
_TIMESTAMPNS: Final = 35
"""SO_TIMESTAMPNS on Linux: the kernel says when a datagram came."""

_HEADER: Final = struct.Struct("!BBHII")
_STAMP: Final = struct.Struct("!q")
_TIMESPEC: Final = struct.Struct("qq")


def run(seconds: float, calls: int) -> dict[str, object]:
    """Measure for `seconds` each part; `calls` relayed calls have two legs each.

    Returns: waiting {legs, cpu_share (of a core), kilobytes_per_leg, late_ms (of ticks: p50, p99, worst)},
    relay {calls, cpu_share, cpu_seconds_per_call_minute, delay_ms {p50, p99}, lost (share), late_ms},
    scheduling. CPU is that of the worker process. Delay is one way, by the kernel's receive times.
    """
    return asyncio.run(_run(seconds, calls))


async def _run(seconds: float, calls: int) -> dict[str, object]:
    clock = SystemClock()
    async with Tasks("bench media") as tasks:
        pool = MediaPool(clock=clock, tasks=tasks, workers=1, webrtc=False)
        await pool.start()
        worker = pool.choose()
        # First, so that its memory is measured in a worker that has had no legs yet.
        waiting = await _wait(worker, clock, seconds)
        relay = await _relay(worker, clock, seconds, calls)
        scheduling = worker.scheduling
        await pool.close()
    return {"relay": relay, "waiting": waiting, "scheduling": scheduling}


class _Phones:
    """The far ends: two sockets for all legs; a packet's payload begins with the time it was sent."""

    def __init__(self, worker: MediaWorker, clock: Clock, stack: ExitStack) -> None:
        self._worker = worker
        self._clock = clock
        self._sockets = [stack.enter_context(_socket()) for _ in range(2)]
        self._legs: list[tuple[socket.socket, tuple[str, int], int]] = []
        self._frames = 0
        self.delays: list[float] = []
        self.sent = 0

    async def add(self, side: int) -> MediaLeg:
        """Another leg, called from socket 0 or 1."""
        while not self._worker.ports_left:  # noqa: ASYNC110  # a bench may look again and again
            await asyncio.sleep(_FRAME)
        leg = self._worker.open_leg()
        leg.connect(self._sockets[side].getsockname(), 0)
        self._legs.append((self._sockets[side], leg.local_address, len(self._legs) + 1))
        return leg

    async def talk(self, seconds: float) -> None:
        """Speak on all legs in real time and hear what comes."""
        self.delays.clear()
        self.sent = 0
        step = _FRAME / _SLICES
        due = self._clock.monotonic()
        for slice_ in range(round(seconds / step)):
            self._speak(self._legs[slice_ % _SLICES :: _SLICES])
            self._frames += slice_ % _SLICES == _SLICES - 1
            for heard in self._sockets:
                self._hear(heard)
            due += step
            await asyncio.sleep(max(due - self._clock.monotonic(), 0))

    def _speak(self, legs: Sequence[tuple[socket.socket, tuple[str, int], int]]) -> None:
        sequence, stamp = self._frames & 0xFFFF, self._frames * 160 & 0xFFFFFFFF
        now = _STAMP.pack(self._clock.now())
        payload = now + bytes(152)
        for out, address, ssrc in legs:
            out.sendto(_HEADER.pack(0x80, 0, sequence, stamp, ssrc) + payload, address)
        self.sent += len(legs)

    def _hear(self, heard: socket.socket) -> None:
        while True:
            try:
                data, extra, _, _ = heard.recvmsg(256, 64)
            except BlockingIOError:
                return
            seconds, nanoseconds = _TIMESPEC.unpack(extra[0][2])
            (sent,) = _STAMP.unpack_from(data, _HEADER.size)
            self.delays.append((seconds * 1_000_000 + nanoseconds // 1_000 - sent) / 1_000)


def _socket() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    made.setsockopt(socket.SOL_SOCKET, _TIMESTAMPNS, 1)
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        made.setsockopt(socket.SOL_SOCKET, option, 8 << 20)
    made.bind(("127.0.0.1", 0))
    return made


async def _relay(worker: MediaWorker, clock: Clock, seconds: float, calls: int) -> dict[str, object]:
    with ExitStack() as stack:
        phones = _Phones(worker, clock, stack)
        legs: list[MediaLeg] = []
        for call in range(calls):
            caller, agent = await phones.add(0), await phones.add(1)
            worker.set_matrix(str(call), {caller.id: [(agent.id, 1.0)], agent.id: [(caller.id, 1.0)]})
            legs += [caller, agent]
        await phones.talk(_SETTLING)
        before, began = _cpu(worker.pid), clock.monotonic()
        await phones.talk(seconds)
        used, lasted = _cpu(worker.pid) - before, clock.monotonic() - began
        beat = worker.last_beat
        p50, p99 = np.percentile(np.array(phones.delays or [0.0]), (50, 99)).tolist()
        for leg in legs:
            leg.close()
        return {
            "calls": calls,
            "cpu_share": round(used / lasted, 4),
            "cpu_seconds_per_call_minute": round(used / lasted * 60 / max(calls, 1), 4),
            "delay_ms": {"p50": round(p50, 2), "p99": round(p99, 2)},
            "lost": round(max(1 - len(phones.delays) / max(phones.sent, 1), 0.0), 4),
            "late_ms": _late(beat),
        }


async def _wait(worker: MediaWorker, clock: Clock, seconds: float) -> dict[str, object]:
    with ExitStack() as stack:
        music = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "music.ul"
        music.write_bytes(encode_mu(tone([330, 440], 20.0)).tobytes())
        while worker.legs:  # noqa: ASYNC110  # a bench may look again and again
            await asyncio.sleep(_FRAME)
        empty = _resident(worker.pid)
        phones = _Phones(worker, clock, stack)
        legs = [await phones.add(0) for _ in range(WAITING)]
        for leg in legs:
            leg.music(str(music))
        await phones.talk(_SETTLING)
        before, began = _cpu(worker.pid), clock.monotonic()
        await phones.talk(seconds)
        used, lasted = _cpu(worker.pid) - before, clock.monotonic() - began
        beat, grown = worker.last_beat, _resident(worker.pid) - empty
        for leg in legs:
            leg.close()
        return {
            "legs": WAITING,
            "cpu_share": round(used / lasted, 4),
            "kilobytes_per_leg": round(grown / 1_024 / WAITING, 1),
            "late_ms": _late(beat),
        }


def _late(beat: Beat | None) -> dict[str, float]:
    """How late ticks began, in the last second."""
    if beat is None:
        return {}
    late = {"p50": beat.late_p50, "p99": beat.late_p99, "worst": beat.late_worst}
    return {name: round(seconds * 1_000, 2) for name, seconds in late.items()}


def _cpu(pid: int) -> float:
    """CPU seconds, user and system, that the process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> int:
    """Bytes of memory that the process has in RAM."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
