"""Messages on a stream: however it is cut, the same come out."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.protocols.sip.framing import StreamFramer
from switchboard.protocols.sip.message import SipParseError

ONE = b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 4\r\n\r\nab\r\n"
TWO = b"SIP/2.0 200 OK\r\nl: 0\r\n\r\n"
STREAM = ONE + b"\r\n\r\n" + TWO + b"\r\n" + ONE


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_any_cutting(cuts: list[int]) -> None:
    framer = StreamFramer()
    edges = [0, *sorted(cuts), len(STREAM)]
    found: list[bytes] = []
    for start, end in pairwise(edges):
        found += framer.feed(STREAM[start:end])
    assert found == [ONE, TWO, ONE]
    assert framer.waiting == 0


def test_keep_alive_is_counted() -> None:
    framer = StreamFramer()
    assert framer.feed(b"\r\n\r\n" + ONE) == [ONE]
    assert framer.pings == 1


@pytest.mark.parametrize(
    "data",
    [
        b"OPTIONS sip:a SIP/2.0\r\nX: y\r\n\r\n",
        b"OPTIONS sip:a SIP/2.0\r\nContent-Length: -1\r\n\r\n",
        b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 99999999\r\n\r\n",
        b"X" * 20_000,
    ],
)
def test_stream_that_cannot_be_read_on(data: bytes) -> None:
    with pytest.raises(SipParseError):
        StreamFramer().feed(data)


@given(st.lists(st.binary(max_size=40), max_size=10))
def test_any_bytes(pieces: list[bytes]) -> None:
    framer = StreamFramer()
    try:
        for piece in pieces:
            framer.feed(piece)
    except SipParseError:
        return
