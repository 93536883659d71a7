"""Calls between two of our endpoints on a simulated network: every way a call can go, on any network."""

import pytest

from support.sip_calls import ANSWER, OFFER, Pair, accepting, bare_invite
from support.sip_net import Network
from switchboard.channels.voice.sip.events import (
    Acked,
    Answered,
    Cancelled,
    Ended,
    Failed,
    Info,
    ReferralProgress,
    Referred,
    ReofferAnswered,
    Reoffered,
    ReofferRefused,
    Ringing,
)
from switchboard.channels.voice.sip.inbound import InboundLeg
from switchboard.channels.voice.sip.leg import NEXT, LegState
from switchboard.channels.voice.sip.node import Credentials
from switchboard.kit.errors import Invalid
from switchboard.protocols.sip.digest import Challenge, challenge_value, ha1, matches, parse_answer


@pytest.fixture
def pair() -> Pair:
    return Pair(Network())


def test_call_rings_is_answered_and_ends(pair: Pair) -> None:
    leg = pair.dial(from_name='Otto "der Große" <x>', headers=[("X-Caller", "300")])
    pair.network.run(0)
    inbound = pair.inbound[0]
    assert (inbound.dialled, inbound.from_user, inbound.from_display) == ("anna", "300", 'Otto "der Große" <x>')
    assert (inbound.offer, inbound.header("X-Caller"), inbound.source) == (OFFER, "300", ("10.0.0.1", 5060))
    inbound.ring()
    inbound.ring(b"early", 183)
    pair.network.run(0)
    inbound.answer(ANSWER)
    pair.network.run(0)
    assert pair.told == [Ringing(180, None), Ringing(183, b"early"), Answered(ANSWER)]
    assert pair.callee_told == [Acked(None)]
    assert (leg.state, inbound.state) == (LegState.UP, LegState.UP)
    leg.hangup('Q.850;cause=16;text="bye"')
    pair.network.run(1)
    assert pair.callee_told[1:] == [Ended(by_remote=True, reason='Q.850;cause=16;text="bye"')]
    assert (pair.calling.legs, pair.called.legs) == (0, 0)


def test_trying_is_sent_only_when_the_owner_takes_his_time(pair: Pair) -> None:
    pair.dial()
    pair.network.run(0.05)
    assert pair.network.sent(("10.0.0.2", 5060), b"SIP/2.0 100") == []
    pair.network.run(0.1)
    assert len(pair.network.sent(("10.0.0.2", 5060), b"SIP/2.0 100")) == 1


def test_ringing_goes_on_for_minutes_and_is_repeated(pair: Pair) -> None:
    pair.when_called = InboundLeg.ring
    leg = pair.dial(ring_limit=300)
    pair.network.run(250)
    assert leg.state is LegState.RINGING
    assert pair.told == [Ringing(180, None)] * 5
    pair.network.run(60)
    assert pair.told[-1] == Failed(408, "Nobody Answered")
    assert pair.callee_told == [Cancelled()]
    assert pair.calling.legs == 0


def test_nobody_there(pair: Pair) -> None:
    pair.dial("sip:nobody@10.0.0.9")
    pair.network.run(40)
    assert pair.told == [Failed(408, "Request Timeout")]


def test_rejected_call(pair: Pair) -> None:
    pair.when_called = lambda leg: leg.reject(302, headers=[("Contact", "<sip:otto@10.0.0.3>")])
    pair.dial()
    pair.network.run(1)
    assert pair.told == [Failed(302, "Moved Temporarily", ("sip:otto@10.0.0.3",))]
    assert pair.callee_told == []


def test_caller_cancels(pair: Pair) -> None:
    leg = pair.dial()
    pair.network.run(1)
    leg.hangup("SIP;cause=200")
    leg.hangup()
    pair.network.run(1)
    assert pair.callee_told == [Cancelled("SIP;cause=200")]
    assert pair.told == []
    assert (leg.state, pair.inbound[0].state) == (LegState.ENDED, LegState.ENDED)


