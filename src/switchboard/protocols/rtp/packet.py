"""One RTP packet (RFC 3550, section 5.1)."""

import struct
from dataclasses import dataclass
from typing import Final

_HEADER: Final = struct.Struct("!BBHII")

HEADER_SIZE: Final = _HEADER.size
"""Bytes before the payload of a packet without extras: 12."""


class RtpError(ValueError):
    """The bytes are no RTP or RTCP packet."""


@dataclass(frozen=True, slots=True)
class RtpPacket:
    """payload_type 0-127, sequence 0-65535, timestamp and ssrc 0-2^32-1; contributing sources and header
    extensions are dropped when parsed.
    """

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False

    def build(self) -> bytes:
        """The packet as bytes, without extension or padding."""
        second = self.payload_type | (0x80 if self.marker else 0)
        return _HEADER.pack(0x80, second, self.sequence, self.timestamp, self.ssrc) + self.payload


def parse_rtp(data: bytes) -> RtpPacket:
    """Read a datagram. Raises RtpError when it is no RTP packet of version 2 or its lengths contradict."""
    if len(data) < HEADER_SIZE:
        raise RtpError("shorter than an RTP header")
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    if first >> 6 != 2:
        raise RtpError("not RTP version 2")
    begin = HEADER_SIZE + 4 * (first & 0x0F)
    if first & 0x10:
        begin += _extension_size(data, begin)
    end = len(data) - (data[-1] if first & 0x20 else 0)
    if first & 0x20 and data[-1] == 0:
        raise RtpError("padding of no bytes")
    if begin > end:
        raise RtpError("header and padding are longer than the packet")
    return RtpPacket(second & 0x7F, sequence, timestamp, ssrc, data[begin:end], bool(second & 0x80))


def _extension_size(data: bytes, begin: int) -> int:
    """Bytes of the header extension at `begin` (section 5.3.1)."""
    if begin + 4 > len(data):
        raise RtpError("cut off in the header extension")
    words: int = struct.unpack_from("!H", data, begin + 2)[0]
    return 4 + 4 * words
