"""Digest: the RFC's own examples, and totality."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.protocols.sip.digest import (
    Answer,
    Challenge,
    DigestError,
    answer_value,
    challenge_value,
    choose,
    expected,
    ha1,
    matches,
    parse_answer,
    parse_challenge,
)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_examples_of_rfc_7616(algorithm: str, response: str) -> None:
    answer = Answer(
        user="Mufasa", realm="http-auth@example.org", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        uri="/dir/index.html", response=response, algorithm=algorithm, qop="auth", nc=1,
        cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )  # fmt: skip
    secret = ha1("Mufasa", "http-auth@example.org", "Circle of Life", algorithm)
    assert expected(secret, "GET", answer) == response
    assert matches(secret, "GET", answer)
    assert not matches(secret, "POST", answer)


@pytest.mark.parametrize("qop", [frozenset(), frozenset({"auth"}), frozenset({"auth-int"})])
@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_both_ends_agree(qop: frozenset[str], algorithm: str) -> None:
    challenge = parse_challenge(challenge_value(Challenge("r", "n", algorithm, qop, "o")))
    value = answer_value(challenge, 'a"b', "pass", "INVITE", "sip:x@y", cnonce="c", body=b"body")
    answer = parse_answer(value)
    assert (answer.user, answer.opaque) == ('a"b', "o")
    assert matches(ha1('a"b', "r", "pass", algorithm), "INVITE", answer, b"body")
    assert not matches(ha1('a"b', "r", "wrong", algorithm), "INVITE", answer, b"body")


def test_the_first_challenge_we_know_is_taken() -> None:
    values = [
        'Digest realm="r",nonce="1",algorithm=SHA-512-256',
        'Basic realm="r"',
        'Digest realm="r",nonce="2",algorithm=SHA-256,qop="auth,auth-int"',
        'Digest realm="r",nonce="3"',
    ]
    chosen = choose(values)
    assert chosen is not None
    assert (chosen.nonce, chosen.algorithm) == ("2", "SHA-256")
    assert choose(values[:2]) is None


@given(st.text(max_size=120))
def test_any_text(text: str) -> None:
    for value in (text, f"Digest {text}", f'Digest username="a",realm="b",nonce="c",uri="d",response="e",{text}'):
        for read in (parse_answer, parse_challenge):
            try:
                read(value)
            except DigestError:
                continue
