"""Tones: plain ones for signals and tests, and the pairs that telephone keys make (ITU-T Q.23)."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from switchboard.audio.g711 import RATE, Bytes, Linear, encode_mu

_ROWS: Final = (697, 770, 852, 941)
_COLUMNS: Final = (1209, 1336, 1477, 1633)
_PAD: Final = ("123A", "456B", "789C", "*0#D")

KEY_FREQUENCIES: Final[dict[str, tuple[int, int]]] = {
    key: (_ROWS[row], _COLUMNS[column]) for row, keys in enumerate(_PAD) for column, key in enumerate(keys)
}
"""Hz of the two tones of each key."""


def tone(frequencies: Sequence[float], seconds: float, level: int = 6_000) -> Linear:
    """Sines added up, int16; level: the amplitude of each, of 32,767."""
    at = np.arange(round(seconds * RATE)) / RATE
    total = sum((np.sin(2 * np.pi * f * at) for f in frequencies), np.zeros(len(at)))
    return np.clip(total * level, -32_768, 32_767).astype(np.int16)


def key_tones(digits: str, seconds: float = 0.1, pause: float = 0.06) -> Bytes:
    """The keys of `digits` pressed one after the other, as mu-law. Raises KeyError for no such key."""
    gap = np.zeros(round(pause * RATE), np.int16)
    parts = [part for digit in digits for part in (tone(KEY_FREQUENCIES[digit], seconds), gap)]
    return encode_mu(np.concatenate(parts)) if parts else np.zeros(0, np.uint8)


def levels(sound: Linear, frequencies: Sequence[int]) -> npt.NDArray[np.float64]:
    """The amplitude of each frequency (Hz) in `sound`, by a windowed DFT at just those frequencies."""
    window = np.hanning(len(sound))
    at = np.arange(len(sound)) / RATE
    waves = np.exp(-2j * np.pi * np.outer(np.asarray(frequencies, np.float64), at))
    found: npt.NDArray[np.float64] = np.abs(waves @ (sound * window)) * 2 / window.sum()
    return found
