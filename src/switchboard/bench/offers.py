"""`switchboard bench offers` and `switchboard bench ring-all`: how soon the phones of agents ring, on real calls.

A whole center (`bench serve`) runs as its own process; its callers and its agents' phones are sockets of this one.
Milliseconds lie between two datagrams on the loopback: what the customer or the agent sends, and the INVITE that
comes of it, after the Floor has decided and the journal is on disk.
"""

import asyncio
import json
import random
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from switchboard.bench.telephones import Rung, Telephones
from switchboard.kit.clock import Clock, SystemClock
from switchboard.kit.errors import Unavailable

_T = TypeVar("_T")

READY: Final = 120.0
"""Seconds within which the center must be there, a thousand people entered."""
PATIENCE: Final = 20.0
"""Seconds that anything may take before the bench gives up."""
PAUSE: Final = 6.0
"""Seconds between two calls that ring at all: the media ports of the last one have rested."""
AGENTS: Final = 10
"""Agents who take the calls of `run_offers`, one after the other."""
GAPS: Final = (0.05, 0.25)
"""Seconds between a call that is answered and the agent who hangs up next: seven a second, at no phase of anything."""


async def run_offers(waiting: int, repetitions: int) -> dict[str, Any]:
    """An agent hangs up, and the call that waits longest rings at his phone. waiting: calls in line all the time.

    Returns agent_free_to_invite {p50, p95, max, of}, whether the order was kept, and what the center says of itself.
    """
    clock = SystemClock()
    gaps = random.Random(1)  # noqa: S311  # when people hang up
    async with _center(clock, agents=AGENTS, strategy="longest idle") as (line, result):
        callers = [f"caller{number}" for number in range(AGENTS + waiting + repetitions)]
        upcoming = iter(callers)
        talking: list[Rung] = []
        for _ in range(AGENTS):
            line.call(next(upcoming))
            talking.append(await _answered(line))
        for _ in range(waiting):
            line.call(next(upcoming))
            await _soon(line.waiting.get())
        took: list[float] = []
        offered: list[str] = []
        for _ in range(repetitions):
            began = line.hang_up(talking.pop(0))
            rung = await _soon(line.rung.get())
            took.append((rung.at - began) * 1_000)
            offered.append(rung.caller)
            line.answer(rung)
            talking.append(rung)
            # As many wait as before; and the answer is saved before the next agent hangs up.
            line.call(next(upcoming))
            await _soon(line.waiting.get())
            await asyncio.sleep(gaps.uniform(*GAPS))
        in_order = offered == callers[AGENTS : AGENTS + repetitions]
    return {"waiting": waiting, "agent_free_to_invite": _spread(took), "order_kept": in_order, "center": result}


async def run_ring_all(agents: int, repetitions: int) -> dict[str, Any]:
    """A call rings at all agents; one answers, and all others stop. agents: idle phones.

    Returns last_rung (from the caller's INVITE to the INVITE at the last phone), first_rung, last_stopped (from the
    answer to the last CANCEL), each {p50, p95, max, min, of}; whether every phone was told that the call was taken
    elsewhere; and what the center says of itself.
    """
    clock = SystemClock()
    first: list[float] = []
    last: list[float] = []
    stopped: list[float] = []
    elsewhere = True
    async with _center(clock, agents=agents, strategy="ring all") as (line, result):
        for number in range(repetitions):
            began = line.call(f"caller{number}")
            rung = [await _soon(line.rung.get()) for _ in range(agents)]
            first.append((rung[0].at - began) * 1_000)
            last.append((max(one.at for one in rung) - began) * 1_000)
            taken = rung[agents // 2]
            answered = clock.monotonic()
            line.answer(taken)
            ends = [await _soon(line.stopped.get()) for _ in range(agents - 1)]
            stopped.append((max(at for _, _, at in ends) - answered) * 1_000)
            elsewhere = elsewhere and all("cause=200" in reason for _, reason, _ in ends)
            line.hang_up(taken)
            await asyncio.sleep(PAUSE)
    return {
        "agents": agents,
        "last_rung": _spread(last),
        "first_rung": _spread(first),
        "last_stopped": _spread(stopped),
        "told_elsewhere": elsewhere,
        "center": result,
    }


async def _answered(line: Telephones) -> Rung:
    rung = await _soon(line.rung.get())
    line.answer(rung)
    await _soon(line.waiting.get())
    return rung


async def _soon(what: Awaitable[_T]) -> _T:
    try:
        return await asyncio.wait_for(what, PATIENCE)
    except TimeoutError:
        raise Unavailable(f"Nothing came for {PATIENCE:.0f} s: the center does not follow") from None


def _spread(took: Sequence[float]) -> dict[str, float]:
    ranked = sorted(took)
    at = [ranked[round(share * (len(ranked) - 1))] for share in (0.0, 0.5, 0.95, 1.0)]
    return {name: round(value, 1) for name, value in zip(("min", "p50", "p95", "max"), at, strict=True)} | {
        "of": len(ranked)
    }


@asynccontextmanager
async def _center(clock: Clock, *, agents: int, strategy: str) -> AsyncIterator[tuple[Telephones, dict[str, Any]]]:
    """A center with so many agents; its result is filled in when it has ended."""
    center, phones = ("127.0.0.1", _free_port()), ("127.0.0.1", _free_port())
    arguments = ["--sip", "{}:{}".format(*center), "--agents-at", "{}:{}".format(*phones), "--agents", str(agents)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "switchboard", "bench", "serve", *arguments, "--strategy", strategy),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    result: dict[str, Any] = {}
    try:
        if not await asyncio.wait_for(process.stdout.readline(), READY):
            raise Unavailable("The center did not start")
        line = await Telephones.open(clock, at=phones, center=center)
        try:
            yield line, result
        finally:
            line.close()
            process.send_signal(signal.SIGTERM)
            said = await asyncio.wait_for(process.stdout.readline(), READY)
            result.update(json.loads(said) if said else {})
    finally:
        if process.returncode is None:
            await asyncio.wait_for(process.wait(), READY)


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
