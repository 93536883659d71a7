"""Keys pressed during a call, as RTP payloads (RFC 4733, section 2)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from switchboard.protocols.rtp.packet import RtpError

_PAYLOAD: Final = struct.Struct("!BBH")

KEYS: Final = "0123456789*#ABCD"
"""Event codes 0-15 (section 3.2)."""

RATE: Final = 8_000
FRAME: Final = 160
"""Timestamp units between two packets of one event: 20 ms."""

END_REPEATS: Final = 3
"""The last packet of an event is sent this often (2.5.1.4), so that losing one loses nothing."""


@dataclass(frozen=True, slots=True)
class TelephoneEvent:
    """code: 0-255, 0-15 are keys. end: the last packet of this event. volume: -dBm0, 0-63.

    duration: timestamp units since the event began, 0-65535.
    """

    code: int
    end: bool
    volume: int
    duration: int

    @property
    def key(self) -> str | None:
        """The key, None when the event is something else (a fax tone, a hook flash)."""
        return KEYS[self.code] if self.code < len(KEYS) else None

    def build(self) -> bytes:
        return _PAYLOAD.pack(self.code, (0x80 if self.end else 0) | self.volume, self.duration)


def parse_telephone_event(payload: bytes) -> TelephoneEvent:
    """The first event of a payload. Raises RtpError when it is shorter than one."""
    if len(payload) < _PAYLOAD.size:
        raise RtpError("shorter than a telephone event")
    code, flags, duration = _PAYLOAD.unpack_from(payload)
    return TelephoneEvent(code, bool(flags & 0x80), flags & 0x3F, duration)


@dataclass(frozen=True, slots=True)
class EventPacket:
    """What to send in one 20 ms frame. event None: a pause, send nothing.

    begun: frames ago that the event began (0 = the marker bit is set); the timestamp of all packets of one
    event is that of its beginning.
    """

    event: TelephoneEvent | None
    begun: int


class DigitsSeen:
    """Tells a press from its repeated packets: one answer per event, whatever is lost or swapped."""

    def __init__(self) -> None:
        self._last: tuple[int, int] | None = None

    def press(self, ssrc: int, timestamp: int, event: TelephoneEvent) -> str | None:
        """The key when this packet is the first seen of its event, else None.

        A packet older than the last event is a straggler. A new ssrc begins anew.
        """
        if event.key is None:
            return None
        if self._last is not None and self._last[0] == ssrc:
            ahead = (timestamp - self._last[1]) & 0xFFFFFFFF
            if ahead == 0 or ahead >= 1 << 31:
                return None
        self._last = (ssrc, timestamp)
        return event.key


def press_frames(digits: str, length: float = 0.1, pause: float = 0.06, volume: int = 10) -> Iterator[EventPacket]:
    """The frames, 20 ms each, that press `digits` one after the other.

    length, pause: seconds of a press and between two, rounded to frames. Raises ValueError for no such key.
    """
    for digit in digits:
        code = KEYS.index(digit)
        frames = max(round(length * RATE / FRAME), 1)
        for begun in range(frames):
            yield EventPacket(TelephoneEvent(code, False, volume, (begun + 1) * FRAME), begun)
        # The repeats of the end fill the pause that must follow anyway.
        quiet = max(round(pause * RATE / FRAME), END_REPEATS)
        for late in range(quiet):
            ended = TelephoneEvent(code, True, volume, frames * FRAME)
            yield EventPacket(ended if late < END_REPEATS else None, frames + late)
