"""A recording as sound: WAV bytes from anywhere in it, its waveform, Ogg/Opus."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import IO, Final

import numpy as np
import numpy.typing as npt

from switchboard.audio.g711 import MU_DECODE
from switchboard.protocols.recording.chunks import (
    CHANNELS,
    RATE,
    SILENCE,
    Header,
    Kind,
    RecordingError,
    read_chunks,
    read_header,
)
from switchboard.quality.model import Gap, Waveform

PER_SECOND: Final = 20
"""Stretches of a waveform per second."""

WHY: Final = {Kind.PAUSED: "paused", Kind.HELD: "on hold"}

_MU_LAW: Final = 7
_PCM: Final = 1
_WINDOW: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Stretch:
    """A good chunk: from `first` on it stands for `samples` moments; its sound is at `at` in the file."""

    kind: int
    first: int
    samples: int
    at: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A recording's file: where everything is in it. good: bytes that are good; samples: from begin to end."""

    header: Header
    stretches: tuple[Stretch, ...]
    good: int
    samples: int
    ended: bool


def opened(file: IO[bytes]) -> Taken:
    """Look through a file, every checksum included. Raises RecordingError and OSError."""
    head = file.read(_WINDOW)
    header, at = read_header(head)
    stretches: list[Stretch] = []
    first, number = 0, 0
    rest, place = head[at:], at
    while rest:
        used = 0
        for chunk, after in read_chunks(rest, 0, number):
            if chunk.kind == Kind.END:
                return Taken(header, tuple(stretches), place + after, first, ended=True)
            stretches.append(Stretch(chunk.kind, first, chunk.samples, place + after - len(chunk.payload)))
            first, number, used = first + chunk.samples, number + 1, after
        place += used
        more = file.read(_WINDOW)
        rest = rest[used:] + more if more else b""
    return Taken(header, tuple(stretches), place, first, ended=False)


def scanned(path: Path) -> tuple[int, int, bool]:
    """(good bytes, samples, whether it was ended properly) of a file.

    Raises OSError, and RecordingError when nothing of it is good.
    """
    with path.open("rb") as file:
        taken = opened(file)
    if not taken.samples:
        raise RecordingError("there is no sound in it")
    return taken.good, taken.samples, taken.ended


def wav_header(samples: int, *, linear: bool = False) -> bytes:
    """The head of a stereo WAV of so many samples: mu-law, or 16 bits linear."""
    width = 2 * CHANNELS if linear else CHANNELS
    bits = 16 if linear else 8
    form = struct.pack("<HHIIHH", _PCM if linear else _MU_LAW, CHANNELS, RATE, RATE * width, width, bits)
    # What is not PCM has the size of its extension, and a fact chunk (Microsoft, Multimedia Data Standards 1994).
    head = b"fmt " + struct.pack("<I", len(form)) + form
    if not linear:
        head = b"fmt " + struct.pack("<I", len(form) + 2) + form + b"\0\0"
        head += b"fact" + struct.pack("<II", 4, samples)
    data = min(samples * width, 0xFFFFFFFF - 64)
    body = b"WAVE" + head + b"data" + struct.pack("<I", data)
    return b"RIFF" + struct.pack("<I", len(body) + data) + body


class WavView:
    """A recording as if it were a mu-law WAV file: any stretch of bytes, without making the file."""

    def __init__(self, path: Path) -> None:
        """Raises OSError and RecordingError."""
        self._path = path
        with path.open("rb") as file:
            self._taken = opened(file)
        self._head = wav_header(self._taken.samples)
        self.size: Final = len(self._head) + self._taken.samples * CHANNELS

    def read(self, begin: int, end: int) -> bytes:
        """The bytes [begin, end) of the WAV."""
        parts = [self._head[begin:end]]
        begin, end = max(begin - len(self._head), 0), max(end - len(self._head), 0)
        with self._path.open("rb") as file:
            for one in self._taken.stretches:
                low = max(begin, one.first * CHANNELS)
                high = min(end, (one.first + one.samples) * CHANNELS)
                if low < high:
                    parts.append(_bytes(file, one, low - one.first * CHANNELS, high - low))
        return b"".join(parts)


def blocks(path: Path) -> Iterator[npt.NDArray[np.uint8]]:
    """The sound, uint8 mu-law [samples, 2], chunk by chunk; gaps are silence. Raises OSError, RecordingError."""
    with path.open("rb") as file:
        for one in opened(file).stretches:
            sound = _bytes(file, one, 0, one.samples * CHANNELS)
            yield np.frombuffer(sound, np.uint8).reshape(-1, CHANNELS)


def waveform(path: Path) -> Waveform:
    """How loud each side is. Raises OSError and RecordingError."""
    with path.open("rb") as file:
        taken = opened(file)
    step = RATE // PER_SECOND
    peaks = np.zeros((-(-taken.samples // step), CHANNELS), np.int64)
    at = 0
    for block in blocks(path):
        loud = np.abs(MU_DECODE[block].astype(np.int32))
        np.maximum.at(peaks, (at + np.arange(len(block))) // step, loud)
        at += len(block)
    # By the square root: speech that is 20 dB quieter is a third as high, not a tenth.
    shown = np.round(100 * np.sqrt(peaks / 32_124)).astype(int).clip(0, 100)
    return Waveform(taken.samples / RATE, PER_SECOND, shown[:, 0].tolist(), shown[:, 1].tolist(), gaps(taken))


def gaps(taken: Taken) -> list[Gap]:
    """Where nothing was recorded, and why; neighbours of one kind are one gap."""
    found: list[Gap] = []
    for kind, same in groupby(taken.stretches, key=lambda one: one.kind):
        part = list(same)
        if kind in WHY:
            last = part[-1]
            found.append(Gap(part[0].first / RATE, (last.first + last.samples) / RATE, WHY[Kind(kind)]))
    return found


def write_wav(path: Path, to: IO[bytes]) -> None:
    """A stereo WAV of 16 bits, which every program reads. Raises OSError and RecordingError."""
    with path.open("rb") as file:
        to.write(wav_header(opened(file).samples, linear=True))
    for block in blocks(path):
        to.write(MU_DECODE[block].astype("<i2").tobytes())


def write_ogg(path: Path, to: IO[bytes]) -> None:
    """Ogg/Opus, stereo, 24 kbit/s: 0.15 MB a minute. Raises OSError and RecordingError."""
    # 30 MB that only the export program spends.
    import av

    with av.open(to, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE)
        stream.layout = "stereo"
        stream.bit_rate = 24_000
        stream.options = {"application": "voip", "frame_duration": "60"}
        at = 0
        for block in blocks(path):
            samples = np.ascontiguousarray(MU_DECODE[block].reshape(1, -1))
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
            at += len(block)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _bytes(file: IO[bytes], one: Stretch, offset: int, count: int) -> bytes:
    if one.kind != Kind.SOUND:
        return bytes([SILENCE]) * count
    file.seek(one.at + offset)
    return file.read(count)
