"""Tones and the measure of them."""

import numpy as np
import pytest

from switchboard.audio.g711 import MU_DECODE
from switchboard.audio.tones import KEY_FREQUENCIES, key_tones, levels, tone


def test_a_tone_is_measured_at_its_level() -> None:
    sound = tone([440, 1_000], 1.0, 5_000)
    assert levels(sound, [440, 1_000, 700]) == pytest.approx([5_000, 5_000, 0], abs=5)


def test_every_key_has_its_two_tones_and_a_pause() -> None:
    assert len(KEY_FREQUENCIES) == 16
    for key, pair in KEY_FREQUENCIES.items():
        sound = MU_DECODE[key_tones(key)]
        assert levels(sound[:800], pair) == pytest.approx([6_000, 6_000], rel=0.05)
        assert not sound[800:].any()


def test_no_keys_are_no_sound_and_an_unknown_key_is_an_error() -> None:
    assert len(key_tones("")) == 0
    with pytest.raises(KeyError):
        key_tones("x")


def test_loud_tones_are_clipped_not_wrapped() -> None:
    assert np.abs(tone([440, 440.5], 0.1, 30_000).astype(int)).max() <= 32_768
