"""Dialogs: routes, targets and order."""

import pytest

from switchboard.protocols.sip.dialog import Dialog
from switchboard.protocols.sip.message import Request, Response, parse
from switchboard.protocols.sip.replaces import Replaces, parse_replaces
from switchboard.protocols.sip.uri import UriError


def _invite(extra: str = "Contact: <sip:a@10.0.0.1:5070>\r\n") -> Request:
    message = parse(
        (
            "INVITE sip:b@b.example SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1\r\n"
            "From: <sip:a@a.example>;tag=A\r\n"
            f"To: <sip:b@b.example>\r\nCall-ID: c\r\nCSeq: 7 INVITE\r\n{extra}\r\n"
        ).encode()
    )
    assert isinstance(message, Request)
    return message


def test_callee() -> None:
    rr = "Record-Route: <sip:p2;lr>, <sip:p1;lr>\r\nContact: <sip:a@10.0.0.1:5070>\r\n"
    dialog = Dialog.answering(_invite(rr), "B")
    bye = dialog.request("BYE")
    assert (bye.uri, bye.headers["route"], bye.cseq) == ("sip:a@10.0.0.1:5070", ["<sip:p2;lr>", "<sip:p1;lr>"], 1)
    assert (bye.from_tag, bye.to_tag) == ("B", "A")
    assert dialog.next_hop() == "sip:p2;lr"
    # The INVITE itself was number 7.
    assert [dialog.in_order(_numbered(n)) for n in (7, 8, 8, 20)] == [False, True, False, True]


def _numbered(cseq: int) -> Request:
    return Request("INFO", "sip:x", {}, cseq=cseq)


def test_caller_follows_routes_backwards_and_the_newest_contact() -> None:
    ok = Response.to(_invite(), 200, tag="B")
    ok.headers["record-route"] = ["<sip:p1;lr>, <sip:p2;lr>"]
    ok.headers["contact"] = ["<sip:b@10.0.0.2>"]
    dialog = Dialog.calling("sip:b@b.example", ok)
    assert dialog.request("ACK", cseq=7).headers["route"] == ["<sip:p2;lr>", "<sip:p1;lr>"]
    assert dialog.request("BYE").cseq == 8
    moved = Response.to(_invite(), 200, tag="B")
    moved.headers["contact"] = ["<sip:b@10.0.0.3>"]
    dialog.refresh(moved)
    assert dialog.target == "sip:b@10.0.0.3"
    moved.headers["contact"] = ["<nonsense>"]
    dialog.refresh(moved)
    assert dialog.target == "sip:b@10.0.0.3"


def test_strict_router_gets_itself_as_request_uri() -> None:
    dialog = Dialog("c", "<sip:a>;tag=A", "A", "<sip:b>;tag=B", "B", "sip:b@10.0.0.2", ["<sip:old>", "<sip:new;lr>"])
    bye = dialog.request("BYE")
    assert (bye.uri, bye.headers["route"]) == ("sip:old", ["<sip:new;lr>", "<sip:b@10.0.0.2>"])


def test_callee_needs_a_contact() -> None:
    for extra in ("", "Contact: *\r\n", "Contact: ,\r\n", "Contact: <http://x>\r\n"):
        with pytest.raises(UriError):
            Dialog.answering(_invite(extra), "B")


def test_replaces() -> None:
    named = Replaces("c@x", "1", "2", early_only=True)
    assert parse_replaces(str(named)) == named
    assert parse_replaces("c@x;to-tag=1") is None
