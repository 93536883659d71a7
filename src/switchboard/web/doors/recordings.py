"""Recordings that are there."""

from pathlib import Path
from typing import Protocol

from switchboard.web.doors.session import Who
from switchboard.web.messages.recordings import (
    ExportFormat,
    RecordingExport,
    RecordingList,
    RecordingWaveform,
)


class RecordedSound(Protocol):
    """A recording as a WAV file of `size` bytes."""

    @property
    def size(self) -> int: ...

    def read(self, begin: int, end: int) -> bytes:
        """The bytes [begin, end). Reads a file: call it in a thread. Raises OSError."""
        ...


class RecordingsDoor(Protocol):
    """Who may not hear a recording is refused; who hears or downloads one, or tries to, stands in the audit."""

    async def of_contact(self, who: Who, contact: str) -> RecordingList:
        """Raises NotFound for a contact that this person may not see."""
        ...

    async def sound(self, who: Who, recording: str) -> RecordedSound:
        """Raises NotFound, Refused, Conflict while it is being made, Unavailable for an unreadable file."""
        ...

    async def waveform(self, who: Who, recording: str) -> RecordingWaveform: ...

    async def ask_export(self, who: Who, recording: str, format_: ExportFormat) -> RecordingExport: ...

    async def export(self, who: Who, recording: str, format_: ExportFormat) -> RecordingExport:
        """Raises NotFound when nobody asked for it."""
        ...

    async def file(self, who: Who, recording: str, format_: ExportFormat) -> Path:
        """The finished file. Raises Conflict before it is ready."""
        ...
