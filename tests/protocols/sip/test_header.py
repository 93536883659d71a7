"""Via, lists and seconds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.protocols.sip.header import answer_port, branch_of, items, parse_via, seconds, stamped, tokens
from switchboard.protocols.sip.uri import UriError

BASE = "SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bK1"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (f"{BASE}", f"{BASE};received=192.0.2.9"),
        (f"{BASE};rport", f"{BASE};rport=999;received=192.0.2.9"),
        (f"{BASE};rport=1;received=6.6.6.6", f"{BASE};received=192.0.2.9;rport=999"),
        (f"{BASE};rport, SIP/2.0/UDP x;branch=2", f"{BASE};received=192.0.2.9;rport=999, SIP/2.0/UDP x;branch=2"),
        ("SIP/2.0/UDP 192.0.2.9;branch=b", "SIP/2.0/UDP 192.0.2.9;branch=b"),
        ("SIP / 2.0 / UDP 192.0.2.9;branch=b", None),
    ],
)
def test_where_a_request_really_came_from(value: str, wanted: str | None) -> None:
    if wanted is not None:
        assert stamped(value, "192.0.2.9", 999) == wanted


@given(st.text(max_size=60))
def test_any_via(value: str) -> None:
    assert isinstance(branch_of(value), str)
    for read in (parse_via, answer_port):
        try:
            read(value)
        except UriError:
            continue


def test_branch_without_reading_the_rest() -> None:
    assert branch_of(f"{BASE};rport") == "z9hG4bK1"
    assert branch_of("SIP/2.0/UDP h ; branch = x1") == "x1"
    assert branch_of("SIP/2.0/UDP h;branch=x1, SIP/2.0/UDP i;branch=x2") == "x1"
    assert branch_of("SIP/2.0/UDP h") == ""
    assert branch_of("SIP/2.0/UDP h;branch=;rport, SIP/2.0/UDP i;branch=x2") == ""


def test_lists() -> None:
    assert items(["<sip:a,b@c>;x=1, <sip:d>", "", '"q,r" <sip:e>']) == ["<sip:a,b@c>;x=1", "<sip:d>", '"q,r" <sip:e>']
    assert tokens(["Timer, 100REL"]) == {"timer", "100rel"}


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("60", 60),
        ("5 (busy)", 5),
        ("9;duration=1", 9),
        (None, None),
        ("", None),
        ("-1", None),
        ("1x", None),
        ("99999999999", 2**31 - 1),
    ],
)
def test_seconds(value: str | None, number: int | None) -> None:
    assert seconds(value) == number
