"""Calls that do not come about, on the wire: busy, cancelled, redirected, challenged, and noise."""

import random

import pytest

from support.sip_wire import (
    Message,
    Wire,
    digest_fields,
    digest_response,
    is_final,
    is_request,
    is_response,
    sdp,
    token,
)

pytestmark = pytest.mark.e2e


def test_busy_is_acknowledged_to_the_callee(wire: Wire) -> None:
    caller = wire.caller().invite()
    invite = wire.b.expect(is_request("INVITE"))
    wire.b.respond(invite, 486, tag=token())
    caller.ack_failure(wire.a.expect(is_response(486)))
    assert wire.b.expect(is_request("ACK")).branch == invite.branch


def test_busy_is_repeated_to_the_caller_until_his_ack(wire: Wire) -> None:
    caller = wire.caller().invite()
    wire.b.respond(wire.b.expect(is_request("INVITE")), 486, tag=token())
    wire.a.expect(is_response(486))
    caller.ack_failure(wire.a.expect(is_response(486)))


def test_invite_to_a_silent_callee_is_repeated(wire: Wire) -> None:
    caller = wire.caller().invite()
    first = wire.b.expect(is_request("INVITE"))
    assert wire.b.expect(is_request("INVITE")).branch == first.branch
    assert wire.b.expect(is_request("INVITE")).branch == first.branch
    caller.cancel()
    caller.ack_failure(wire.a.expect(is_response(487)))


def test_redirect_is_told(wire: Wire) -> None:
    caller = wire.caller().invite()
    invite = wire.b.expect(is_request("INVITE"))
    elsewhere = f"sip:other@127.0.0.1:{wire.b.port}"
    wire.b.respond(invite, 302, tag=token(), contact=False, extra=(f"Contact: <{elsewhere}>",))
    moved = wire.a.expect(is_final())
    caller.ack_failure(moved)
    assert (moved.status, moved.contact_uri) == (302, elsewhere)


@pytest.mark.parametrize(
    ("status", "asks", "answers", "algorithm"),
    [
        (407, "Proxy-Authenticate", "proxy-authorization", "MD5"),
        (401, "WWW-Authenticate", "authorization", "SHA-256"),
    ],
)
def test_challenge_is_answered(wire: Wire, status: int, asks: str, answers: str, algorithm: str) -> None:
    caller = wire.caller().invite()
    invite = wire.b.expect(is_request("INVITE"))
    nonce = token()
    challenge = f'{asks}: Digest realm="r",nonce="{nonce}",algorithm={algorithm},qop="auth"'
    wire.b.respond(invite, status, tag=token(), extra=(challenge,))
    wire.b.expect(is_request("ACK"))
    again = wire.b.expect(is_request("INVITE"))
    fields = digest_fields(again[answers])
    assert fields["response"] == digest_response(fields, "INVITE", "secret", algorithm)
    assert fields["nonce"] == nonce
    assert again.cseq > invite.cseq
    wire.b.respond(again, 486, tag=token())
    caller.ack_failure(wire.a.expect(is_response(486)))


def test_cancel_while_ringing(wire: Wire) -> None:
    caller = wire.caller().invite()
    invite = wire.b.expect(is_request("INVITE"))
    tag = token()
    wire.b.respond(invite, 180, tag=tag)
    wire.a.expect(is_response(180))
    caller.cancel()
    got = [wire.a.expect(lambda m: m.status >= 200) for _ in range(2)]
    assert {(m.status, m.cseq_method) for m in got} == {(200, "CANCEL"), (487, "INVITE")}
    cancel = wire.b.expect(is_request("CANCEL"))
    assert cancel.branch == invite.branch
    wire.b.respond(cancel, 200, tag=tag)
    wire.b.respond(invite, 487, tag=tag)
    wire.b.expect(is_request("ACK"))
    caller.ack_failure(next(m for m in got if m.status == 487))


def test_cancel_that_crosses_the_answer_leaves_no_ghost(wire: Wire) -> None:
    caller = wire.caller().invite()
    invite = wire.b.expect(is_request("INVITE"))
    tag = token()
    wire.b.respond(invite, 180, tag=tag)
    wire.a.expect(is_response(180))
    caller.cancel()
    caller.ack_failure(wire.a.expect(is_response(487)))
    wire.b.respond(wire.b.expect(is_request("CANCEL")), 200, tag=tag)
    wire.b.respond(invite, 200, tag=tag, body=sdp(41_000))
    wire.b.expect(is_request("ACK"))
    wire.b.respond(wire.b.expect(is_request("BYE")), 200)


