"""Offer and answer for G.711."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.protocols.sdp.description import SdpError, parse
from switchboard.protocols.sdp.negotiation import Agreed, Local, NoCommonCodec, agreed, answer, offer

PHONE = (
    b"v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=call\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n"
    b"m=audio 4000 RTP/AVP 9 8 0 96\r\na=rtpmap:9 G722/8000\r\na=rtpmap:8 PCMA/8000\r\n"
    b"a=rtpmap:96 telephone-event/8000\r\na=ptime:30\r\na=sendrecv\r\n"
    b"m=video 4002 RTP/AVP 31\r\n"
)
OURS = Local("192.0.2.1", 20_000, session=5)


def test_phones_offer() -> None:
    sdp, media = answer(PHONE, OURS)
    assert media == Agreed(("192.0.2.7", 4000), 8, 96, "sendrecv", 30)
    ours = parse(sdp)
    assert [(m.kind, m.port, m.formats) for m in ours.media] == [
        ("audio", 20_000, ("8", "96")),
        ("video", 0, ("31",)),
    ]
    assert b"o=- 5 1 IN IP4 192.0.2.1\r\n" in sdp


def test_our_own_offer_comes_back() -> None:
    phone = Local("192.0.2.7", 4000, session=1, codecs=(8,))
    sdp, theirs = answer(offer(OURS), phone)
    assert theirs == Agreed(("192.0.2.1", 20_000), 8, 101, "sendrecv")
    assert agreed(sdp, OURS) == Agreed(("192.0.2.7", 4000), 8, 101, "sendrecv")


@pytest.mark.parametrize(
    ("theirs", "wanted", "ours"),
    [
        ("sendrecv", "sendrecv", "sendrecv"),
        ("sendonly", "sendrecv", "recvonly"),
        ("recvonly", "sendrecv", "sendonly"),
        ("inactive", "sendrecv", "inactive"),
        ("sendonly", "sendonly", "inactive"),
        ("sendrecv", "sendonly", "sendonly"),
    ],
)
def test_hold(theirs: str, wanted: str, ours: str) -> None:
    local = Local("192.0.2.1", 20_000, session=5, direction=wanted)
    sdp, media = answer(PHONE.replace(b"a=sendrecv", b"a=" + theirs.encode()), local)
    assert media.direction == ours
    assert f"a={ours}".encode() in sdp
    assert (media.sends, media.receives) == (ours in ("sendrecv", "sendonly"), ours in ("sendrecv", "recvonly"))


def test_hold_of_rfc_2543() -> None:
    sdp, media = answer(PHONE.replace(b"c=IN IP4 192.0.2.7", b"c=IN IP4 0.0.0.0"), OURS)
    assert (media.direction, b"a=recvonly" in sdp) == ("recvonly", True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"RTP/AVP 9 8 0 96", b"RTP/AVP 9 18"),
        (b"RTP/AVP 9 8 0 96", b"RTP/SAVP 9 8 0 96"),
        (b"m=audio 4000", b"m=audio 0"),
        (b"m=audio", b"m=image"),
        (b"PCMA/8000", b"OPUS/48000"),
    ],
)
def test_no_common_codec(old: bytes, new: bytes) -> None:
    offered = PHONE.replace(b" 0 96", b" 96").replace(b"9 8 96", b"9 8 0 96") if old.startswith(b"RTP") else PHONE
    if old == b"PCMA/8000":
        offered = PHONE.replace(b"9 8 0 96", b"9 8 96")
    with pytest.raises(NoCommonCodec) as caught:
        answer(offered.replace(old, new), OURS)
    assert caught.value.status == 488


@pytest.mark.parametrize("host", [b"phone.example", b"", b"999.1.1.1"])
def test_media_address_must_be_one(host: bytes) -> None:
    with pytest.raises(SdpError):
        answer(PHONE.replace(b"IP4 192.0.2.7", b"IP4 " + host), OURS)


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    _total(data)
    _total(b"v=0\r\n" + data)


@given(st.integers(0, len(PHONE)), st.integers(0, 10), st.binary(max_size=10))
def test_any_damage(position: int, removed: int, inserted: bytes) -> None:
    _total(PHONE[:position] + inserted + PHONE[position + removed :])


def _total(data: bytes) -> None:
    """An answer that can be read, or one of the two errors."""
    for read in (lambda: answer(data, OURS)[0], lambda: agreed(data, OURS)):
        try:
            result = read()
        except (SdpError, NoCommonCodec):
            continue
        if isinstance(result, bytes):
            assert len(parse(result).media) == len(parse(data).media)
