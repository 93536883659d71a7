"""Identifiers sort by time, and secrets cannot be guessed from them."""

import random

from hypothesis import given
from hypothesis import strategies as st

from support.clock import SetClock
from switchboard.kit.ids import IdSource

ALPHABET = set("0123456789abcdefghjkmnpqrstvwxyz")

Times = st.integers(min_value=0, max_value=(1 << 48) * 1_000 - 1)


@given(Times, Times, st.integers())
def test_ids_sort_by_the_millisecond_they_were_made_in(first: int, second: int, seed: int) -> None:
    clock = SetClock(first)
    ids = IdSource(clock, random.Random(seed))
    one = ids.next()
    clock.microseconds = second
    other = ids.next()
    if first // 1_000 < second // 1_000:
        assert one < other
    elif first // 1_000 > second // 1_000:
        assert one > other
    assert len(one) == len(other) == 26
    assert set(one + other) <= ALPHABET


def test_no_two_of_one_millisecond_are_the_same() -> None:
    ids = IdSource(SetClock(), random.Random(1))
    assert len({ids.next() for _ in range(10_000)}) == 10_000


def test_a_secret_has_160_bits_and_nothing_of_the_time() -> None:
    clock = SetClock()
    secret = IdSource(clock, random.Random(7)).secret()
    clock.pass_seconds(1_000)
    assert IdSource(clock, random.Random(7)).secret() == secret
    assert len(secret) == 32
    assert set(secret) <= ALPHABET
