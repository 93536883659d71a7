"""Offer and answer of one leg become one place where its sound goes."""

from typing import Any

import pytest

from switchboard.channels.voice.session import Session
from switchboard.protocols.sdp.description import SdpError, parse
from switchboard.protocols.sdp.negotiation import NoCommonCodec


class Leg:
    """As much of a media leg as a session needs."""

    id = 42
    local_address = ("127.0.0.1", 20_000)

    def __init__(self) -> None:
        self.connected: list[tuple[Any, ...]] = []

    def connect(self, remote: Any, payload_type: int, telephone_event: int | None, *, also_from: Any) -> None:
        self.connected.append((remote, payload_type, telephone_event, also_from))


def described(formats: str = "0 8 101", *, port: int = 4_000, direction: str = "sendrecv") -> bytes:
    return (
        "v=0\r\no=- 1 1 IN IP4 127.0.0.9\r\ns=-\r\nc=IN IP4 127.0.0.9\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP {formats}\r\na=rtpmap:101 telephone-event/8000\r\na={direction}\r\n"
    ).encode()


def test_an_offer_is_answered_and_connected() -> None:
    leg: Any = Leg()
    session = Session.answering(described("8 0 101"), leg, signalling="127.0.0.8")
    session.connect(leg)
    assert leg.connected == [(("127.0.0.9", 4_000), 8, 101, ["127.0.0.8"])]
    assert session.codec == 8
    (media,) = parse(session.ours).media
    assert (media.host, media.port, media.formats) == ("127.0.0.1", 20_000, ("8", "101"))


def test_without_an_offer_we_make_one_and_connect_when_it_is_answered() -> None:
    leg: Any = Leg()
    session = Session.answering(None, leg, public_host="192.0.2.1")
    session.connect(leg)
    assert leg.connected == []
    assert parse(session.ours).media[0].host == "192.0.2.1"
    session.answered(described("0"))
    session.connect(leg)
    assert leg.connected[0][:2] == (("127.0.0.9", 4_000), 0)


@pytest.mark.parametrize(("codec", "first"), [(0, "0"), (8, "8"), (None, "0")])
def test_an_agent_is_offered_what_the_customer_speaks_first(codec: int | None, first: str) -> None:
    leg: Any = Leg()
    assert parse(Session.offering(leg, codec=codec).ours).media[0].formats[0] == first


def test_a_hold_is_noticed_and_its_end_too() -> None:
    leg: Any = Leg()
    session = Session.answering(described(), leg)
    assert not session.held_by_far_end
    session.reoffered(described(direction="sendonly"))
    assert session.held_by_far_end
    assert parse(session.ours).media[0].direction == "recvonly"
    session.reoffered(described())
    assert not session.held_by_far_end


def test_a_reoffer_may_move_the_sound() -> None:
    leg: Any = Leg()
    session = Session.answering(described(), leg)
    session.reoffered(described(port=5_000))
    session.connect(leg)
    assert leg.connected[-1][0] == ("127.0.0.9", 5_000)


def test_what_nobody_can_carry_is_refused() -> None:
    leg: Any = Leg()
    with pytest.raises(NoCommonCodec):
        Session.answering(described("96"), leg)
    with pytest.raises(SdpError):
        Session.answering(b"nonsense", leg)
