"""Recordings of talks: the list of a contact's, their waveforms, exports. Times are UTC epoch microseconds."""

from typing import Literal

from switchboard.web.fields import Answer, Asked

ExportFormat = Literal["wav", "ogg"]

ShownRecording = Literal["off", "on", "paused", "stopped (disk low)", "stopped (not writable)"]
"""What an agent sees of the recording of his talk."""


class RecordingItem(Answer):
    id: str
    engagement: str
    agent_name: str
    queue_name: str
    state: Literal["recording", "kept", "lost", "deleted"]
    started_at: int
    ended_at: int | None
    seconds: float | None
    """Its length, gaps included; null while it is being made and when there is nothing of it."""
    expires_at: int
    """When it will be deleted."""
    may_listen: bool
    """Whether whoever asked may hear it."""


class RecordingList(Answer):
    recordings: list[RecordingItem]


class RecordingGap(Answer):
    """A stretch without sound, in seconds from the beginning."""

    begin: float
    end: float
    why: Literal["paused", "on hold"]


class RecordingWaveform(Answer):
    ready: bool
    """False while it is being made in the background; ask again soon."""
    seconds: float
    per_second: int
    left: list[int]
    """The customer: 0 to 100 for each stretch."""
    right: list[int]
    """The agent."""
    gaps: list[RecordingGap]


class ExportAsked(Asked):
    format: ExportFormat


class RecordingExport(Answer):
    format: ExportFormat
    state: Literal["waiting", "ready", "failed"]
    size: int | None
    """Bytes, once it is ready."""


class RecordAsked(Asked):
    on: bool
    """False leaves out what is said from now on."""
