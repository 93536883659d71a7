"""Keys in the sound: what ITU-T Q.24 asks for, and no key in speech or music."""

import asyncio
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.audio.dtmf import PIECE, KeyDetector
from switchboard.audio.g711 import MU_DECODE, RATE, Linear, encode_mu
from switchboard.audio.tones import KEY_FREQUENCIES
from switchboard.flows.speech import Voice

FULL = 22_370
"""The amplitude of a tone of 0 dBm0 (G.711: a full sine is +3.17 dBm0)."""


def heard(*sounds: Linear) -> list[str]:
    """The keys that rows with these sounds hear, as after a telephone line."""
    detector = KeyDetector()
    detector.grow(len(sounds))
    rows = np.arange(len(sounds), dtype=np.intp)
    line = np.zeros((len(sounds), max(len(sound) for sound in sounds) // PIECE * PIECE), np.int16)
    for row, sound in zip(line, sounds, strict=True):
        row[: len(sound)] = MU_DECODE[encode_mu(sound)][: len(row)]
    pieces = np.ascontiguousarray(line.reshape(len(sounds), -1, PIECE).swapaxes(0, 1))
    return [key for piece in pieces for _, key in detector.hear(rows, piece)]


def press(
    keys: str,
    *,
    length: float = 0.05,
    pause: float = 0.05,
    level: float = -10,
    twist: float = 0,
    off: float = 0,
    shift: int = 0,
) -> Linear:
    """Keys in a row. level: dBm0 of the low tone. twist: dB that the high one is louder. shift: samples."""
    at = np.arange(round(length * RATE)) / RATE
    parts = [np.zeros(400 + shift)]
    for key in keys:
        low, high = KEY_FREQUENCIES[key]
        loud = FULL * 10 ** (level / 20)
        sound = np.sin(2 * np.pi * low * (1 + off) * at)
        sound += 10 ** (twist / 20) * np.sin(2 * np.pi * high * (1 + off) * at + 1)
        parts += [loud * sound, np.zeros(round(pause * RATE))]
    return np.clip(np.concatenate(parts), -32_768, 32_767).astype(np.int16)


ALL = "".join(KEY_FREQUENCIES)


@pytest.mark.parametrize("shift", range(0, 160, 13))
def test_every_key_of_40_ms_is_heard_once_wherever_it_begins(shift: int) -> None:
    assert heard(press(ALL, length=0.04, pause=0.04, shift=shift)) == list(ALL)


@pytest.mark.parametrize(
    "line",
    [
        {"level": -25},
        {"level": -3},
        {"twist": 4, "level": -14},
        {"twist": -8},
        {"off": 0.015},
        {"off": -0.015},
        {"length": 2.0},
    ],
)
def test_what_a_receiver_must_take(line: dict[str, float]) -> None:
    assert heard(press(ALL, **line)) == list(ALL)  # type: ignore[arg-type]  # no integer among them


@pytest.mark.parametrize("line", [{"level": -45}, {"twist": 9}, {"twist": -13}, {"off": 0.035}, {"off": -0.035}])
def test_what_a_receiver_must_refuse(line: dict[str, float]) -> None:
    assert heard(press(ALL, **line)) == []  # type: ignore[arg-type]  # no integer among them


def test_a_key_in_noise_of_15_db_is_heard() -> None:
    noise = np.random.default_rng(5)
    sound = press(ALL, length=0.06).astype(float)
    power = np.mean(sound[sound != 0] ** 2)
    sound += noise.normal(0, np.sqrt(power / 10**1.5), len(sound))
    assert heard(sound.astype(np.int16)) == list(ALL)


def test_a_break_of_10_ms_is_one_press_and_a_pause_of_40_ms_two() -> None:
    assert heard(press("55", pause=0.01)) == ["5"]
    assert heard(press("55", pause=0.04)) == ["5", "5"]


def test_a_click_of_15_ms_and_a_single_tone_are_no_key() -> None:
    assert heard(press("1", length=0.015)) == []
    at = np.arange(RATE) / RATE
    assert heard((9_000 * np.sin(2 * np.pi * 697 * at)).astype(np.int16)) == []


@given(st.integers(0, 2**32 - 1), st.integers(0, 40))
def test_rows_do_not_disturb_each_other_and_nothing_raises(seed: int, rows: int) -> None:
    entropy = np.random.default_rng(seed)
    sound = entropy.integers(-32_768, 32_768, (rows, 30, PIECE)).astype(np.int16)
    key = press("8", length=0.2)[: 30 * PIECE].reshape(1, -1, PIECE)
    keyed = np.concatenate([key, sound[:, : key.shape[1]]])
    detector = KeyDetector()
    detector.grow(rows + 1)
    order = entropy.permutation(rows + 1).astype(np.intp)
    found = [told for at in range(key.shape[1]) for told in detector.hear(order, keyed[order, at])]
    assert [told for told in found if told[0] == 0] == [(0, "8")]


def test_a_forgotten_row_begins_anew() -> None:
    detector = KeyDetector()
    detector.grow(1)
    row = np.zeros(1, np.intp)
    tone = press("4", length=0.2)[400:].reshape(-1, 1, PIECE)
    assert [told for piece in tone[:10] for told in detector.hear(row, piece)] == [(0, "4")]
    detector.forget(row)
    assert [told for piece in tone[10:18] for told in detector.hear(row, piece)] == [(0, "4")]


SPOKEN = (
    "Good morning, I am calling about the invoice of last Tuesday: number five seven two, nine nine one. "
    "Ooh, who knew you two would move by the blue moon? Oh, eee, aaah, mmm, yes, I can wait."
)


def test_no_key_is_heard_in_speech() -> None:
    """Six languages, and faster and slower for higher and lower voices."""

    async def spoken() -> list[tuple[Linear, int]]:
        voice = Voice()
        try:
            said = [await voice.say(SPOKEN, language) for language in ("en", "de", "ru", "bg", "es", "it")]
        finally:
            await voice.close()
        return [(np.frombuffer(one.samples, np.int16), one.rate) for one in said]

    pitches = (0.8, 1.0, 1.25, 1.5, 1.8)
    voices = [resampled(samples, rate * pitch) for samples, rate in asyncio.run(spoken()) for pitch in pitches]
    assert sum(len(voice) for voice in voices) > 300 * RATE
    assert heard(*voices) == []


def resampled(samples: Linear, rate: float) -> Linear:
    count = int(len(samples) * RATE / rate)
    return np.interp(np.arange(count) * rate / RATE, np.arange(len(samples)), samples).astype(np.int16)


def chord(frequencies: Sequence[float], seconds: float) -> Linear:
    """Instruments have overtones and fade."""
    at = np.arange(round(seconds * RATE)) / RATE
    total = sum(
        (np.sin(2 * np.pi * f * k * at) / k for f in frequencies for k in range(1, 6) if f * k < RATE / 2),
        np.zeros(len(at)),
    )
    return (total / np.abs(total).max() * 20_000 * np.exp(-2 * at)).astype(np.int16)


def test_no_key_is_heard_in_music() -> None:
    """Every triad of four octaves, major and minor, in three positions."""
    triads = ((0, 4, 7), (0, 3, 7), (0, 5, 9), (0, 5, 8), (0, 3, 8), (0, 4, 9))
    music = [
        chord([440 * 2 ** ((root + step) / 12) for step in steps], 0.4) for root in range(-24, 24) for steps in triads
    ]
    assert heard(*music) == []
