"""Telephone events: total, pressed and heard once each."""

import random

from hypothesis import given
from hypothesis import strategies as st

from switchboard.protocols.rtp.packet import RtpError
from switchboard.protocols.rtp.telephone_event import (
    KEYS,
    DigitsSeen,
    TelephoneEvent,
    parse_telephone_event,
    press_frames,
)

EVENTS = st.builds(TelephoneEvent, st.integers(0, 255), st.booleans(), st.integers(0, 63), st.integers(0, 0xFFFF))


@given(EVENTS)
def test_what_was_built_is_read_back(event: TelephoneEvent) -> None:
    assert parse_telephone_event(event.build()) == event


@given(st.binary(max_size=8))
def test_parsing_is_total(payload: bytes) -> None:
    try:
        parse_telephone_event(payload)
    except RtpError:
        assert len(payload) < 4


@given(st.text(KEYS, max_size=12), st.integers(0, 2**32 - 1), st.integers(), st.floats(0, 0.6))
def test_every_press_is_heard_once_whatever_is_lost_or_repeated(
    digits: str, stamp: int, seed: int, loss: float
) -> None:
    chance, seen, heard = random.Random(seed), DigitsSeen(), ""
    begun_at, reached = stamp, []
    for at, frame in enumerate(press_frames(digits)):
        begun_at = (stamp + at * 160) & 0xFFFFFFFF if frame.begun == 0 else begun_at
        if frame.begun == 0:
            reached.append(False)
        if frame.event is None or chance.random() < loss:
            continue
        reached[-1] = True
        for _ in range(chance.choice([1, 1, 2])):
            heard += seen.press(7, begun_at, frame.event) or ""
    assert heard == "".join(digit for digit, came in zip(digits, reached, strict=True) if came)


def test_a_straggler_of_an_earlier_press_is_not_another_press() -> None:
    seen = DigitsSeen()
    one, two = TelephoneEvent(1, True, 10, 800), TelephoneEvent(2, False, 10, 160)
    assert seen.press(7, 1_000, one) == "1"
    assert seen.press(7, 3_000, two) == "2"
    assert seen.press(7, 1_000, one) is None
    assert seen.press(8, 1_000, one) == "1", "another stream begins anew"


def test_what_is_no_key_is_not_a_press() -> None:
    assert DigitsSeen().press(1, 1, TelephoneEvent(36, False, 0, 0)) is None


@given(st.floats(0.04, 0.5), st.floats(0.04, 0.5))
def test_presses_last_as_long_as_asked(length: float, pause: float) -> None:
    frames = list(press_frames("5", length, pause))
    pressed = [frame for frame in frames if frame.event is not None and not frame.event.end]
    assert abs(len(pressed) * 0.02 - length) <= 0.011
    assert sum(frame.event is not None and frame.event.end for frame in frames) == 3
    assert len(frames) - len(pressed) == max(round(pause / 0.02), 3)
