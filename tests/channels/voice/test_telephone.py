"""SIP legs as sides of a call: what each SIP event means for the call, and that everything ends once."""

from typing import Any

import pytest

from switchboard.channels.voice.session import Session
from switchboard.channels.voice.sip.stack import (
    Acked,
    Answered,
    Cancelled,
    Ended,
    Failed,
    Info,
    Referred,
    Reoffered,
    Ringing,
)
from switchboard.channels.voice.telephone import PhoneAgent, SipCaller, failure
from switchboard.conversations.model import FAILURES, OfferEnd

OFFER = (
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.9\r\ns=-\r\nc=IN IP4 127.0.0.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=sendrecv\r\n"
)
HOLD = OFFER.replace(b"sendrecv", b"sendonly")


class Leg:
    """A SIP leg that keeps what it is told; `on_event` is set by the side."""

    on_event: Any

    def __init__(self) -> None:
        self.said: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *given: self.said.append((name, *given))

    def names(self) -> list[str]:
        return [one[0] for one in self.said]


class Media:
    """A media leg that keeps what it is told."""

    id = 3
    local_address = ("127.0.0.1", 20_000)

    def __init__(self) -> None:
        self.said: list[str] = []

    def connect(self, *_: Any, **__: Any) -> None:
        self.said.append("connect")

    def key_pressed(self, key: str) -> None:
        self.said.append(f"key {key}")

    def close(self) -> None:
        self.said.append("close")


def a_caller(offer: bytes | None = OFFER) -> tuple[Any, Any, Any, list[str]]:
    leg: Any = Leg()
    media: Any = Media()
    side = SipCaller(leg, media, Session.answering(offer, media))
    left: list[str] = []
    side.on_left = lambda: left.append("left")
    return side, leg, media, left


def an_agent() -> tuple[Any, Any, Any, list[Any]]:
    leg: Any = Leg()
    media: Any = Media()
    told: list[Any] = []
    side = PhoneAgent(
        leg,
        media,
        Session.offering(media),
        answered=lambda: told.append("answered"),
        failed=told.append,
        ended=lambda: told.append("ended"),
        held=lambda on: told.append(("held", on)),
    )
    return side, leg, media, told


def test_a_customer_is_answered_once() -> None:
    side, leg, media, _ = a_caller()
    side.answer()
    side.answer()
    assert leg.names() == ["answer"]
    assert media.said == ["connect"]


@pytest.mark.parametrize("end", [Cancelled(), Ended(by_remote=True), Ended(by_remote=False)])
def test_a_customer_who_goes_is_told_once_and_never_after_our_hanging_up(end: Any) -> None:
    side, leg, media, left = a_caller()
    leg.on_event(end)
    leg.on_event(end)
    side.hang_up()
    assert left == ["left"]
    assert media.said == ["close"]
    other, leg, _, left = a_caller()
    other.hang_up()
    leg.on_event(end)
    assert left == []


def test_hanging_up_refuses_what_was_not_answered_and_ends_what_was() -> None:
    side, leg, _, _ = a_caller()
    side.hang_up(refused=503)
    assert leg.said == [("reject", 503)]
    side, leg, _, _ = a_caller()
    side.answer()
    side.hang_up()
    side.hang_up()
    assert leg.names() == ["answer", "hangup"]


def test_a_late_answer_connects_and_a_useless_one_ends_the_call() -> None:
    side, leg, media, left = a_caller(None)
    side.answer()
    assert media.said == []
    leg.on_event(Acked(OFFER))
    assert media.said == ["connect"]
    assert left == []
    side, leg, media, left = a_caller(None)
    side.answer()
    leg.on_event(Acked(b"nonsense"))
    assert left == ["left"]
    assert leg.names() == ["answer", "hangup"]


def test_a_customer_cannot_send_us_elsewhere() -> None:
    _, leg, _, _ = a_caller()
    leg.on_event(Referred("sip:else@127.0.0.1"))
    assert leg.said == [("notify_referral", 603, "Decline")]


def test_a_phone_that_answers_is_connected_before_it_is_told() -> None:
    _, leg, media, told = an_agent()
    leg.on_event(Ringing(180, None))
    leg.on_event(Answered(OFFER))
    assert media.said == ["connect"]
    assert told == ["answered"]


def test_a_phone_that_answers_nonsense_is_hung_up_on() -> None:
    _, leg, media, told = an_agent()
    leg.on_event(Answered(b"nonsense"))
    assert leg.names() == ["hangup"]
    assert media.said == ["close"]
    assert told == [OfferEnd.SET_UP_FAILED]


def test_holding_on_the_phone_holds_the_customer() -> None:
    side, leg, _, told = an_agent()
    leg.on_event(Answered(OFFER))
    leg.on_event(Reoffered(HOLD))
    assert not side.listens
    leg.on_event(Reoffered(OFFER))
    assert told == ["answered", ("held", True), ("held", False)]
    assert side.listens
    assert leg.names() == ["accept_reoffer", "accept_reoffer"]


def test_a_reoffer_that_nobody_can_carry_changes_nothing() -> None:
    _, leg, media, told = an_agent()
    leg.on_event(Answered(OFFER))
    leg.on_event(Reoffered(OFFER.replace(b"AVP 0", b"AVP 96")))
    assert leg.said == [("refuse_reoffer", 488)]
    assert told == ["answered"]
    assert media.said == ["connect"]


def test_a_phone_that_hung_up_while_its_answer_was_saved_has_ended() -> None:
    side, leg, _, told = an_agent()
    leg.on_event(Answered(OFFER))
    leg.on_event(Ended(by_remote=True))
    side.talking()
    assert told == ["answered", "ended", "ended"]


@pytest.mark.parametrize("rang", [False, True])
def test_every_final_status_is_a_failure_that_the_floor_knows(rang: bool) -> None:
    assert {failure(status, rang=rang) for status in range(300, 700)} <= FAILURES


@pytest.mark.parametrize(
    ("status", "rang", "end"),
    [
        (486, True, OfferEnd.BUSY),
        (600, False, OfferEnd.BUSY),
        (603, True, OfferEnd.REJECTED),
        (408, True, OfferEnd.NO_ANSWER),
        (408, False, OfferEnd.UNREACHABLE),
        (480, True, OfferEnd.UNREACHABLE),
        (488, False, OfferEnd.SET_UP_FAILED),
        (503, False, OfferEnd.UNREACHABLE),
    ],
)
def test_failures_by_status(status: int, rang: bool, end: OfferEnd) -> None:
    assert failure(status, rang=rang) is end


def test_a_phone_that_fails_says_how() -> None:
    _, leg, media, told = an_agent()
    leg.on_event(Ringing(180, None))
    leg.on_event(Failed(486, "Busy Here"))
    assert told == [OfferEnd.BUSY]
    assert media.said == ["close"]


@pytest.mark.parametrize("side", ["caller", "agent"])
def test_a_key_by_info_becomes_a_press_of_the_media_leg(side: str) -> None:
    _, leg, media, _ = a_caller() if side == "caller" else an_agent()
    leg.on_event(Info(b"Signal=7\r\nDuration=160\r\n", "application/dtmf-relay"))
    leg.on_event(Info(b"<picture_fast_update/>", "application/media_control+xml"))
    assert media.said == ["key 7"]