def test_callee_hangs_up_before_the_ack_has_come(pair: Pair) -> None:
    def answer_and_leave(leg: InboundLeg) -> None:
        leg.answer(ANSWER)
        leg.hangup()

    pair.when_called = answer_and_leave
    pair.dial()
    pair.network.run(1)
    assert pair.told == [Answered(ANSWER), Ended(by_remote=True)]
    assert pair.callee_told == []


def test_answer_that_nobody_acknowledges_ends_the_call() -> None:
    network = Network()
    pair = Pair(network, on_invite=lambda leg: leg.answer(ANSWER))
    pair.dial()
    network.deliver()
    del network.agents["10.0.0.1", 5060]
    pair.callee_told.clear()
    pair.inbound.clear()
    # The caller has vanished with his second call.
    network.carry(bare_invite("again"), ("10.0.0.7", 5060), ("10.0.0.2", 5060))
    network.run(31)
    assert pair.callee_told == []
    network.run(2)
    assert pair.callee_told == [Ended(by_remote=False, reason="no ACK")]


def test_merged_request_is_refused(pair: Pair) -> None:
    for branch in ("z9hG4bKone", "z9hG4bKtwo"):
        pair.network.carry(bare_invite("same", branch=branch), ("10.0.0.7", 5060), ("10.0.0.2", 5060))
    pair.network.run(0)
    assert len(pair.inbound) == 1
    assert len(pair.network.sent(("10.0.0.2", 5060), b"SIP/2.0 482")) == 1


def test_invite_without_offer_brings_the_answer_with_the_ack(pair: Pair) -> None:
    pair.when_called = lambda leg: leg.answer(OFFER)
    pair.network.carry(bare_invite("late offer"), ("10.0.0.7", 5060), ("10.0.0.2", 5060))
    pair.network.run(0)
    assert pair.inbound[0].offer is None
    ok = pair.network.sent(("10.0.0.2", 5060), b"SIP/2.0 200")[0].decode()
    to = next(line for line in ok.split("\r\n") if line.startswith("To: "))
    ack = (
        "ACK sip:10.0.0.2:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.7;branch=z9hG4bKack\r\n"
        "From: <sip:x@10.0.0.7>;tag=f\r\n"
        f"{to}\r\nCall-ID: late offer\r\nCSeq: 1 ACK\r\n\r\n"
    )
    pair.network.carry(ack.encode() + ANSWER, ("10.0.0.7", 5060), ("10.0.0.2", 5060))
    pair.network.run(0)
    assert pair.callee_told == [Acked(ANSWER)]


def test_reoffers_both_ways(pair: Pair) -> None:
    leg, inbound = pair.up()
    leg.reinvite(b"hold")
    pair.network.run(0)
    assert pair.callee_told == [Reoffered(b"hold")]
    inbound.accept_reoffer(b"held")
    pair.network.run(0)
    assert pair.told == [ReofferAnswered(b"held")]
    inbound.reinvite(b"move")
    pair.network.run(0)
    leg.refuse_reoffer(488)
    pair.network.run(0)
    assert pair.callee_told[-1] == ReofferRefused(488, "Not Acceptable Here")
    assert (leg.state, inbound.state) == (LegState.UP, LegState.UP)


def test_glare_is_settled_inside(pair: Pair) -> None:
    leg, inbound = pair.up()
    leg.on_event = lambda event: accepting(leg, pair.told, event)
    inbound.on_event = lambda event: accepting(inbound, pair.callee_told, event)
    leg.reinvite(b"from caller")
    inbound.reinvite(b"from callee")
    pair.network.run(10)
    assert len(pair.network.sent(("10.0.0.1", 5060), b"SIP/2.0 491")) >= 1
    assert ReofferAnswered(b"accepted") in pair.told
    assert ReofferAnswered(b"accepted") in pair.callee_told


def test_latest_wish_wins_while_an_offer_runs(pair: Pair) -> None:
    leg, inbound = pair.up()
    inbound.on_event = lambda event: accepting(inbound, pair.callee_told, event)
    for sdp in (b"one", b"two", b"three"):
        leg.reinvite(sdp)
    pair.network.run(2)
    assert [event.sdp for event in pair.callee_told if isinstance(event, Reoffered)] == [b"one", b"three"]


