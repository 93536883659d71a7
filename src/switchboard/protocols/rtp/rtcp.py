"""Compound RTCP packets: what senders and receivers tell each other (RFC 3550, section 6)."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from switchboard.protocols.rtp.packet import RtpError

SENDER_REPORT: Final = 200
RECEIVER_REPORT: Final = 201
SOURCE_DESCRIPTION: Final = 202
GOODBYE: Final = 203

_COMMON: Final = struct.Struct("!BBH")
_SENDER: Final = struct.Struct("!IIIIII")
_BLOCK: Final = struct.Struct("!IIIIII")
_CNAME: Final = 1
_MOST_BLOCKS: Final = 31


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """How one stream is received (6.4.1).

    ssrc: the stream. fraction: share lost since the last report, in 256ths, 0-255. lost: packets lost so far,
    signed 24 bits. highest: extended highest sequence number. jitter: in timestamp units. last_report: the
    middle 32 bits of the last sender report's NTP time, 0 = none came. delay: since then, in 1/65536 s.
    """

    ssrc: int
    fraction: int
    lost: int
    highest: int
    jitter: int
    last_report: int
    delay: int


@dataclass(frozen=True, slots=True)
class SenderReport:
    """ntp: 64-bit NTP time of sending. timestamp: the same moment in RTP units."""

    ssrc: int
    ntp: int
    timestamp: int
    packets: int
    octets: int
    blocks: Sequence[ReportBlock] = ()


@dataclass(frozen=True, slots=True)
class ReceiverReport:
    """From one who sends no sound."""

    ssrc: int
    blocks: Sequence[ReportBlock] = ()


@dataclass(frozen=True, slots=True)
class Goodbye:
    """These streams end (6.6)."""

    ssrcs: Sequence[int]


Rtcp = SenderReport | ReceiverReport | Goodbye


def is_rtcp(data: bytes) -> bool:
    """Whether a datagram on a port shared with RTP is RTCP (RFC 5761, section 4)."""
    return len(data) >= 2 and data[0] >> 6 == 2 and 192 <= data[1] <= 223


def parse_rtcp(data: bytes) -> list[Rtcp]:
    """The reports and goodbyes of a compound packet, in order; other kinds are passed over.

    Raises RtpError when it is no RTCP or a length contradicts.
    """
    found: list[Rtcp] = []
    for kind, count, body in _parts(data):
        if kind == SENDER_REPORT:
            found.append(_sender_report(body, count))
        elif kind == RECEIVER_REPORT:
            _need(body, 4)
            found.append(ReceiverReport(_ssrc(body, 0), _blocks(body, 4, count)))
        elif kind == GOODBYE:
            _need(body, 4 * count)
            found.append(Goodbye([_ssrc(body, 4 * at) for at in range(count)]))
    return found


def _parts(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(packet type, count, body) of each packet in the compound."""
    at = 0
    while at < len(data):
        if at + 4 > len(data):
            raise RtpError("cut off in an RTCP header")
        first, kind, words = _COMMON.unpack_from(data, at)
        end = at + 4 + 4 * words
        if first >> 6 != 2 or end > len(data):
            raise RtpError("not RTCP, or cut off")
        padding = data[end - 1] if first & 0x20 and words else 0
        if padding > 4 * words:
            raise RtpError("padding longer than the packet")
        yield kind, first & 0x1F, data[at + 4 : end - padding]
        at = end


def _sender_report(body: bytes, count: int) -> SenderReport:
    _need(body, _SENDER.size)
    ssrc, seconds, fraction, timestamp, packets, octets = _SENDER.unpack_from(body)
    blocks = _blocks(body, _SENDER.size, count)
    return SenderReport(ssrc, seconds << 32 | fraction, timestamp, packets, octets, blocks)


def _blocks(body: bytes, begin: int, count: int) -> list[ReportBlock]:
    _need(body, begin + count * _BLOCK.size)
    return [_block(body, begin + at * _BLOCK.size) for at in range(count)]


def _block(body: bytes, begin: int) -> ReportBlock:
    ssrc, losses, highest, jitter, last_report, delay = _BLOCK.unpack_from(body, begin)
    lost = losses & 0xFFFFFF
    if lost & 0x800000:
        lost -= 1 << 24
    return ReportBlock(ssrc, losses >> 24, lost, highest, jitter, last_report, delay)


def _ssrc(body: bytes, begin: int) -> int:
    return int.from_bytes(body[begin : begin + 4], "big")


def _need(body: bytes, size: int) -> None:
    if len(body) < size:
        raise RtpError("an RTCP packet is shorter than it says")


def build_rtcp(report: SenderReport | ReceiverReport, cname: str) -> bytes:
    """A compound of the report and the description that must go with it (6.1).

    cname: names the sender's end for all its streams, ASCII, at most 255 characters. Raises ValueError for
    more than 31 blocks.
    """
    if len(report.blocks) > _MOST_BLOCKS:
        raise ValueError("more than 31 report blocks")
    blocks = b"".join(_build_block(block) for block in report.blocks)
    if isinstance(report, SenderReport):
        sender = _SENDER.pack(
            report.ssrc,
            report.ntp >> 32,
            report.ntp & 0xFFFFFFFF,
            report.timestamp,
            report.packets & 0xFFFFFFFF,
            report.octets & 0xFFFFFFFF,
        )
        head = _packet(SENDER_REPORT, len(report.blocks), sender + blocks)
    else:
        head = _packet(RECEIVER_REPORT, len(report.blocks), struct.pack("!I", report.ssrc) + blocks)
    return head + _description(report.ssrc, cname)


def build_goodbye(ssrc: int) -> bytes:
    """Our stream ends (6.6)."""
    return _packet(GOODBYE, 1, struct.pack("!I", ssrc))


def _build_block(block: ReportBlock) -> bytes:
    losses = block.fraction << 24 | block.lost & 0xFFFFFF
    return _BLOCK.pack(block.ssrc, losses, block.highest & 0xFFFFFFFF, block.jitter, block.last_report, block.delay)


def _description(ssrc: int, cname: str) -> bytes:
    name = cname.encode("ascii")
    chunk = struct.pack("!IBB", ssrc, _CNAME, len(name)) + name
    # An item list ends with at least one zero byte and fills its 32-bit word (6.5).
    chunk += bytes(4 - len(chunk) % 4)
    return _packet(SOURCE_DESCRIPTION, 1, chunk)


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return _COMMON.pack(0x80 | count, kind, len(body) // 4) + body
