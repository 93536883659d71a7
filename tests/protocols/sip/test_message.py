"""The parser is total, and what it reads it writes again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.protocols.sip.message import Request, Response, SipParseError, parse, tag_of

INVITE = (
    b"INVITE sip:anna@example.org SIP/2.0\r\n"
    b"v: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport\r\n"
    b'f: "Otto \\"O\\" <x>" <sip:otto@example.org>;tag=a1\r\n'
    b"t: <sip:anna@example.org>\r\n"
    b"i: 7@x\r\n"
    b"CSeq: 1 INVITE\r\n"
    b"m: <sip:otto@192.0.2.1>\r\n"
    b"X-Long: one\r\n two\r\n"
    b"Record-Route: <sip:p1;lr>\r\n"
    b"RECORD-ROUTE: <sip:p2;lr>\r\n"
    b"l: 4\r\n\r\nbodytail"
)


def test_request() -> None:
    message = parse(INVITE)
    assert isinstance(message, Request)
    assert (message.method, message.uri, message.cseq, message.call_id) == (
        "INVITE",
        "sip:anna@example.org",
        1,
        "7@x",
    )
    assert message.from_address.display == 'Otto "O" <x>'
    assert (message.from_tag, message.to_tag) == ("a1", "")
    assert message.get("x-long") == "one two"
    assert list(message.values("record-route")) == ["<sip:p1;lr>", "<sip:p2;lr>"]
    assert message.body == b"body"


def test_response() -> None:
    message = parse(
        b"SIP/2.0 180 Ringing Now\r\nVia: SIP/2.0/UDP h;branch=b\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\n"
        b"Call-ID: x\r\nCSeq: 5 INVITE\r\n\r\n"
    )
    assert isinstance(message, Response)
    assert (message.status, message.reason, message.to_tag, message.cseq_method) == (180, "Ringing Now", "2", "INVITE")


def test_written_message_reads_the_same() -> None:
    message = parse(INVITE)
    again = parse(message.encode())
    assert isinstance(message, Request)
    assert isinstance(again, Request)
    assert (again.headers, again.body, again.uri) == (message.headers, message.body, message.uri)


def test_response_to_a_request() -> None:
    request = parse(INVITE)
    assert isinstance(request, Request)
    assert Response.to(request, 100, tag="t").to_tag == ""
    ringing = Response.to(request, 180, tag="t")
    assert ringing.to_tag == "t"
    assert ringing.headers["via"] == request.headers["via"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"CSeq: 1 INVITE", b"CSeq: 2147483648 INVITE"),
        (b"CSeq: 1 INVITE", b"CSeq: -1 INVITE"),
        (b"CSeq: 1 INVITE", b"CSeq: 1 BYE"),
        (b"CSeq: 1 INVITE", b"CSeq: 1 INVITE\r\nCSeq: 1 INVITE"),
        (b"i: 7@x", b"i: 7@x\r\nCall-ID: 8@x"),
        (b"i: 7@x", b"i:"),
        (b"l: 4", b"l: 4\r\nContent-Length: 4"),
        (b"l: 4", b"l: -4"),
        (b"l: 4", b"l: 400"),
        (b"l: 4", b"l: four"),
        (b"t: <sip:anna@example.org>", b"t: <sip:anna@example.org"),
    ],
)
def test_faulty_request_can_be_answered(old: bytes, new: bytes) -> None:
    with pytest.raises(SipParseError) as caught:
        parse(INVITE.replace(old, new))
    assert caught.value.request is not None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\n",
        b"INVITE\r\n\r\n",
        INVITE.replace(b"SIP/2.0\r\nv", b"SIP/3.0\r\nv"),
        INVITE.replace(b"i: 7@x\r\n", b""),
        INVITE.replace(b"X-Long: one", b"X-Long: one\nVia: evil"),
        INVITE.replace(b"X-Long: one", b"X-Long: one\rVia: evil"),
        INVITE.replace(b"X-Long: one", b"X-Long: \0"),
        INVITE.replace(b"X-Long: one", b"no colon here"),
        INVITE.replace(b"X-Long: one", b"X-Long: one\r\n" + b"X: y\r\n" * 200),
        INVITE.replace(b"X-Long: one", b"X-Long: " + b"x" * 20_000),
    ],
)
def test_garbage_is_refused_without_an_answer(data: bytes) -> None:
    with pytest.raises(SipParseError) as caught:
        parse(data)
    assert caught.value.request is None


def test_header_that_would_break_out_cannot_be_added() -> None:
    message = parse(INVITE)
    for pair in (("X-A", "b\r\nVia: c"), ("X A", "b"), ("", "b")):
        with pytest.raises(ValueError, match="cannot be written"):
            message.add([pair])


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    _read_everything(data)


@given(st.integers(0, len(INVITE)), st.integers(0, 12), st.binary(max_size=12))
def test_any_damage(position: int, removed: int, inserted: bytes) -> None:
    _read_everything(INVITE[:position] + inserted + INVITE[position + removed :])


def _read_everything(data: bytes) -> None:
    """A value or the one error; and what can be read can be answered and read again."""
    try:
        message = parse(data)
    except SipParseError:
        return
    assert message.from_address is not None
    assert message.to_address is not None
    assert isinstance(message.from_tag + message.to_tag, str)
    if isinstance(message, Request):
        answer = parse(Response.to(message, 400, tag="t").encode())
        assert answer.call_id == message.call_id


@given(st.text(max_size=60))
def test_tag_of_any_text(text: str) -> None:
    assert isinstance(tag_of(text), str)


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        ("<sip:a@b>;tag=x", "x"),
        ("<sip:a@b>;x=1;tag=x;y=2", "x"),
        ("sip:a@b;tag=x", "x"),
        ('"<;tag=no>" <sip:a@b>;tag=x', "x"),
        ("<sip:a@b;tag=no>", ""),
        ("<sip:a@b> ; TAG = x", "x"),
        ("<sip:a@b>", ""),
    ],
)
def test_tag_of(value: str, tag: str) -> None:
    assert tag_of(value) == tag