def test_reoffer_that_nobody_answers_ends(pair: Pair) -> None:
    leg, _ = pair.up()
    leg.reinvite(b"hold")
    pair.network.run(40)
    assert pair.told == [
        ReofferRefused(408, "Request Timeout"),
        Ended(by_remote=False, reason="re-INVITE answered 408"),
    ]


def test_info_and_transfer(pair: Pair) -> None:
    leg, inbound = pair.up()
    leg.send_info(b"Signal=5", "application/dtmf-relay")
    pair.network.run(0)
    assert pair.callee_told == [Info(b"Signal=5", "application/dtmf-relay")]
    inbound.refer("sip:otto@10.0.0.3", replaces="c@x;to-tag=1;from-tag=2")
    pair.network.run(0)
    assert pair.told == [Referred("sip:otto@10.0.0.3", "c@x;to-tag=1;from-tag=2", "<sip:anna@10.0.0.2:5060>")]
    leg.notify_referral(180)
    leg.notify_referral(200)
    pair.network.run(0)
    assert pair.callee_told[1:] == [
        ReferralProgress(100, "Trying", final=False),
        ReferralProgress(180, "Ringing", final=False),
        ReferralProgress(200, "OK", final=True),
    ]


def test_replaces_names_a_leg(pair: Pair) -> None:
    leg, inbound = pair.up()
    assert pair.called.leg_replaced_by(leg.dialog_id) is inbound
    assert pair.calling.leg_replaced_by(inbound.dialog_id) is leg
    for wrong in ("", "x", leg.dialog_id + "x", inbound.dialog_id):
        assert pair.called.leg_replaced_by(wrong) is None


@pytest.mark.parametrize("secret", ["right", "wrong"])
def test_challenged_call(pair: Pair, secret: str) -> None:
    def check(leg: InboundLeg) -> None:
        given_values = leg.headers("authorization")
        if given_values and matches(ha1("u", "r", "right"), "INVITE", parse_answer(given_values[0])):
            leg.answer(ANSWER)
        else:
            challenge = Challenge(realm="r", nonce="n", qop=frozenset({"auth"}))
            leg.reject(401, headers=[("WWW-Authenticate", challenge_value(challenge))])

    pair.when_called = check
    pair.dial(credentials=Credentials("u", secret))
    pair.network.run(1)
    assert pair.told == [Answered(ANSWER) if secret == "right" else Failed(401, "Unauthorized")]


def test_refuses_new_calls_when_closing(pair: Pair) -> None:
    pair.called.closing = True
    pair.dial()
    pair.network.run(1)
    assert pair.told == [Failed(503, "Service Unavailable", retry_after=10)]


@pytest.mark.parametrize("uri", ["", "sip:", "mailto:x@y", "sip:a b@c", "sip:a@b>\r\nEvil: 1", "sip:a@b:99999"])
def test_address_that_cannot_be_called(pair: Pair, uri: str) -> None:
    with pytest.raises(Invalid):
        pair.dial(uri)
    assert pair.calling.legs == 0


def test_owner_that_fails_does_no_harm(pair: Pair) -> None:
    def broken(leg: InboundLeg) -> None:
        raise RuntimeError("a mistake of the owner")

    pair.when_called = broken
    pair.dial()
    pair.network.run(1)
    assert pair.told == [Failed(500, "Server Internal Error")]


def test_leg_states_are_closed() -> None:
    assert NEXT.keys() == set(LegState)
    assert all(following <= set(LegState) for following in NEXT.values())
    assert not NEXT[LegState.ENDED]


def test_call_that_nobody_answers_is_refused_at_last(pair: Pair) -> None:
    pair.network.carry(bare_invite("vanished"), ("10.0.0.7", 5060), ("10.0.0.2", 5060))
    pair.network.run(599)
    assert pair.callee_told == []
    pair.network.run(2)
    assert pair.callee_told == [Cancelled("nobody answered")]
    assert pair.network.sent(("10.0.0.2", 5060), b"SIP/2.0 480")
