"""Addresses: read, written, and never trusted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.protocols.sip.uri import NameAddress, Uri, UriError, headers_of, name_address, quoted, split_outside


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("sip:anna@example.org", Uri("sip", "anna", "example.org")),
        (
            "SIP:%61nna:pw@Example.ORG:5070;transport=TCP;lr",
            Uri("sip", "anna", "example.org", 5070, {"transport": "TCP", "lr": ""}),
        ),
        ("sip:[2001:db8::1]:5060", Uri("sip", "", "2001:db8::1", 5060)),
        ("sip:a;b=c?d@host?Replaces=x", Uri("sip", "a;b=c?d", "host")),
        ("tel:+49-30-1234;phone-context=x", Uri("tel", "+49-30-1234", "", 0, {"phone-context": "x"})),
    ],
)
def test_read(text: str, uri: Uri) -> None:
    assert Uri.parse(text) == uri


@pytest.mark.parametrize(
    "text", ["", "sip:", "sip:@", "http://x", "sip:a@b:0", "sip:a@b:65536", "sip:a@[::1", "sip:a@b c", "sip:a@[::"]
)
def test_refused(text: str) -> None:
    with pytest.raises(UriError):
        Uri.parse(text)


@given(st.text(min_size=1, max_size=20), st.integers(0, 65_535))
def test_written_uri_reads_the_same(user: str, port: int) -> None:
    uri = Uri("sip", user, "example.org", port, {"transport": "tcp"})
    try:
        user.encode()
    except UnicodeEncodeError:
        return
    assert Uri.parse(str(uri)) == uri


@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    for read in (Uri.parse, name_address):
        try:
            read(text)
        except UriError:
            continue
    headers_of(text)
    assert ",".join(split_outside(text, ",")) == text


@given(st.text(max_size=30))
def test_display_name_cannot_break_out(display: str) -> None:
    clean = "".join(c for c in display if c >= " " and c != "\x7f")
    assert name_address(f"{quoted(display)} <sip:a@b>;tag=1") == NameAddress(clean, "sip:a@b", {"tag": "1"})


def test_headers_of_a_uri() -> None:
    text = "sip:a@b?Replaces=1%40x%3Bto-tag%3D2&Subject=hi"
    assert headers_of(text) == {"replaces": "1@x;to-tag=2", "subject": "hi"}
