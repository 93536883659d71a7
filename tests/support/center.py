"""A whole Switchboard as its own process, for end-to-end tests."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from support.evidence import alive
from support.ports import MEDIA_PORTS, free_port

READY_SECONDS = 120

PASSWORD = "correct-horse-battery"
"""The same for everybody in the organization of the end-to-end tests; baresip takes no spaces."""
ENVIRONMENT = {"E2E_PASSWORD": PASSWORD}


class Center:
    """A running `switchboard` process; `ready` is the JSON line it printed when it could be used, `arguments` what it
    was started with."""

    def __init__(
        self, process: asyncio.subprocess.Process, ready: Mapping[str, Any], log: Path, arguments: Sequence[str]
    ) -> None:
        self.process = process
        self.ready = ready
        self.arguments = arguments
        self._log = log

    @property
    def pid(self) -> int:
        return self.process.pid

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    async def stop(self, *, seconds: float = 30) -> str:
        """SIGTERM, then what was printed after the ready line."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        assert self.process.stdout is not None
        rest = await asyncio.wait_for(self.process.stdout.read(), seconds)
        await asyncio.wait_for(self.process.wait(), seconds)
        return rest.decode()

    async def kill(self) -> None:
        """kill -9, as a power cut would."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    async def gone(self) -> None:
        """Wait until nothing of a center that was killed holds its ports, or goes on alone."""
        async with asyncio.timeout(20):
            while any(alive(pid) for pid in self.ready["pids"]):  # noqa: ASYNC110 - there is no event to wait for
                await asyncio.sleep(0.05)


def serving(data: Path) -> list[str]:
    """The arguments of a center over that folder; one that is started with the same again has the same addresses."""
    ports = ["--web-port", str(free_port()), "--sip-port", str(free_port())]
    return ["serve", "--json", *ports, "--media-workers", "1", "--data", str(data)]


async def start(arguments: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None) -> Center:
    """Start `switchboard` with these arguments and wait for its ready line."""
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "switchboard",
            *arguments,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            env={**os.environ, **MEDIA_PORTS, **(environment or {})},
        )
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), READY_SECONDS)
    if not line:
        await process.wait()
        raise AssertionError(f"switchboard ended with {process.returncode}: {log.read_text()[-4000:]}")
    return Center(process, json.loads(line), log, arguments)


@contextlib.asynccontextmanager
async def center(
    arguments: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Center]:
    """A center that ends with the block; killed when it does not stop by itself."""
    running = await start(arguments, log=log, environment=environment)
    try:
        yield running
    finally:
        try:
            await running.stop()
        finally:
            await running.kill()
