"""Calls on the wire: caller -> our back-to-back user agent -> callee, every datagram looked at."""

import re

import pytest

from support.sip_wire import Wire, finished, is_final, is_request, is_response, sdp, token

pytestmark = pytest.mark.e2e


def test_caller_hangs_up(wire: Wire) -> None:
    answered, _ = wire.hang_up(wire.established())
    assert answered.status == 200


def test_callee_hangs_up(wire: Wire) -> None:
    call = wire.established()
    found = re.search(r"<([^>]+)>", call.invite["contact"])
    assert found
    lines = [
        f"BYE {found.group(1)} SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:{wire.b.port};branch=z9hG4bK{token()}",
        f"From: {call.invite['to']};tag={call.tag}",
        f"To: {call.invite['from']}",
        f"Call-ID: {call.invite['call-id']}",
        "CSeq: 77 BYE",
        "Max-Forwards: 70",
    ]
    wire.b.send(finished(lines, ""), wire.target)
    assert wire.b.expect(is_final("BYE")).status == 200
    bye = wire.a.expect(is_request("BYE"))
    wire.a.respond(bye, 200, contact=False)


def test_repeated_invite_while_ringing_makes_no_second_call(wire: Wire) -> None:
    caller = wire.caller().invite()
    invite = wire.b.expect(is_request("INVITE"))
    tag = token()
    wire.b.respond(invite, 180, tag=tag)
    first = wire.a.expect(is_response(180)).tag("to")
    wire.a.send(caller.invite_data, wire.target)
    assert {m.tag("to") for m in wire.a.listen(0.3) if m.status > 100} <= {first}
    assert [m for m in wire.b.listen(0.3) if m.method == "INVITE"] == []
    wire.b.respond(invite, 486, tag=tag)
    caller.ack_failure(wire.a.expect(is_response(486)))


def test_repeated_invite_after_the_answer(wire: Wire) -> None:
    call = wire.established(ack=False)
    wire.a.send(call.caller.invite_data, wire.target)
    assert [m.first for m in wire.a.listen(0.3) if m.status >= 300] == []
    assert [m for m in wire.b.listen(0.1) if m.method == "INVITE"] == []
    call.caller.ack()
    wire.hang_up(call)


def test_repeated_invite_after_the_ack(wire: Wire) -> None:
    call = wire.established()
    wire.a.send(call.caller.invite_data, wire.target)
    assert [m.first for m in wire.a.listen(0.4) if m.status >= 300] == []
    assert [m for m in wire.b.listen(0.1) if m.method == "INVITE"] == []
    wire.hang_up(call)


def test_answer_is_repeated_until_its_ack(wire: Wire) -> None:
    call = wire.established(ack=False)
    for _ in range(3):
        wire.a.expect(is_response(200), within=2.5)
    call.caller.ack()
    # Whatever was on its way before the ACK has arrived with the next answer.
    call.caller.request("OPTIONS")
    wire.a.expect(is_final("OPTIONS"))
    assert [m for m in wire.a.listen(4.2) if m.status == 200 and m.cseq_method == "INVITE"] == []
    wire.hang_up(call)


def test_repeated_bye_gets_the_same_answer(wire: Wire) -> None:
    call = wire.established()
    call.caller.request("BYE")
    assert wire.a.expect(is_final("BYE")).status == 200
    wire.a.send(call.caller.last, wire.target)
    assert wire.a.expect(is_final("BYE")).status == 200
    wire.b.respond(wire.b.expect(is_request("BYE")), 200)


def test_bye_after_the_end_is_unknown(wire: Wire) -> None:
    call = wire.established()
    wire.hang_up(call)
    call.caller.request("BYE")
    assert wire.a.expect(is_final("BYE")).status == 481


def test_record_route_is_followed(wire: Wire) -> None:
    routes = tuple(f"Record-Route: <sip:127.0.0.1:{wire.b.port};lr;p={p}>" for p in (1, 2))
    call = wire.established(extra=routes)
    _, bye = wire.hang_up(call)
    for message in (call.ack, bye):
        assert "bcontact" in message.uri
        route = ", ".join(message.all("route"))
        assert 0 <= route.find("p=2") < route.find("p=1")


