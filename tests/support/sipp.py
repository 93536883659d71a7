"""sipp as many callers of a carrier at once, and as the fixed-address phones of many agents."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, Literal

from support.ports import free_port, free_ports

CARRIER: Final = "127.0.0.2"
"""The address of the trunk in the end-to-end tests' organization."""
SOUND_PORTS: Final = 8
"""More than the audio, picture and their RTCP ports that one sipp binds; it ends at once when one of them is taken."""


CALLER: Final = Path(__file__).with_name("sipp_caller.xml")
PHONE: Final = Path(__file__).with_name("sipp_phone.xml")


async def call(
    target: str,
    number: str,
    *,
    calls: int,
    at_once: int,
    log: Path,
    gives_up: float | None = None,
    transport: Literal["udp", "tcp"] = "udp",
    seconds: float = 90,
) -> None:
    """That many callers from the carrier, of no number. Each stays until his agent hangs up, as the phones of
    `answering` do, or hangs up himself `gives_up` seconds after the line took him.

    at_once: the most that call at the same time. Fails when one call did not go as it should: was refused, was
    hung up on before its time, or its end was not confirmed.
    """
    log.mkdir(parents=True, exist_ok=True)
    one_connection = {"udp": "u1", "tcp": "t1"}[transport]
    who = ["-sf", str(CALLER)] if gives_up is None else ["-sn", "uac", "-d", str(round(gives_up * 1_000))]
    await _run(
        [
            *(*who, target, "-s", number, "-i", CARRIER, "-p", str(free_port()), "-t", one_connection),
            *("-m", str(calls), "-l", str(at_once), "-r", str(at_once)),
            *("-mp", str(free_ports(SOUND_PORTS)), "-timeout", f"{seconds:.0f}s", "-timeout_error"),
        ],
        log,
    )


async def _run(arguments: list[str], log: Path) -> None:
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
    """Phones at 127.0.0.1:port, whatever the user name: each rings, answers and says back what it hears. It soon
    hangs up on the callers of `call`, and on nobody else."""
    log.mkdir(parents=True, exist_ok=True)
    process = await _start(
        ["-sf", str(PHONE), "-i", "127.0.0.1", "-p", str(port), "-mp", str(free_ports(SOUND_PORTS)), "-rtp_echo"], log
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
