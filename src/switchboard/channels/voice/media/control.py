"""The control line between the main process and a media worker: one JSON object per line, both ways.

Commands go down, are carried out at the next tick, and are not answered unless their docstring says so; reports
come up. Both sides are built from one version of the program, so the messages carry no version.
"""

from collections.abc import Iterator
from typing import Final, Generic, TypeVar

import msgspec

from switchboard.channels.voice.media.events import MediaEvent
from switchboard.protocols.recording.chunks import Header

Gain = float


class Open(msgspec.Struct, frozen=True, tag="open"):
    """Take the reserved `port` into use for a new leg."""

    leg: int
    port: int


class OpenWebRtc(msgspec.Struct, frozen=True, tag="open_webrtc"):
    """Answer a browser's offer; `addresses` are ours that it can reach.

    Answered by WebRtcAnswer or WebRtcRefused.
    """

    leg: int
    offer: str
    addresses: list[str]


class Connect(msgspec.Struct, frozen=True, tag="connect"):
    """Where the far end of a leg is and how it codes sound; see `MediaLeg.connect`."""

    leg: int
    host: str
    port: int
    payload_type: int
    telephone_event: int | None
    also_from: list[str]
    rtcp_port: int


class SetMatrix(msgspec.Struct, frozen=True, tag="matrix"):
    """Who hears whom in a call: (destination, [(source, gain), ...]). Replaces what was said before."""

    call: str
    hears: list[tuple[int, list[tuple[int, Gain]]]]


class Play(msgspec.Struct, frozen=True, tag="play"):
    """Play files one after the other; told as PlayEnded(play)."""

    leg: int
    play: int
    sounds: list[str]
    loop: bool


class StopPlaying(msgspec.Struct, frozen=True, tag="stop_playing"):
    leg: int


class Background(msgspec.Struct, frozen=True, tag="background"):
    """What a leg hears when nothing else is there: a looped `music` file, silence frames, or nothing sent."""

    leg: int
    music: str
    silence: bool


class Mute(msgspec.Struct, frozen=True, tag="mute"):
    leg: int
    on: bool


class SendDigits(msgspec.Struct, frozen=True, tag="send_digits"):
    leg: int
    digits: str


class Record(msgspec.Struct, frozen=True, tag="record"):
    """Record what two legs say into a new file; said again with other legs it goes on with those.

    left, right: None is silence. Answered by RecordingClosed or RecordingFailed, once.
    """

    header: Header
    path: str
    left: int | None
    right: int | None


class PauseRecording(msgspec.Struct, frozen=True, tag="pause_recording"):
    """From now on a gap of this kind (`chunks.Kind`), or sound again when it is None."""

    recording: str
    gap: int | None


class StopRecording(msgspec.Struct, frozen=True, tag="stop_recording"):
    recording: str


class Close(msgspec.Struct, frozen=True, tag="close"):
    """The leg ends; answered by Closed."""

    leg: int


ToLeg = Open | OpenWebRtc | Connect | Play | StopPlaying | Background | Mute | SendDigits | Close
ToTape = Record | PauseRecording | StopRecording
Command = ToLeg | ToTape | SetMatrix


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The worker can be used. scheduling: the class it got (`fifo`, `nice -10` or `normal`)."""

    pid: int
    scheduling: str


class Ports(msgspec.Struct, frozen=True, tag="ports"):
    """More ports are bound and may be taken into use."""

    ports: list[int]


class Told(msgspec.Struct, frozen=True, tag="told"):
    """A leg's event."""

    leg: int
    event: MediaEvent


class WebRtcAnswer(msgspec.Struct, frozen=True, tag="webrtc_answer"):
    leg: int
    sdp: str
    host: str
    port: int


class WebRtcRefused(msgspec.Struct, frozen=True, tag="webrtc_refused"):
    """The offer cannot be answered; `text` says why in a line for people.

    busy: the offer is well, but this worker cannot take it just now.
    """

    leg: int
    text: str
    busy: bool = False


class Closed(msgspec.Struct, frozen=True, tag="closed"):
    """The leg is gone; nothing more is told of it."""

    leg: int


class RecordingClosed(msgspec.Struct, frozen=True, tag="recording_closed"):
    """A recording is complete and on the disk. samples: moments that it stands for. size: bytes of its file."""

    recording: str
    samples: int
    size: int


class RecordingFailed(msgspec.Struct, frozen=True, tag="recording_failed"):
    """A recording's file could not be written (any more); what was written of it stays. why: for the log."""

    recording: str
    why: str


class Beat(msgspec.Struct, frozen=True, tag="beat"):
    """Once a second: the worker lives, and how it fares.

    legs: open now. late_p50, late_p99, late_worst: how late ticks started since the last beat, seconds.
    busy: share of the time spent in ticks, 0-1. skipped: ticks left out since the start.
    strangers: datagrams since the start that came from a wrong address or were no RTP. unsent: packets since
    the start that the operating system did not take. concealed: 10 ms pieces made up in mixes since the start.
    """

    legs: int
    late_p50: float
    late_p99: float
    late_worst: float
    busy: float
    skipped: int
    strangers: int
    unsent: int
    concealed: int


Report = Ready | Ports | Told | WebRtcAnswer | WebRtcRefused | Closed | RecordingClosed | RecordingFailed | Beat

Message = TypeVar("Message")

_ENCODER: Final = msgspec.json.Encoder()


def encode(message: Command | Report) -> bytes:
    """The message as one line."""
    return _ENCODER.encode(message) + b"\n"


class Lines(Generic[Message]):
    """Cuts a stream into lines and reads each as a message.

    decoder: of the union that this side receives. Raises msgspec.ValidationError or msgspec.DecodeError on
    a line that is none of them: the two processes do not belong together.
    """

    def __init__(self, decoder: msgspec.json.Decoder[Message]) -> None:
        self._decoder = decoder
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that `data` completes, in order."""
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            yield self._decoder.decode(line)


def command_lines() -> Lines[Command]:
    """For the worker's end."""
    return Lines(msgspec.json.Decoder(Command))


def report_lines() -> Lines[Report]:
    """For the main process's end."""
    return Lines(msgspec.json.Decoder(Report))
