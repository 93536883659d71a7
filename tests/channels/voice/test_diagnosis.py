"""What a trial call showed, and the sentence that is said of it."""

import pytest

from switchboard.channels.voice.diagnosis import TABLE, Finding, Seen, diagnose
from switchboard.channels.voice.model import Registration, SecretPlace, SecretReference, Trunk
from switchboard.channels.voice.trial import target

SEEN = [
    (Seen(way=False), Finding.NO_WAY, False),
    (Seen(host=False), Finding.UNKNOWN_HOST, False),
    (Seen(), Finding.NO_ANSWER, False),
    (Seen(options=200), Finding.NO_ANSWER, False),
    (Seen(options=200, status=401), Finding.WRONG_CREDENTIALS, False),
    (Seen(status=407, reason="Proxy Auth", credentials=True), Finding.WRONG_CREDENTIALS, False),
    (Seen(status=403, reason="Forbidden", credentials=True), Finding.FORBIDDEN, False),
    (Seen(status=404, reason="Not Found"), Finding.UNKNOWN_NUMBER, False),
    (Seen(status=484), Finding.UNKNOWN_NUMBER, False),
    (Seen(status=486, reason="Busy Here"), Finding.BUSY, True),
    (Seen(status=488, reason="Not Acceptable Here"), Finding.NO_CODEC, False),
    (Seen(answered=True, codec=False), Finding.NO_CODEC, False),
    (Seen(status=503, reason="No Circuit"), Finding.UNAVAILABLE, False),
    (Seen(status=302), Finding.REDIRECTED, False),
    (Seen(status=603, reason="{Decline}"), Finding.REFUSED, False),
    (Seen(rang=True), Finding.NOT_PICKED_UP, True),
    (Seen(answered=True, cut_short=True), Finding.CUT_SHORT, False),
    (Seen(answered=True), Finding.NO_SOUND, False),
    (Seen(answered=True, received=400), Finding.SOUND_ARRIVES, True),
    (Seen(answered=True, received=400, reported=True), Finding.SOUND_BOTH_WAYS, True),
]


@pytest.mark.parametrize(("seen", "finding", "good"), SEEN)
def test_what_was_seen_is_said(seen: Seen, finding: Finding, good: bool) -> None:
    said = diagnose(seen)
    assert (said.finding, said.good) == (finding, good)
    assert said.said.endswith(".")
    assert said.next.endswith(".")
    if seen.reason:
        assert f"({seen.status} {seen.reason})" in said.said


def test_every_finding_can_be_made_and_is_tested() -> None:
    assert {finding for _, finding, *_ in TABLE} == set(Finding)
    assert {finding for _, finding, _ in SEEN} == set(Finding)


def test_no_credentials_and_wrong_ones_are_told_apart() -> None:
    assert "no credentials" in diagnose(Seen(status=401)).said
    assert "does not accept" in diagnose(Seen(status=401, credentials=True)).said


REGISTER = Registration("sip:carrier.example:5080;transport=tcp", "u", SecretReference(SecretPlace.KEPT, "a-b"))


@pytest.mark.parametrize(
    ("trunk", "uri"),
    [
        (Trunk("t", "T", register=REGISTER), "sip:+4930@carrier.example:5080;transport=tcp"),
        (Trunk("t", "T", addresses=("192.0.2.0/24", "192.0.2.7")), "sip:+4930@192.0.2.7"),
        (Trunk("t", "T", addresses=("2001:db8::7",)), "sip:+4930@[2001:db8::7]"),
        (Trunk("t", "T", addresses=("192.0.2.0/24",)), None),
        (Trunk("t", "T"), None),
    ],
)
def test_where_a_trunk_is_called(trunk: Trunk, uri: str | None) -> None:
    assert target(trunk, "+4930") == uri
