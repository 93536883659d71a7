"""RTP packets: total, and what was built is read back."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.protocols.rtp.packet import RtpError, RtpPacket, parse_rtp

U16, U32 = st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)


@given(st.builds(RtpPacket, st.integers(0, 127), U16, U32, U32, st.binary(max_size=200), st.booleans()))
def test_what_was_built_is_read_back(packet: RtpPacket) -> None:
    assert parse_rtp(packet.build()) == packet


@given(st.binary(max_size=80))
def test_parsing_is_total(data: bytes) -> None:
    for candidate in (data, b"\x80" + data, b"\xbf" + data):
        try:
            parse_rtp(candidate)
        except RtpError:
            continue


@given(st.binary(max_size=40), st.lists(U32, max_size=15), st.binary(max_size=5), st.integers(0, 9))
def test_extras_are_taken_out(payload: bytes, sources: list[int], words: bytes, padding: int) -> None:
    first = 0x90 | len(sources) | (0x20 if padding else 0)
    data = struct.pack("!BBHII", first, 8, 1, 2, 3)
    data += b"".join(struct.pack("!I", source) for source in sources)
    data += struct.pack("!HH", 0xBEDE, len(words)) + bytes(4 * len(words)) + payload
    data += bytes(padding - 1) + bytes([padding]) if padding else b""
    assert parse_rtp(data) == RtpPacket(8, 1, 2, 3, payload)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80" * 11,
        b"\x00" + bytes(11),
        b"\x8f" + bytes(11),
        b"\x90" + bytes(14),
        b"\x90" + bytes(13) + b"\xff\xff",
        b"\xa0" + bytes(11) + b"\x00",
        b"\xa0" + bytes(11) + b"\x05",
    ],
)
def test_what_is_no_packet_is_refused(data: bytes) -> None:
    with pytest.raises(RtpError):
        parse_rtp(data)