def test_cancel_waits_for_a_first_response(wire: Wire) -> None:
    caller = wire.caller().invite()
    invite = wire.b.expect(is_request("INVITE"))
    caller.cancel()
    refused = wire.a.expect(is_response(487))
    assert [m for m in wire.b.listen(0.3) if m.method == "CANCEL"] == []
    tag = token()
    wire.b.respond(invite, 180, tag=tag)
    wire.b.respond(wire.b.expect(is_request("CANCEL")), 200, tag=tag)
    wire.b.respond(invite, 487, tag=tag)
    wire.b.expect(is_request("ACK"))
    caller.ack_failure(refused)


def test_options_outside_a_call(wire: Wire) -> None:
    wire.caller().request("OPTIONS")
    answer = wire.a.expect(is_response(200, "OPTIONS"))
    assert "INVITE" in answer["allow"]


def test_unknown_extension_is_refused_by_name(wire: Wire) -> None:
    caller = wire.caller().invite(extra=("Require: foobar",))
    refused = wire.a.expect(is_final())
    caller.ack_failure(refused)
    assert (refused.status, refused["unsupported"]) == (420, "foobar")
    assert [m for m in wire.b.listen(0.2) if m.method == "INVITE"] == []


def test_two_calls_with_one_call_id(wire: Wire) -> None:
    one = wire.caller().invite()
    first = wire.b.expect(is_request("INVITE"))
    wire.b.respond(first, 180, tag=token())
    wire.a.expect(is_response(180))
    two = wire.caller(call_id=one.call_id).invite()
    second = wire.b.expect(lambda m: m.method == "INVITE" and m["call-id"] != first["call-id"])
    one.cancel()

    def refused(message: Message) -> bool:
        return is_response(487)(message) and message.tag("from") == one.tag

    one.ack_failure(wire.a.expect(refused))
    wire.b.respond(second, 486, tag=token())
    two.ack_failure(wire.a.expect(is_response(486)))
    wire.b.respond(first, 487, tag=token())


def test_garbage_does_no_harm(wire: Wire) -> None:
    chance = random.Random(7)
    broken_invite = (
        f"INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{wire.a.port};branch=z9hG4bKq\r\nFrom: x\r\nTo: y\r\n"
        "Call-ID: q\r\nCSeq: zz INVITE\r\nContact: <sip:[::\r\nContent-Length: -5\r\n\r\n"
    )
    for noise in (
        b"\0" * 20,
        b"",
        b"\r\n\r\n",
        b"INVITE",
        b"INVITE sip:x SIP/2.0\r\n\r\n",
        chance.randbytes(900),
        b"SIP/2.0 200 OK\r\nVia: x\r\n\r\n",
        b"SIP/2.0 abc\r\n\r\n",
        broken_invite.encode(),
        b"OPTIONS sip:a@b SIP/2.0\r\n" + b"X: y\r\n" * 5_000 + b"\r\n",
        b"\xff\xfe" * 400,
    ):
        wire.a.send(noise, wire.target)
    wire.hang_up(wire.established())


@pytest.mark.parametrize(
    "fault",
    ["CSeq: 2147483648 INVITE", "CSeq: 1 BYE", "Call-ID: twice", "Content-Length: -1", "Content-Length: 90000"],
)
def test_broken_request_is_told_so(wire: Wire, fault: str) -> None:
    name = fault.partition(":")[0]
    lines = [
        "INVITE sip:service@127.0.0.1 SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:{wire.a.port};branch=z9hG4bK{token()}",
        f"From: <sip:tester@127.0.0.1>;tag={token()}",
        "To: <sip:service@127.0.0.1>",
        "CSeq: 1 INVITE",
        "Call-ID: once",
        f"Contact: <sip:tester@127.0.0.1:{wire.a.port}>",
    ]
    if name == "CSeq":
        lines = [line for line in lines if not line.startswith("CSeq")]
    wire.a.send("\r\n".join([*lines, fault, "", ""]), wire.target)
    assert wire.a.expect(lambda m: m.status > 100).status == 400
