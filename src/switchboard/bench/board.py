"""`switchboard bench board`: what the live board costs a center that works, watched over real WebSockets."""

import asyncio
import os
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Final, Self

import orjson
from websockets.asyncio.client import ClientConnection, connect

from switchboard.kit.clock import MICROSECONDS, Clock, SystemClock
from switchboard.kit.errors import Unavailable
from switchboard.kit.tasks import Tasks
from switchboard.web.edge import COOKIE

SETTLING: Final = 2.0
"""Seconds before each part is measured, at most as many as it is measured for."""
PAGES_EACH: Final = 10
"""Pages that one supervisor has open; the feed allows sixteen."""


async def run(viewers: int, events: float, seconds: float) -> dict[str, Any]:
    """Measure four times for `seconds`: nothing, the work alone, the viewers alone, and both.

    Returns: viewers, filters (how many different ones they have), events_per_second, cpu_share of the server's main
    process (of a core: idle, work alone, viewers at rest, both, and feed = both - work), frames_per_viewer_second,
    bytes_per_frame, delay_ms (from the state a frame tells to its arrival; p50, p95), longest_stall_ms.
    """
    clock = SystemClock()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "switchboard.bench.board_center",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        ready = await _line(process)
        server = _Server(process, ready["pid"], clock)
        idle = await server.measured(0, seconds)
        work = await server.measured(events, seconds)
        async with AsyncExitStack() as stack:
            tasks = await stack.enter_async_context(Tasks("viewers"))
            pages = await _pages(ready, viewers, clock, tasks)
            watching = [await stack.enter_async_context(page) for page in pages]
            rest = await server.measured(0, seconds)
            both = await server.measured(events, seconds, watching)
            frames = [page.frames / seconds for page in watching]
            sizes = [size for page in watching for size in page.sizes]
            delays = sorted(delay for page in watching for delay in page.delays)
            decided = await server.work(0)
        ended = await server.stop()
        return {
            "viewers": viewers,
            "filters": len(ready["filters"]),
            "events_per_second": round(decided / (seconds + min(SETTLING, seconds)), 1),
            "cpu_share": {
                "idle": round(idle, 4),
                "work": round(work, 4),
                "viewers_at_rest": round(rest, 4),
                "both": round(both, 4),
                "feed": round(both - work, 4),
            },
            "frames_per_viewer_second": {"least": round(min(frames), 2), "most": round(max(frames), 2)},
            "bytes_per_frame": round(sum(sizes) / max(len(sizes), 1)),
            "delay_ms": {"p50": _at(delays, 0.5), "p95": _at(delays, 0.95)},
            "longest_stall_ms": ended["longest_stall_ms"],
        }
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _line(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None
    line = await process.stdout.readline()
    if not line:
        raise Unavailable("The center of the bench has ended; its error stands above")
    told: dict[str, Any] = orjson.loads(line)
    return told


class _Server:
    """The center under test."""

    def __init__(self, process: asyncio.subprocess.Process, pid: int, clock: Clock) -> None:
        self._process = process
        self._pid = pid
        self._clock = clock

    async def work(self, events: float) -> int:
        """Decide so many inputs a second from now on; how many were decided until now."""
        assert self._process.stdin is not None
        self._process.stdin.write(orjson.dumps({"events": events}) + b"\n")
        return int((await _line(self._process))["decided"])

    async def measured(self, events: float, seconds: float, watching: Sequence["_Page"] = ()) -> float:
        """The share of a core that it uses for this work, after a moment to settle."""
        await self.work(events)
        await asyncio.sleep(min(SETTLING, seconds))
        for page in watching:
            page.forget()
        before, began = _cpu(self._pid), self._clock.monotonic()
        await asyncio.sleep(seconds)
        return (_cpu(self._pid) - before) / (self._clock.monotonic() - began)

    async def stop(self) -> dict[str, Any]:
        """What it says at its end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return await _line(self._process)


def _cpu(pid: int) -> float:
    """CPU seconds, user and system, that the process has used (proc(5), stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _at(ordered: Sequence[float], share: float) -> float | None:
    return round(ordered[round(share * (len(ordered) - 1))], 1) if ordered else None


class _Page:
    """One open board."""

    def __init__(self, socket: connect, narrowed: Mapping[str, str], clock: Clock, tasks: Tasks) -> None:
        self._connecting = socket
        self._narrowed = narrowed
        self._clock = clock
        self._tasks = tasks
        self.forget()

    def forget(self) -> None:
        """Count anew."""
        self.frames = 0
        self.sizes: list[int] = []
        self.delays: list[float] = []

    async def __aenter__(self) -> Self:
        self._socket: ClientConnection = await self._connecting
        if self._narrowed:
            await self._say({"type": "filter", "topic": "board", "filter": self._narrowed})
        self._tasks.start(self._read(), name="board")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()

    async def _read(self) -> None:
        async for text in self._socket:
            frame = orjson.loads(text)
            if frame["type"] == "beat":
                await self._say({"type": "beat", "n": frame["n"]})
            elif frame["type"] == "change":
                self.frames += 1
                self.sizes.append(len(text))
                self.delays.append((self._clock.now() - frame["server_now"]) * 1_000 / MICROSECONDS)

    async def _say(self, frame: Mapping[str, Any]) -> None:
        await self._socket.send(orjson.dumps(frame).decode())


async def _pages(ready: Mapping[str, Any], viewers: int, clock: Clock, tasks: Tasks) -> list[_Page]:
    """Pages of signed-in supervisors, their filters in turn."""
    web: str = ready["web"]
    people = ready["people"][: -(-viewers // PAGES_EACH)]
    if len(people) * PAGES_EACH < viewers:
        raise Unavailable(f"The bench has supervisors for {len(ready['people']) * PAGES_EACH} viewers")
    cookies = [await asyncio.to_thread(_signed_in, web, person, ready["password"]) for person in people]
    address = f"{web.replace('http', 'ws', 1)}/api/feed?topics=board"
    return [
        _Page(
            connect(address, additional_headers={"Cookie": f"{COOKIE}={cookies[number // PAGES_EACH]}", "Origin": web}),
            ready["filters"][number % len(ready["filters"])],
            clock,
            tasks,
        )
        for number in range(viewers)
    ]


def _signed_in(web: str, user_name: str, password: str) -> str:
    """The session's token."""
    body = orjson.dumps({"user_name": user_name, "password": password})
    headers = {"Content-Type": "application/json", "Origin": web}
    request = urllib.request.Request(f"{web}/api/session", data=body, headers=headers)  # noqa: S310 - our own center
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return str(SimpleCookie(answer.headers["Set-Cookie"])[COOKIE].value)
