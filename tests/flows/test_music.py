"""The music that comes with Switchboard: at a telephone's level, and a circle without a seam."""

import numpy as np
import pytest
from numpy.typing import NDArray

from switchboard.audio.g711 import MU_DECODE
from switchboard.flows.library import MUSIC

Sound = NDArray[np.float64]


@pytest.fixture(scope="module")
def music() -> Sound:
    return MU_DECODE[np.frombuffer(MUSIC.read_bytes(), np.uint8)].astype(np.float64) / 32_768


def decibel(power: float) -> float:
    return float(10 * np.log10(power))


def test_it_is_long_enough_and_small_enough(music: Sound) -> None:
    assert 90 * 8_000 <= len(music) <= 1_500_000
    assert len(music) % 160 == 0


def test_its_level_spares_the_handset_and_never_drops(music: Sound) -> None:
    assert decibel(np.mean(music**2)) == pytest.approx(-20, abs=0.5)
    assert decibel(np.max(music**2)) < -6.5
    assert abs(np.mean(music)) < 1e-4
    pieces = music[: len(music) // 16_000 * 16_000].reshape(-1, 16_000)
    assert all(-26 < decibel(level) < -14 for level in np.mean(pieces**2, axis=1))


def test_nothing_clicks_where_it_begins_again(music: Sound) -> None:
    """A step would be loud in the third difference: at the seam there is no more of it than elsewhere."""
    turned = np.roll(music, len(music) // 2)
    sharp = np.diff(turned, 3)
    energy = np.add.reduceat(sharp**2, np.arange(0, len(sharp) - 40, 40))
    seam = len(energy) // 2
    assert energy[seam - 3 : seam + 3].max() < np.percentile(energy, 95)


def test_it_lies_where_telephones_hear(music: Sound) -> None:
    power = np.abs(np.fft.rfft(music)) ** 2
    hertz = np.fft.rfftfreq(len(music), 1 / 8_000)
    share = power[(hertz >= 150) & (hertz <= 3_400)].sum() / power.sum()
    assert share > 0.9
    assert decibel(power[hertz > 3_400].sum() / power.sum()) < -40
