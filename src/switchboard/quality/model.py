"""The nouns of recording. Times are UTC epoch microseconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple


class RecordingState(StrEnum):
    """How far a recording is."""

    RECORDING = "recording"
    KEPT = "kept"
    """It can be heard."""
    LOST = "lost"
    """Nothing of it reached the disk."""
    DELETED = "deleted"
    """Its time is over: file and exports are gone, this row says that there was one."""


RECORDING_MOVES: Final[Mapping[RecordingState, Mapping[RecordingState, str]]] = {
    RecordingState.RECORDING: {
        RecordingState.KEPT: "the talk ends, or its writer dies and sound is on the disk",
        RecordingState.LOST: "its writer dies and nothing is on the disk",
    },
    RecordingState.KEPT: {RecordingState.DELETED: "its retention is over"},
    RecordingState.LOST: {RecordingState.DELETED: "its retention is over"},
    RecordingState.DELETED: {},
}
"""Which state may follow which, and upon what."""


class Mark(StrEnum):
    """What happened to a recording while it was made."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    HELD = "customer on hold"
    TALKING = "customer back"
    ENDED = "ended"
    DISK_LOW = "stopped: disk low"
    FAILED = "stopped: not writable"
    CUT_OFF = "cut off"
    """Its writer died; what was on the disk is kept."""


class Tape(StrEnum):
    """What an agent sees of the recording of his talk."""

    OFF = "off"
    ON = "on"
    PAUSED = "paused"
    DISK_LOW = "stopped (disk low)"
    FAILED = "stopped (not writable)"


class Format(StrEnum):
    """What a recording can be exported to."""

    WAV = "wav"
    OGG = "ogg"


class ExportState(StrEnum):
    """Waiting or running -> ready | failed."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


class Talk(NamedTuple):
    """An engagement that begins, by ids."""

    organization: str
    client: str
    contact: str
    engagement: str
    queue: str
    agent: str


@dataclass(frozen=True, slots=True)
class RecordingLine:
    """A recording in a list. samples: 8,000 a second, gaps included; None while it is being made.

    place: its file in the folder of recordings.
    """

    id: str
    client: str
    contact: str
    engagement: str
    queue: str
    agent: str
    state: RecordingState
    started_at: int
    ended_at: int | None
    samples: int | None
    place: str
    agent_may_listen: bool
    expires_at: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without sound, in seconds from the beginning. why: `paused` or `on hold`."""

    begin: float
    end: float
    why: str


@dataclass(frozen=True, slots=True)
class Waveform:
    """How loud each side is over time: 0 to 100 for each of `per_second` stretches. Gaps are 0."""

    seconds: float
    per_second: int
    left: Sequence[int]
    right: Sequence[int]
    gaps: Sequence[Gap]


@dataclass(frozen=True, slots=True)
class ExportLine:
    """An export that was asked for. size: bytes, once it is ready."""

    recording: str
    format: Format
    state: ExportState
    size: int | None
