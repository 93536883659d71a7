"""Tones to speak with and a Fourier transform to listen with."""

import math
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE = 8_000
Samples = npt.NDArray[np.float64]


def tone_file(path: Path, frequency: float, *, seconds: float = 60.0, level: float = 0.25) -> Path:
    """Write a mono 16-bit WAV of one tone; level 1.0 is full scale."""
    time = np.arange(round(RATE * seconds)) / RATE
    return wave_file(path, 32_767 * level * np.sin(2 * np.pi * frequency * time))


def wave_file(path: Path, samples: Samples) -> Path:
    """Write a mono 16-bit WAV of these samples."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


LOW_TONES, HIGH_TONES = (697, 770, 852, 941), (1209, 1336, 1477)
"""Hz of a key pad's rows and columns (Q.23)."""


def key_tones(key: str, *, seconds: float = 0.12, level: float = 0.2) -> Samples:
    """What a telephone sounds like while that key is down, 16 bit."""
    row, column = divmod("123456789*0#".index(key), 3)
    time = np.arange(round(RATE * seconds)) / RATE
    both = sum(np.sin(2 * np.pi * tone * time) for tone in (LOW_TONES[row], HIGH_TONES[column]))
    return np.asarray(32_767 * level * both)


def key_file(path: Path, key: str) -> Path:
    """Write a WAV in which a key is pressed once, after a moment, and then nothing is heard for a minute."""
    return wave_file(path, np.concatenate([np.zeros(RATE // 5), key_tones(key), np.zeros(60 * RATE)]))


def read_wave(path: Path) -> Samples:
    """The samples of a mono 16-bit WAV, also of one whose header was not finished by its writer."""
    return np.frombuffer(path.read_bytes()[44:][: (path.stat().st_size - 44) // 2 * 2], "<i2").astype(float)


def level_db(samples: Samples, frequency: float) -> float:
    """How loud one tone is in the samples, in dB of full scale; -120 when there is nothing to hear.

    A Hann window over all samples; at least a tenth of a second is needed to tell tones 50 Hz apart.
    """
    if len(samples) < RATE // 10:
        return -120.0
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) / len(samples) * 4
    middle = round(frequency * len(samples) / RATE)
    peak = float(spectrum[max(0, middle - 2) : middle + 3].max())
    return max(-120.0, 20 * math.log10(max(peak, 1e-6) / 32_768))


def hears(samples: Samples, frequency: float, *, seconds: float = 1.0, above: float = -30.0) -> bool:
    """Whether the tone is louder than `above` dB in any stretch of that length (they overlap by half)."""
    stretch = round(RATE * seconds)
    starts = range(0, max(1, len(samples) - stretch + 1), max(1, stretch // 2))
    return any(level_db(samples[at : at + stretch], frequency) > above for at in starts)


def keeps_on(samples: Samples, frequency: float, *, seconds: float, above: float = -30.0) -> bool:
    """Whether the tone is heard for so long without a break of a tenth of a second."""
    piece, run = RATE // 10, 0
    for at in range(0, len(samples) - piece + 1, piece):
        run = run + 1 if level_db(samples[at : at + piece], frequency) > above else 0
        if run * piece >= RATE * seconds:
            return True
    return False


def likeness(heard: Samples, wanted: Samples) -> float:
    """How much some stretch of what was heard is like the wanted sound, whatever its level: 1.0 is the same.

    The highest normalised cross-correlation; two different sentences of one voice reach about 0.2.
    """
    if len(heard) < len(wanted) or not len(wanted):
        return 0.0
    size = len(heard) + len(wanted)
    products = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size)), size)
    sums = np.concatenate([[0.0], np.cumsum(heard**2)])
    energy = sums[len(wanted) :] - sums[: -len(wanted)]
    scale = np.sqrt(np.maximum(energy, 1.0) * np.sum(wanted**2))
    return float(np.max(products[: len(energy)] / scale))
