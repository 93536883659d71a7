"""Browsers' offers: read totally, answered as RFC 8829 asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.media_peer import CHROMIUM, PRINT
from switchboard.channels.voice.media.offer import Fingerprint, OfferError, Ours, read_offer, write_answer

OURS = Ours(
    addresses=[("127.0.0.1", 20_000), ("192.0.2.4", 20_000)],
    ufrag="abcd",
    password="p" * 22,
    fingerprint=Fingerprint("sha-256", PRINT),
    ssrc=77,
    cname="c",
    session=5,
)


def test_what_a_call_needs_is_found() -> None:
    offer = read_offer(CHROMIUM)
    assert offer.codec == 0
    assert offer.telephone_event == 126
    assert offer.setup == "active"
    assert offer.direction == "sendrecv"
    assert [(one.host, one.port) for one in offer.candidates] == [("192.168.1.5", 51_473)]
    assert offer.fingerprints == [("sha-256", PRINT)]


def test_the_answer_accepts_audio_and_refuses_the_rest() -> None:
    answer = write_answer(read_offer(CHROMIUM), OURS)
    lines = answer.split("\r\n")
    assert "m=audio 20000 UDP/TLS/RTP/SAVPF 0 126" in lines
    assert "m=video 0 UDP/TLS/RTP/SAVPF 96 97" in lines
    assert "a=group:BUNDLE 0" in lines
    assert "a=setup:active" in lines
    assert [line.split()[4] for line in lines if line.startswith("a=candidate")] == ["127.0.0.1", "192.0.2.4"]
    assert answer.endswith("\r\n")


def test_pcma_is_taken_when_it_is_all_there_is() -> None:
    offer = read_offer(CHROMIUM.replace(" 9 0 8 13 ", " 9 8 13 "))
    assert offer.codec == 8
    assert "a=rtpmap:8 PCMA/8000\r\n" in write_answer(offer, OURS)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (" 9 0 8 13 ", " 9 13 ", "neither PCMU nor PCMA"),
        ("UDP/TLS/RTP/SAVPF 111", "RTP/AVP 111", "no audio over DTLS-SRTP"),
        ("m=audio 51472", "m=audio 0", "no audio over DTLS-SRTP"),
        ("a=ice-pwd", "a=ice-nothing", "no usable ICE"),
        ("a=fingerprint", "a=nothing", "no DTLS fingerprint"),
        ("m=audio 51472", "m=audio 99999", "m= line"),
        ("a=mid:0", "a=mid:0 b", "mid"),
        ("v=0", "x=0", "no SDP"),
    ],
)
def test_what_cannot_be_answered_is_said(old: str, new: str, why: str) -> None:
    with pytest.raises(OfferError, match=why):
        read_offer(CHROMIUM.replace(old, new, 1))


@pytest.mark.parametrize(("theirs", "ours"), [("sendonly", "recvonly"), ("recvonly", "sendonly"), ("inactive",) * 2])
def test_the_direction_is_seen_from_the_other_side(theirs: str, ours: str) -> None:
    assert read_offer(CHROMIUM.replace("a=sendrecv", f"a={theirs}")).direction == ours


def test_an_offer_without_mid_or_events_is_answered_without() -> None:
    offer = read_offer(CHROMIUM.replace("a=mid:0\r\n", "").replace("a=rtpmap:126", "a=x"))
    answer = write_answer(offer, OURS)
    assert offer.telephone_event is None
    assert "BUNDLE" not in answer
    assert "m=audio 20000 UDP/TLS/RTP/SAVPF 0\r\n" in answer


def test_our_own_answer_can_be_read_as_an_offer() -> None:
    again = read_offer(write_answer(read_offer(CHROMIUM), OURS))
    assert again.candidates[0].port == 20_000
    assert again.telephone_event == 126


@given(st.text())
def test_reading_is_total(text: str) -> None:
    for sdp in (text, "v=0\r\n" + text):
        try:
            read_offer(sdp)
        except OfferError:
            continue


@given(st.lists(st.tuples(st.integers(0, 2_000), st.text(max_size=5)), max_size=6))
def test_a_damaged_offer_is_read_or_refused_and_its_answer_has_one_line_per_line(
    damage: list[tuple[int, str]],
) -> None:
    sdp = CHROMIUM
    for at, text in damage:
        sdp = sdp[:at] + text + sdp[at + len(text) :]
    try:
        offer = read_offer(sdp)
    except OfferError:
        return
    for line in write_answer(offer, OURS).split("\r\n")[:-1]:
        assert line[1] == "="
        assert "\n" not in line
