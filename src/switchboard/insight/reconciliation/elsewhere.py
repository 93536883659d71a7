"""Our end of the child process (`program`): what is large goes to and fro in pages, so that calls get their turn."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final, TypeVar

import msgspec

from switchboard.insight.reconciliation.comparison import Known
from switchboard.insight.reconciliation.model import MOST_BYTES, Asked, Call, Difference, Preview, Totals
from switchboard.insight.reconciliation.program import Head, Task, Trouble
from switchboard.kit.errors import Invalid, Unavailable

PROGRAM: Final = (sys.executable, "-m", "switchboard.insight.reconciliation.program")
PATIENCE: Final = 300.0
"""Seconds for the largest list."""
PIECE: Final = 256 * 1024
"""Bytes written at a time."""
LONGEST: Final = 8 * 1024 * 1024
"""Bytes of one line that is answered."""

Answer = TypeVar("Answer", Preview, Head, Totals, list[Difference])


async def previewed(content: bytes, asked: Asked) -> Preview:
    """How the list would be read. Raises Invalid, and Unavailable when the process fails."""
    async with _working(content, asked, preview=True) as work:
        return await work.answer(Preview)


class Comparing:
    """A list that was read and waits for our calls."""

    def __init__(self, work: "_Work", head: Head) -> None:
        self.head = head
        self._work = work

    async def totals(self, known: Known, pages: AsyncIterable[Sequence[Call]]) -> Totals:
        """Compare with these calls. Raises Invalid and Unavailable."""
        await self._work.tell(known)
        async for page in pages:
            await self._work.tell(page)
        self._work.end()
        return await self._work.answer(Totals)

    async def differences(self) -> AsyncIterator[list[Difference]]:
        """After `totals`: page by page, each kind in its order."""
        while (page := await self._work.answer_or_end(list[Difference])) is not None:
            yield page


@asynccontextmanager
async def comparing(content: bytes, asked: Asked) -> AsyncIterator[Comparing]:
    """The list, read. Raises Invalid, and Unavailable when the process fails or takes too long."""
    async with _working(content, asked, preview=False) as work:
        yield Comparing(work, await work.answer(Head))


class _Work:
    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._out, self._in = process.stdin, process.stdout

    async def write(self, content: bytes) -> None:
        view = memoryview(content)
        for first in range(0, len(content), PIECE):
            self._out.write(view[first : first + PIECE])
            await self._out.drain()

    async def tell(self, told: object) -> None:
        await self.write(msgspec.json.encode(told) + b"\n")

    def end(self) -> None:
        self._out.write_eof()

    async def answer(self, kind: type[Answer]) -> Answer:
        found = await self.answer_or_end(kind)
        if found is None:
            raise Unavailable("the list could not be processed; try again")
        return found

    async def answer_or_end(self, kind: type[Answer]) -> Answer | None:
        line = await self._in.readline()
        if not line:
            return None
        if line.startswith(b'{"error"'):
            trouble = msgspec.json.decode(line, type=Trouble)
            raise Invalid(trouble.error, field=trouble.field)
        return msgspec.json.decode(line, type=kind)


@asynccontextmanager
async def _working(content: bytes, asked: Asked, *, preview: bool) -> AsyncIterator[_Work]:
    if len(content) > MOST_BYTES:
        raise Invalid(f"the list is larger than {MOST_BYTES // 1024 // 1024} MB: split it, by days for instance")
    process = await asyncio.create_subprocess_exec(*PROGRAM, stdin=PIPE, stdout=PIPE, limit=LONGEST)
    try:
        async with asyncio.timeout(PATIENCE):
            work = _Work(process)
            await work.tell(Task(len(content), preview, asked))
            await work.write(content)
            yield work
    except (TimeoutError, ConnectionError, ValueError, msgspec.DecodeError) as error:
        raise Unavailable("the list could not be processed; try again") from error
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