def test_repeated_answer_of_the_callee_is_acknowledged_again(wire: Wire) -> None:
    call = wire.established()
    wire.b.send(call.answer, wire.target)
    wire.b.expect(is_request("ACK"))
    wire.hang_up(call)


def test_second_fork_is_acknowledged_and_ended(wire: Wire) -> None:
    caller = wire.caller().invite()
    invite = wire.b.expect(is_request("INVITE"))
    early, answering = token(), token()
    wire.b.respond(invite, 180, tag=early)
    wire.b.respond(invite, 180, tag=answering)
    wire.a.expect(is_response(180))
    wire.b.respond(invite, 200, tag=answering, body=sdp(41_000))
    assert wire.b.expect(is_request("ACK")).tag("to") == answering
    caller.answered(wire.a.expect(is_response(200)))
    caller.ack()
    wire.b.respond(invite, 200, tag=early, body=sdp(41_002))
    assert wire.b.expect(is_request("ACK")).tag("to") == early
    bye = wire.b.expect(is_request("BYE"))
    assert bye.tag("to") == early
    wire.b.respond(bye, 200)
    caller.request("BYE")
    last = wire.b.expect(is_request("BYE"))
    assert last.tag("to") == answering
    wire.b.respond(last, 200)


def test_bye_to_the_callee_is_repeated(wire: Wire) -> None:
    call = wire.established()
    call.caller.request("BYE")
    wire.a.expect(is_final("BYE"))
    first = wire.b.expect(is_request("BYE"))
    again = wire.b.expect(is_request("BYE"))
    assert first.branch == again.branch
    wire.b.respond(again, 200)


def test_hold_goes_through(wire: Wire) -> None:
    call = wire.established()
    call.caller.request("INVITE", sdp(version=2, direction="sendonly"))
    reinvite = wire.b.expect(is_request("INVITE"))
    assert "sendonly" in reinvite.body
    wire.b.respond(reinvite, 200, body=sdp(41_000, version=2, direction="recvonly"))
    wire.b.expect(is_request("ACK"))
    answer = wire.a.expect(is_final("INVITE"))
    call.caller.ack()
    assert (answer.status, "recvonly" in answer.body) == (200, True)
    wire.hang_up(call)


def test_info_goes_through(wire: Wire) -> None:
    call = wire.established()
    call.caller.request("INFO", "Signal=5\r\nDuration=160\r\n", content_type="application/dtmf-relay")
    assert wire.a.expect(is_final("INFO")).status == 200
    info = wire.b.expect(is_request("INFO"))
    assert "Signal=5" in info.body
    wire.b.respond(info, 200)
    wire.hang_up(call)


def test_update_without_an_offer_is_answered(wire: Wire) -> None:
    call = wire.established()
    call.caller.request("UPDATE")
    assert wire.a.expect(is_final("UPDATE")).status == 200
    wire.hang_up(call)


def test_blind_transfer_is_accepted_and_reported(wire: Wire) -> None:
    call = wire.established()
    call.caller.request("REFER", extra=(f"Refer-To: <sip:target@127.0.0.1:{wire.b.port}>",))
    assert wire.a.expect(is_final("REFER")).status == 202
    trying = wire.a.expect(is_request("NOTIFY"))
    assert "SIP/2.0 100" in trying.body
    assert trying["subscription-state"].startswith("active")
    wire.a.respond(trying, 200, contact=False)
    target = wire.b.expect(is_request("INVITE"))
    assert "target" in target.uri
    wire.b.respond(target, 486, tag=token())
    last = wire.a.expect(is_request("NOTIFY"))
    assert "SIP/2.0 486" in last.body
    assert last["subscription-state"].startswith("terminated")
    wire.a.respond(last, 200, contact=False)
    wire.hang_up(call)
