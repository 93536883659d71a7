"""sipp as many callers of a carrier at once, and as the fixed-address phones of many agents."""

import asyncio
import contextlib
import random
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, Literal

from support.baresip import free_port

CARRIER: Final = "127.0.0.2"
"""The address of the trunk in the end-to-end tests' organization."""


async def call(
    target: str,
    number: str,
    *,
    calls: int,
    at_once: int,
    talk: float,
    log: Path,
    transport: Literal["udp", "tcp"] = "udp",
    seconds: float = 90,
) -> None:
    """That many callers from the carrier, each of whom hangs up `talk` seconds after he was answered.

    at_once: the most that call at the same time. Fails when one call did not go as it should: was refused, was
    hung up on before its time, or its end was not confirmed.
    """
    one_connection = {"udp": "u1", "tcp": "t1"}[transport]
    await _run(
        [
            *("-sn", "uac", target, "-s", number, "-i", CARRIER, "-p", str(free_port()), "-t", one_connection),
            *("-m", str(calls), "-l", str(at_once), "-r", str(at_once), "-d", str(round(talk * 1_000))),
            *("-mp", str(sound_ports()), "-timeout", f"{seconds:.0f}s", "-timeout_error"),
        ],
        log,
    )


def sound_ports() -> int:
    """The first of the ports that a sipp takes for sound and picture: it ends at once when one of them is taken.

    Below the range from which the system gives ports to others, and never the same twice in this process.
    """
    for first in _FIRST_SOUND_PORTS:
        with contextlib.ExitStack() as probes:
            try:
                for port in range(first, first + SOUND_PORTS):
                    probes.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)).bind(("0.0.0.0", port))
            except OSError:
                continue
            return first
    raise AssertionError("No free ports are left for the sound of another sipp.")


SOUND_PORTS: Final = 8
"""More than the audio, picture and their RTCP ports that one sipp binds."""

_FIRST_SOUND_PORTS: Final = iter(random.sample(range(22_000, 32_000, SOUND_PORTS), k=10_000 // SOUND_PORTS))
"""In any order, so that two test processes hardly meet."""


async def _run(arguments: list[str], log: Path) -> None:
    log.mkdir(parents=True, exist_ok=True)
    errors = log / "errors"
    process = await _start([*arguments, "-trace_err", "-error_file", str(errors)], log)
    try:
        code = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code != 0:
        shown = errors.read_text(errors="replace")[:3_000] if errors.exists() else ""
        raise AssertionError(
            f"sipp ended with {code}: {shown}\n{(log / 'screen').read_text(errors='replace')[-3_000:]}"
        )


async def _start(arguments: list[str], log: Path) -> asyncio.subprocess.Process:
    with (log / "screen").open("wb") as screen:
        return await asyncio.create_subprocess_exec(
            "sipp", *arguments, "-nostdin", cwd=log, stdin=asyncio.subprocess.DEVNULL, stdout=screen, stderr=screen
        )


@contextlib.asynccontextmanager
async def answering(port: int, log: Path) -> AsyncIterator[None]:
    """Phones at 127.0.0.1:port, whatever the user name: each rings, answers and says back what it hears."""
    log.mkdir(parents=True, exist_ok=True)
    process = await _start(
        ["-sn", "uas", "-i", "127.0.0.1", "-p", str(port), "-mp", str(sound_ports()), "-rtp_echo"], log
    )
    try:
        yield
        assert process.returncode is None, f"sipp ended: {(log / 'screen').read_text(errors='replace')[-2_000:]}"
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def organization(agents: int, port: int) -> str:
    """What is added to the end-to-end tests' organization: agents whose phones are sipp's, a queue and a number."""
    phones = "\n".join(
        f"  - {{key: desk-{n}, user_name: desk-{n}, contact: 'sip:agent{n}@127.0.0.1:{port}'}}" for n in range(agents)
    )
    people = "\n".join(
        f"  - key: agent-{n}\n    user_name: agent-{n}\n    name: Agent {n}\n    roles: [agent]\n"
        f"    password: {{env: E2E_PASSWORD}}\n    agent: {{queues: [crowd], reach: phone, phone: desk-{n}}}"
        for n in range(agents)
    )
    return f"""\
organization: {{key: tests, name: Tests}}
queues:
  - {{key: crowd, client: brand, name: Crowd, ring_time: 20s, max_wait: 10m}}
phones:
{phones}
people:
{people}
flows:
  - {{key: crowd, client: brand, name: Crowd, language: en, steps: [{{enqueue: {{queue: crowd}}}}, hangup]}}
numbers:
  - {{number: "200", client: brand, flow: crowd}}
"""
