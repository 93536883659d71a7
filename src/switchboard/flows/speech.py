"""The client of the built-in voice, a small program of its own (see `switchboard.speech_program`)."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from typing import Any, Final

import orjson

from switchboard.kit.errors import Invalid, Unavailable

PROGRAM: Final = (sys.executable, "-m", "switchboard.speech_program")
PATIENCE: Final = 30.0
"""Seconds until an answer is given up: 2,000 characters take well under one."""
_LONGEST_ANSWER: Final = 200_000_000


@dataclass(frozen=True, slots=True)
class Speech:
    """What was said. samples: signed 16-bit mono in the machine's byte order; rate: samples per second."""

    samples: bytes
    rate: int


class Voice:
    """Speaks texts, one at a time. The program is started at the first text and again when it has died.

    program: the command line, another one in tests. patience: seconds for one text.
    """

    def __init__(self, program: tuple[str, ...] = PROGRAM, *, patience: float = PATIENCE) -> None:
        self._program = program
        self._patience = patience
        self._turn = asyncio.Lock()
        self._running: Process | None = None

    @property
    def pid(self) -> int | None:
        """Of the program, while it runs."""
        running = self._running
        return running.pid if running is not None and running.returncode is None else None

    async def say(self, text: str, language: str) -> Speech:
        """The sound of a text. Raises Invalid when no voice has the language, Unavailable when it fails."""
        async with self._turn:
            try:
                answer = await asyncio.wait_for(self._ask(text, language), self._patience)
            except (TimeoutError, OSError, EOFError, ValueError) as error:
                await self._end()
                raise Unavailable("the built-in voice does not answer; try again") from error
            except BaseException:
                # Cancelled between request and answer: the next caller must not get this answer.
                await self._end()
                raise
        if isinstance(answer, str):
            raise Invalid(answer, field="language")
        return answer

    async def close(self) -> None:
        """End the program."""
        async with self._turn:
            await self._end()

    async def _ask(self, text: str, language: str) -> Speech | str:
        program = await self._program_running()
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(orjson.dumps({"language": language, "text": text}) + b"\n")
        await program.stdin.drain()
        head: dict[str, Any] = orjson.loads(await program.stdout.readline())
        if "error" in head:
            return str(head["error"])
        size = int(head["bytes"])
        if not 0 <= size <= _LONGEST_ANSWER:
            raise ValueError("the voice announced an impossible length")
        return Speech(await program.stdout.readexactly(size), int(head["rate"]))

    async def _program_running(self) -> Process:
        if self._running is None or self._running.returncode is not None:
            self._running = await asyncio.create_subprocess_exec(*self._program, stdin=PIPE, stdout=PIPE)
        return self._running

    async def _end(self) -> None:
        program, self._running = self._running, None
        if program is None or program.returncode is not None:
            return
        if program.stdin is not None:
            program.stdin.close()
        program.kill()
        await program.wait()
