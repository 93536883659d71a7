"""Files made of recordings, in the background: one niced process per file, so that no call waits for it."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from switchboard.kit.clock import Clock
from switchboard.kit.errors import Unavailable
from switchboard.quality import store
from switchboard.quality.model import ExportLine, ExportState, Format, RecordingLine, Waveform
from switchboard.storage.database import Database
from switchboard.storage.jobs import Job, Jobs
from switchboard.storage.worker import Worker

KIND: Final = "export recording"
WAVEFORM: Final = "waveform"

ATTEMPTS: Final = 3
PATIENCE: Final = 600.0
"""Seconds for one file: an hour of Opus takes about twenty."""

PROGRAM: Final = (sys.executable, "-m", "switchboard.quality.export_program")


class _Payload(msgspec.Struct, frozen=True):
    recording: str
    place: str
    format: str


class Exports:
    """Asks for files, makes them, knows which are there. folder: of recordings."""

    def __init__(self, database: Database, clock: Clock, jobs: Jobs, folder: Path) -> None:
        self._database = database
        self._clock = clock
        self._jobs = jobs
        self._folder = folder
        # One at a time: several would take the second core from calls.
        self._turn = asyncio.Lock()

    def serve(self, worker: Worker) -> None:
        """Let this worker make files."""
        worker.on(KIND, self.make)

    def file(self, line: RecordingLine, format_: str) -> Path:
        """Where the file of that format is, when it is there."""
        return (self._folder / line.place).with_suffix(f".{format_}")

    async def waveform(self, organization: str, line: RecordingLine) -> Waveform | None:
        """The waveform; None while it is being made, which this asks for."""
        path = self.file(line, WAVEFORM)
        try:
            text = await asyncio.to_thread(path.read_bytes)
        except FileNotFoundError:
            async with self._database.transaction() as connection:
                await self._add(connection, organization, line, WAVEFORM)
            return None
        return msgspec.json.decode(text, type=Waveform)

    async def ask(self, organization: str, line: RecordingLine, format_: Format, *, by: str) -> ExportLine:
        """Ask for a file, which may be there already. by: a person's id."""
        known = await self.state(organization, line, format_)
        if known is not None and known.state is ExportState.READY:
            return known
        values = {
            "organization": organization,
            "recording": line.id,
            "format": format_.value,
            "place": line.place,
            "state": ExportState.WAITING.value,
            "by": by,
            "asked_at": self._clock.now(),
            "made_at": None,
            "size": None,
        }
        async with self._database.transaction() as connection:
            await connection.execute(self._database.dialect.upsert(store.recording_export, values))
            await self._add(connection, organization, line, format_.value)
        return ExportLine(line.id, format_, ExportState.WAITING, None)

    async def state(self, organization: str, line: RecordingLine, format_: Format) -> ExportLine | None:
        """How far an export is, None when nobody asked for it."""
        async with self._database.reading() as connection:
            return await store.export(connection, organization, line.id, format_)

    async def make(self, job: Job) -> None:
        """Do a job. Raises Unavailable when it failed, to be tried again."""
        asked = msgspec.json.decode(job.payload, type=_Payload)
        source = self._folder / asked.place
        wanted = [asked.format]
        if asked.format != WAVEFORM and not source.with_suffix(f".{WAVEFORM}").exists():
            wanted.append(WAVEFORM)
        try:
            async with self._turn:
                sizes = await _run(source, wanted)
        except Unavailable:
            if job.attempt >= job.attempts:
                await self._note(job.organization, asked, ExportState.FAILED, None)
            raise
        await self._note(job.organization, asked, ExportState.READY, sizes[asked.format])

    async def _note(self, organization: str, asked: _Payload, state: ExportState, size: int | None) -> None:
        if asked.format == WAVEFORM:
            return
        table = store.recording_export
        async with self._database.transaction() as connection:
            await connection.execute(
                table.update()
                .where(
                    table.c.organization == organization,
                    table.c.recording == asked.recording,
                    table.c.format == asked.format,
                )
                .values(state=state.value, size=size, made_at=self._clock.now())
            )

    async def _add(self, connection: Any, organization: str, line: RecordingLine, format_: str) -> None:
        payload = msgspec.json.encode(_Payload(line.id, line.place, format_))
        await self._jobs.add(connection, organization, KIND, payload, key=f"{line.id} {format_}", attempts=ATTEMPTS)


async def _run(source: Path, wanted: Sequence[str]) -> dict[str, int]:
    """Let the program make the files; returns their sizes. Raises Unavailable."""
    asked = msgspec.json.encode({"source": str(source), "wanted": list(wanted)}) + b"\n"
    process = await asyncio.create_subprocess_exec(*PROGRAM, stdin=PIPE, stdout=PIPE)
    try:
        answered, _ = await asyncio.wait_for(process.communicate(asked), PATIENCE)
        answer = msgspec.json.decode(answered)
    except (TimeoutError, msgspec.DecodeError) as error:
        raise Unavailable("the export did not come to an end") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if "error" in answer:
        raise Unavailable(f"the export failed: {answer['error']}")
    sizes: dict[str, int] = answer["sizes"]
    return sizes
