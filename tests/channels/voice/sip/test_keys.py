"""Keys by SIP INFO."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.channels.voice.sip.keys import PLAIN, RELAY, key_in_info


@pytest.mark.parametrize(
    ("content_type", "body", "key"),
    [
        (RELAY, b"Signal=5\r\nDuration=160\r\n", "5"),
        (RELAY, b"Signal= *\r\nDuration= 250\r\n", "*"),
        (RELAY, b"signal=#", "#"),
        (RELAY, b"Duration=100\nSignal=d\n", "D"),
        (RELAY, b"Signal=10\r\n", "*"),
        (RELAY, b"Signal=11\r\n", "#"),
        (RELAY, b"Signal=16\r\n", None),
        (RELAY, b"Signal=\r\n", None),
        (PLAIN, b"9", "9"),
        (PLAIN, b" 0\r\n", "0"),
        (PLAIN, b"Signal=3\r\n", "3"),
        (PLAIN, b"", None),
        ("application/sdp", b"Signal=5", None),
    ],
)
def test_the_key_of_an_info(content_type: str, body: bytes, key: str | None) -> None:
    assert key_in_info(content_type, body) == key


@given(st.sampled_from([RELAY, PLAIN, ""]), st.binary() | st.binary().map(lambda rest: b"Signal=" + rest))
def test_any_bytes_are_a_key_or_none(content_type: str, body: bytes) -> None:
    key = key_in_info(content_type, body)
    assert key is None or key in "0123456789*#ABCD"
