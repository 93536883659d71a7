"""Recordings behind their door, simulated."""

from pathlib import Path

from switchboard.kit.errors import Conflict, NotFound, Refused
from switchboard.web.doors.session import Who
from switchboard.web.messages.recordings import (
    ExportFormat,
    RecordingExport,
    RecordingGap,
    RecordingItem,
    RecordingList,
    RecordingWaveform,
)


class SimulatedSound:
    """1,000 bytes that say where they are."""

    size = 1_000

    def read(self, begin: int, end: int) -> bytes:
        return bytes(at % 251 for at in range(begin, end))


class SimulatedRecordings:
    """Contact `c1` has the recording `r1`; agents may not hear it. ready: whether background work is done."""

    def __init__(self) -> None:
        self.folder = Path("/nonexistent")
        self.ready = False

    async def of_contact(self, who: Who, contact: str) -> RecordingList:
        if contact != "c1":
            raise NotFound("There is no such contact")
        item = RecordingItem(
            id="r1",
            engagement="e1",
            agent_name="Ada",
            queue_name="Support",
            state="kept",
            started_at=1,
            ended_at=2,
            seconds=60.0,
            expires_at=3,
            may_listen="supervisor" in who.roles,
        )
        return RecordingList(recordings=[item])

    def _check(self, who: Who, recording: str) -> None:
        if recording != "r1":
            raise NotFound("There is no such recording")
        if "supervisor" not in who.roles:
            raise Refused("You may not listen to this recording")

    async def sound(self, who: Who, recording: str) -> SimulatedSound:
        self._check(who, recording)
        return SimulatedSound()

    async def waveform(self, who: Who, recording: str) -> RecordingWaveform:
        self._check(who, recording)
        return RecordingWaveform(
            ready=self.ready,
            seconds=1.0,
            per_second=2,
            left=[1, 2],
            right=[3, 0],
            gaps=[RecordingGap(begin=0.5, end=1.0, why="paused")],
        )

    async def ask_export(self, who: Who, recording: str, format_: ExportFormat) -> RecordingExport:
        self._check(who, recording)
        return RecordingExport(format=format_, state="ready" if self.ready else "waiting", size=None)

    export = ask_export

    async def file(self, who: Who, recording: str, format_: ExportFormat) -> Path:
        self._check(who, recording)
        if not self.ready:
            raise Conflict("This export is not ready; ask for it and wait")
        path = self.folder / f"r1.{format_}"
        path.write_bytes(b"sound")
        return path
