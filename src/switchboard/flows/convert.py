"""Any sound file to telephone sound: 8 kHz mono mu-law without a header (ITU-T G.711), the `.ul` files.

Everything here computes for long and belongs in a thread (`asyncio.to_thread`); FFmpeg works outside the
interpreter's lock.
"""

import io
import struct
from collections.abc import Iterable, Iterator
from typing import Final

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from switchboard.audio.g711 import MU_DECODE
from switchboard.kit.errors import Invalid

RATE: Final = 8_000
SILENCE: Final = 0xFF
"""Mu-law of zero."""
FRAME: Final = 160
"""Samples of 20 ms: every sound is padded to whole packets."""
LONGEST: Final = 15 * 60
"""Seconds a sound may last."""
SHORTEST: Final = 0.05
LARGEST: Final = 64 * 1024 * 1024
_BROKEN_SHARE: Final = 0.02


def telephone_sound(data: bytes) -> bytes:
    """WAV, MP3, Ogg or FLAC as mu-law, padded to whole 20 ms. Raises Invalid saying what is wrong with it."""
    if len(data) > LARGEST:
        raise Invalid(f"the sound file is larger than {LARGEST // 1024 // 1024} MB")
    form = _form(data)
    if form == "wav":
        _check_wav(data)
    try:
        with av.open(io.BytesIO(data), mode="r", format=form) as container:
            if not container.streams.audio:
                raise Invalid("the file holds no sound")
            return _encoded(_limited(_decoded(container)))
    except (av.error.FFmpegError, ValueError, OverflowError) as error:
        raise Invalid(f"the file cannot be read as {form} sound: {_reason(error)}") from error


def from_samples(samples: bytes, rate: int) -> bytes:
    """Signed 16-bit mono samples as mu-law, padded to whole 20 ms. rate: samples per second.

    What has no samples (a text without a word) becomes 20 ms of silence: whatever plays it hears its end.
    """
    if len(samples) < 2:
        return bytes([SILENCE]) * FRAME
    frame = AudioFrame(format="s16", layout="mono", samples=len(samples) // 2)
    frame.planes[0].update(samples[: frame.samples * 2].ljust(frame.planes[0].buffer_size, b"\0"))
    frame.sample_rate = rate
    return _encoded([frame])


def wav(sound: bytes) -> bytes:
    """Mu-law as a WAV file of signed 16-bit samples, which every browser plays."""
    samples = MU_DECODE.take(np.frombuffer(sound, dtype=np.uint8)).astype("<i2").tobytes()
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, RATE * 2, 2, 16)
    data = struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI4s", b"RIFF", 4 + len(form) + len(data), b"WAVE") + form + data


def _form(data: bytes) -> str:
    """The format by its first bytes. Never guessed by FFmpeg: some of its formats open other files."""
    if data[:4] in {b"RIFF", b"RF64"} and data[8:12] == b"WAVE":
        return "wav"
    if data[:4] == b"OggS":
        return "ogg"
    if data[:4] == b"fLaC":
        return "flac"
    if data[:3] == b"ID3" or (len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0):
        return "mp3"
    raise Invalid("the file is not a WAV, MP3, Ogg or FLAC sound" if data else "the file is empty")


def _check_wav(data: bytes) -> None:
    """A WAV that was cut off decodes without complaint: compare the announced length with the file's."""
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"data":
            # 0 and all ones: written by programs that stream and do not know the length.
            if size not in {0, 0xFFFFFFFF} and at + 8 + size > len(data):
                there = len(data) - at - 8
                raise Invalid(f"the WAV file is cut off: {there} of {size} bytes of sound are there")
            return
        at += 8 + size + size % 2
    raise Invalid("the WAV file holds no sound")


def _decoded(container: av.container.InputContainer) -> Iterator[AudioFrame]:
    """The frames of the first sound stream; Invalid when more than a few packets are broken."""
    packets = broken = 0
    stream = container.streams.audio[0]
    for packet in container.demux(stream):
        packets += 1
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            # An odd packet is common in MP3 files (tags, a missing bit reservoir at the start).
            broken += 1
    if broken > max(2, packets * _BROKEN_SHARE):
        raise Invalid(f"the sound is damaged: {broken} of {packets} pieces cannot be decoded")


def _limited(frames: Iterable[AudioFrame]) -> Iterator[AudioFrame]:
    seconds = 0.0
    for frame in frames:
        seconds += frame.samples / frame.sample_rate
        if seconds > LONGEST:
            raise Invalid(f"the sound is longer than {LONGEST // 60} minutes")
        yield frame
    if seconds < SHORTEST:
        raise Invalid("the file holds no sound")


def _encoded(frames: Iterable[AudioFrame]) -> bytes:
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
    encoder = av.AudioCodecContext.create("pcm_mulaw", "w")
    encoder.sample_rate = RATE
    encoder.format = "s16"
    encoder.layout = "mono"
    encoded = bytearray()
    for frame in frames:
        # Its own times make the resampler insert or drop samples; here only the samples matter.
        frame.pts = None
        for part in resampler.resample(frame):
            encoded += b"".join(bytes(packet) for packet in encoder.encode(part))
    for part in resampler.resample(None):
        encoded += b"".join(bytes(packet) for packet in encoder.encode(part))
    return bytes(encoded.ljust(-(-len(encoded) // FRAME) * FRAME, bytes([SILENCE])))


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return text.splitlines()[0][:120] if text else "damaged"
