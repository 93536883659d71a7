"""Adding sound: every destination its own sum."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from switchboard.audio.mixing import mix, plan

EDGES = st.lists(st.tuples(st.integers(0, 7), st.sampled_from([0.0, 0.25, 0.5, 1.0, 2.0])), max_size=5)


@given(st.dictionaries(st.integers(0, 20), EDGES, max_size=6), st.integers(0, 2**32 - 1))
def test_a_mix_is_the_clipped_sum_of_its_sources(hears: dict[int, list[tuple[int, float]]], seed: int) -> None:
    sound = np.random.default_rng(seed).integers(-32_768, 32_767, (8, 16)).astype(np.int16)
    prepared = plan(hears)
    mixed = mix(prepared, sound[prepared.sources])
    assert sorted(prepared.destinations.tolist()) == sorted(to for to, edges in hears.items() if edges)
    for at, to in enumerate(prepared.destinations.tolist()):
        total = sum((sound[source].astype(int) * round(gain * 256) >> 8) for source, gain in hears[to])
        assert np.array_equal(mixed[at], np.clip(total, -32_768, 32_767))


def test_a_gain_beyond_the_limit_is_limited() -> None:
    prepared = plan({1: [(0, 99.0)]})
    assert mix(prepared, np.full((1, 2), 100, np.int16)).tolist() == [[400, 400]]


def test_nothing_to_mix_is_nothing() -> None:
    prepared = plan({})
    assert mix(prepared, np.zeros((0, 160), np.int16)).shape == (0, 160)
