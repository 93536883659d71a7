"""Header and chunks of a recording.

File := magic "SWBREC", format (2 bytes), length of the header (4), its CRC-32 (4), the header (JSON), chunk*
Chunk := number (4), kind (1), cipher (1), zero (2), samples (4), length (4), CRC-32 (4), payload

All numbers are big-endian. The CRC of a chunk covers its head without the CRC, and its payload. A chunk that
is cut off or does not check out ends the recording: it was being written when its writer died.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Final, NamedTuple

import msgspec

FORMAT: Final = 1
"""The number of this format; a reader refuses a later one."""

RATE: Final = 8_000
CHANNELS: Final = 2
"""The caller left, the agent right."""

LONGEST_HEADER: Final = 4_096
LONGEST_CHUNK: Final = 10 * 60 * RATE
"""Samples that one chunk may stand for."""

SILENCE: Final = 0xFF
"""Of mu-law."""

_MAGIC: Final = b"SWBREC"
_BEGIN: Final = struct.Struct(">6sHII")
_HEAD: Final = struct.Struct(">IBBHII")
_SUM: Final = struct.Struct(">I")
HEAD_SIZE: Final = _HEAD.size + _SUM.size


class RecordingError(Exception):
    """The bytes are no recording that this program can read."""


class Kind(IntEnum):
    """What a chunk stands for."""

    SOUND = 1
    """Mu-law, the left and the right sample of each moment side by side: 2 bytes per sample."""
    PAUSED = 2
    """Time that was not recorded because somebody paused the recording; no payload."""
    HELD = 3
    """Time that was not recorded because the customer was on hold; no payload."""
    END = 4
    """The recording was ended properly; no payload, no samples."""


class Header(msgspec.Struct, frozen=True):
    """Whose recording it is, by ids. started_at: UTC epoch microseconds of the first sample."""

    organization: str
    recording: str
    contact: str
    engagement: str
    started_at: int
    rate: int = RATE
    channels: int = CHANNELS
    coding: str = "mu-law"


class Chunk(NamedTuple):
    """number: 0 for the first, each one more. samples: moments that it stands for.

    cipher: 0 for plain; other numbers are for encryption of the payload, chunk by chunk.
    """

    number: int
    kind: int
    samples: int
    payload: bytes = b""
    cipher: int = 0


class Recording(NamedTuple):
    """What a file holds. ended: closed properly. good: bytes up to the end of the last good chunk.

    torn: whether something follows that is no good chunk.
    """

    header: Header
    chunks: Sequence[Chunk]
    ended: bool
    good: int
    torn: bool

    @property
    def samples(self) -> int:
        """Moments from the beginning to the end, gaps included."""
        return sum(chunk.samples for chunk in self.chunks)


def build_header(header: Header) -> bytes:
    """What a file begins with."""
    text = msgspec.json.encode(header)
    return _BEGIN.pack(_MAGIC, FORMAT, len(text), zlib.crc32(text)) + text


def build_chunk(chunk: Chunk) -> bytes:
    """What is appended for a chunk."""
    head = _HEAD.pack(chunk.number, chunk.kind, chunk.cipher, 0, chunk.samples, len(chunk.payload))
    return b"".join((head, _SUM.pack(zlib.crc32(chunk.payload, zlib.crc32(head))), chunk.payload))


def read_header(data: bytes) -> tuple[Header, int]:
    """The header and where the chunks begin. Raises RecordingError."""
    if len(data) < _BEGIN.size:
        raise RecordingError("too short for a recording")
    magic, number, length, total = _BEGIN.unpack_from(data)
    if magic != _MAGIC:
        raise RecordingError("not a recording")
    if number != FORMAT:
        raise RecordingError(f"a recording of format {number}; this program reads format {FORMAT}")
    text = data[_BEGIN.size : _BEGIN.size + length]
    if length > LONGEST_HEADER or len(text) < length or zlib.crc32(text) != total:
        raise RecordingError("the header is damaged")
    try:
        header = msgspec.json.decode(text, type=Header)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise RecordingError("the header is not one of a recording") from error
    if (header.rate, header.channels, header.coding) != (RATE, CHANNELS, "mu-law"):
        raise RecordingError("sound in a coding that this program cannot read")
    return header, _BEGIN.size + length


def read_chunks(data: bytes, at: int = 0, number: int = 0) -> Iterator[tuple[Chunk, int]]:
    """The good chunks from `at` on, each with the place after it. number: of the first.

    Raises RecordingError for a good chunk that is encrypted.
    """
    while (found := _chunk(data, at, number)) is not None:
        yield found
        number, at = number + 1, found[1]


def read(data: bytes) -> Recording:
    """The whole file. Raises RecordingError when its header is not good; a torn end is no error."""
    header, good = read_header(data)
    chunks: list[Chunk] = []
    ended = False
    for chunk, after in read_chunks(data, good):
        good = after
        ended = chunk.kind == Kind.END
        if ended:
            break
        chunks.append(chunk)
    return Recording(header, chunks, ended, good, torn=good < len(data))


def _chunk(data: bytes, at: int, number: int) -> tuple[Chunk, int] | None:
    body = at + HEAD_SIZE
    if body > len(data):
        return None
    given, kind, cipher, _, samples, length = _HEAD.unpack_from(data, at)
    payload = data[body : body + length]
    if given != number or len(payload) < length or not _sound(kind, samples, length):
        return None
    (total,) = _SUM.unpack_from(data, at + _HEAD.size)
    if zlib.crc32(payload, zlib.crc32(data[at : at + _HEAD.size])) != total:
        return None
    if cipher:
        raise RecordingError("the recording is encrypted; this program has no key")
    return Chunk(number, kind, samples, payload), body + length


def _sound(kind: int, samples: int, length: int) -> bool:
    """Whether a chunk of this kind may have so many samples and bytes."""
    if samples > LONGEST_CHUNK:
        return False
    if kind == Kind.SOUND:
        return length == CHANNELS * samples
    return length == 0 and (kind in (Kind.PAUSED, Kind.HELD) or (kind == Kind.END and samples == 0))
