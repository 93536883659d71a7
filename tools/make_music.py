"""Synthesises the music that callers hear while they wait: src/switchboard/flows/sounds/music.ul.

    python tools/make_music.py [OUTPUT.ul] [--wav LISTEN.wav]

A slow piece in E flat major, 96 seconds at 60 beats a minute, four bars a phrase, in three layers: an
electric piano (frequency modulation, Chowning 1973), a warm pad, and from the second phrase on a plucked
arpeggio. Made for telephones: nothing matters below 150 or above 3,000 Hz, no drums, no sudden starts,
-20 dBFS on average with peaks 13 dB above it at most, so that no handset distorts.

Everything is laid on a circle: what sounds on past the end, echo and filters included, sounds on at the
beginning. The loop therefore has no seam. Random numbers are seeded; the file comes out the same each time.
"""

import argparse
import wave
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float64]

RATE: Final = 32_000
TELEPHONE: Final = 8_000
BEAT: Final = 1.0
BARS: Final = 24
LENGTH: Final = int(BARS * 4 * BEAT * RATE)
LEVEL: Final = 0.1
"""Root mean square of the whole piece: -20 dBFS."""
OUTPUT: Final = Path(__file__).parent.parent / "src/switchboard/flows/sounds/music.ul"

NOTES: Final = {"C": 0, "D": 2, "Eb": 3, "F": 5, "G": 7, "Ab": 8, "A": 9, "Bb": 10, "B": 11}

# One chord per bar: bass note and four voices, close together so that each moves by a step.
PHRASES: Final = (
    ("Eb3", ("G4", "Bb4", "D5", "F5")),  # Eb major 9
    ("C3", ("G4", "Bb4", "C5", "Eb5")),  # C minor 7
    ("Ab3", ("G4", "Bb4", "C5", "Eb5")),  # Ab major 9
    ("Bb2", ("F4", "Ab4", "C5", "Eb5")),  # Bb 11
    ("G3", ("F4", "Bb4", "C5", "D5")),  # G minor 11
    ("C3", ("G4", "Bb4", "D5", "Eb5")),  # C minor 9
    ("F3", ("Ab4", "C5", "Eb5", "G5")),  # F minor 9
    ("Bb2", ("Ab4", "C5", "D5", "F5")),  # Bb 9
)

# Bars of the tune, (beat, note, beats long): sparse, so that it can be heard for five minutes.
TUNE: Final = {
    8: ((0.0, "Bb5", 2.5), (3.0, "G5", 1.0)),
    9: ((0.0, "Eb5", 3.0),),
    10: ((1.0, "C6", 2.0), (3.0, "Bb5", 1.0)),
    11: ((0.0, "F5", 3.0),),
    12: ((0.0, "D5", 1.5), (2.0, "F5", 2.0)),
    13: ((0.0, "G5", 3.0),),
    14: ((1.0, "Ab5", 1.5), (3.0, "G5", 1.0)),
    15: ((0.0, "F5", 3.5),),
    18: ((0.0, "G5", 2.0), (2.0, "Bb5", 2.0)),
    19: ((0.0, "Ab5", 3.0),),
    22: ((2.0, "C6", 2.0),),
    23: ((0.0, "Bb5", 3.0),),
}


def frequency(note: str) -> float:
    """Hertz of a note such as `Eb4`, A4 = 440 Hz."""
    semitone = NOTES[note[:-1]] + 12 * (int(note[-1]) + 1)
    return float(440.0 * 2 ** ((semitone - 69) / 12))


def seconds(duration: float) -> Sound:
    return np.arange(int(duration * RATE)) / RATE


def envelope(t: Sound, attack: float, fade: float, end: float) -> Sound:
    """Rises in `attack` seconds, dies away with time constant `fade`, and is let go softly at the end."""
    rise = np.clip(t / attack, 0, 1)
    release = np.clip((t[-1] - t) / end, 0, 1)
    shaped: Sound = np.sin(rise * np.pi / 2) ** 2 * np.exp(-t / fade) * np.sin(release * np.pi / 2) ** 2
    return shaped


def piano(hertz: float, duration: float, force: float) -> Sound:
    """An electric piano: a bell-like touch over a round tone, darker when played softly."""
    t = seconds(duration + 2.0)
    phase = 2 * np.pi * hertz * t
    body = np.sin(phase + (0.35 + 0.5 * force) * np.exp(-t / 0.9) * np.sin(phase))
    touch = 0.06 * force * np.exp(-t / 0.12) * np.sin(phase * 4 + 0.4 * np.sin(phase))
    octave = 0.10 * np.exp(-t / 0.5) * np.sin(2 * phase)
    return (body + touch + octave) * envelope(t, 0.012, 1.9, 1.2) * force


def pad(hertz: float, duration: float) -> Sound:
    """Five slightly detuned voices with few overtones, swelling and fading over the bar."""
    t = seconds(duration + 2.5)
    sound = np.zeros_like(t)
    for cents in (-7, -3, 0, 4, 8):
        phase = 2 * np.pi * hertz * 2 ** (cents / 1200) * t + cents
        sound += np.sin(phase) + 0.28 * np.sin(2 * phase) + 0.08 * np.sin(3 * phase)
    return sound / 5 * envelope(t, 1.6, 60.0, 2.5)


def pluck(hertz: float, force: float) -> Sound:
    """A soft string: overtones that die the sooner the higher they are."""
    t = seconds(2.2)
    sound = np.zeros_like(t)
    for n in range(1, 7):
        if n * hertz < 3_000:
            sound += np.sin(2 * np.pi * n * hertz * t) * np.exp(-t * (1.4 + 1.3 * n)) / n**1.6
    return sound * envelope(t, 0.006, 5.0, 0.8) * force


class Circle:
    """A stretch of sound that is bent to a circle: what is put past the end goes on at the beginning."""

    def __init__(self) -> None:
        self.sound: Sound = np.zeros(LENGTH)

    def put(self, beat: float, sound: Sound, gain: float) -> None:
        places = (int(beat * BEAT * RATE) + np.arange(len(sound))) % LENGTH
        np.add.at(self.sound, places, sound * gain)

    def filtered(self, low: float, high: float) -> Sound:
        """Gently without what is below `low` and above `high` hertz."""
        hertz = np.fft.rfftfreq(LENGTH, 1 / RATE)
        keep = 1 / np.sqrt(1 + (hertz / high) ** 6) / np.sqrt(1 + (low / np.maximum(hertz, 1e-3)) ** 4)
        kept: Sound = np.fft.irfft(np.fft.rfft(self.sound) * keep, LENGTH)
        return kept


def room(chance: np.random.Generator) -> Sound:
    """An echo of a warm room: filtered noise that dies away in 2.2 s, beginning after 25 ms."""
    t = seconds(2.2)
    noise = np.convolve(chance.standard_normal(len(t)), np.hanning(24) / 12, mode="same")
    late: Sound = np.concatenate([np.zeros(int(0.025 * RATE)), noise * np.exp(-t / 0.55)])
    loudness = float(np.sqrt(np.sum(late**2)))
    return late / loudness


def echoed(sound: Sound, echo: Sound, share: float) -> Sound:
    wet: Sound = np.fft.irfft(np.fft.rfft(sound) * np.fft.rfft(echo, LENGTH), LENGTH)
    return sound + share * wet


def breathing(depth: float, turns: int) -> Sound:
    """A slow swell that comes round exactly `turns` times."""
    around: Sound = 1 + depth * np.sin(2 * np.pi * turns * np.arange(LENGTH) / LENGTH)
    return around


def compose(chance: np.random.Generator) -> Sound:
    pianos, pads, plucks = Circle(), Circle(), Circle()
    for bar in range(BARS):
        bass, voices = PHRASES[bar % len(PHRASES)]
        beat = bar * 4.0
        human = chance.uniform(0, 0.025, 8)
        pianos.put(beat + human[0], piano(frequency(bass), 3.6, 0.5), 0.20)
        for n, voice in enumerate(voices):
            pads.put(beat - 0.6, pad(frequency(voice) / (2 if n < 2 else 1), 4.6), 0.17 if n < 2 else 0.09)
            # The chord is rolled, and answered once more, softer, on the third beat of every other bar.
            pianos.put(beat + 0.05 * n + human[n], piano(frequency(voice), 3.2, 0.42), 0.19)
            if bar % 2:
                pianos.put(beat + 2.5 + 0.03 * n + human[n], piano(frequency(voice), 1.4, 0.28), 0.15)
        if bar >= 4:
            strings(plucks, beat, bar, voices, chance)
        for when, note, long in TUNE.get(bar, ()):
            pianos.put(beat + when + human[5], piano(frequency(note), long, 0.45), 0.26)
    warm = pianos.filtered(90, 2_600) * breathing(0.12, 5 * BARS) + pads.filtered(120, 1_400)
    return echoed(warm + plucks.filtered(150, 2_800), room(chance), 0.28)


def strings(plucks: Circle, beat: float, bar: int, voices: tuple[str, ...], chance: np.random.Generator) -> None:
    """Eight plucked notes a bar up and down the chord, now and then leaving one out."""
    order = (0, 1, 2, 3, 2, 1, 2, 1) if bar % 2 == 0 else (0, 2, 1, 3, 1, 2, 0, 1)
    for n, voice in enumerate(order):
        force = (1.0 if n in {0, 4} else 0.7) * chance.uniform(0.8, 1.0)
        if n == 7 and bar % 4 == 3:
            continue
        plucks.put(beat + n / 2 + chance.uniform(0, 0.015), pluck(frequency(voices[voice]), force), 0.20)


def levelled(sound: Sound) -> Sound:
    """Louder and softer stretches brought nearer to each other, as slowly as a hand on a fader would.

    Peaks are never cut: a cut spreads noise over the whole band, which a telephone makes worse.
    """
    turns = np.fft.rfftfreq(LENGTH, 1 / RATE)
    slowly = np.exp(-((turns / 0.45) ** 2))
    power = np.fft.irfft(np.fft.rfft(sound**2) * slowly, LENGTH)
    even: Sound = sound / np.maximum(power, np.mean(power) / 20) ** 0.3
    return even


def for_telephones(sound: Sound) -> Sound:
    """8 kHz, band-limited on the circle, at `LEVEL`."""
    spectrum = np.fft.rfft(levelled(sound))
    hertz = np.fft.rfftfreq(LENGTH, 1 / RATE)
    spectrum *= 1 / np.sqrt(1 + (hertz / 3_200) ** 16) * (hertz < TELEPHONE / 2) * (hertz > 60)
    length = LENGTH * TELEPHONE // RATE
    small = np.fft.irfft(spectrum[: length // 2 + 1], length) * TELEPHONE / RATE
    return small * LEVEL / float(np.sqrt(np.mean(small**2)))


def mu_law(sound: Sound) -> bytes:
    """ITU-T G.711 mu-law of samples from -1 to 1 (the reference's 14-bit segments)."""
    value = np.round(sound * 32_768).astype(np.int64)
    sign = np.where(value < 0, 0x80, 0)
    size = np.minimum(np.abs(value), 32_635) + 132
    exponent = np.floor(np.log2(size)).astype(np.int64) - 7
    mantissa = (size >> (exponent + 3)) & 0x0F
    return bytes((~(sign | exponent << 4 | mantissa) & 0xFF).astype(np.uint8))


def main() -> None:
    arguments = argparse.ArgumentParser(description="Make the music for those who wait.")
    arguments.add_argument("output", nargs="?", type=Path, default=OUTPUT)
    arguments.add_argument("--wav", type=Path, help="write a WAV as well, for listening")
    chosen = arguments.parse_args()
    sound = for_telephones(compose(np.random.default_rng(1_889)))
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    chosen.output.write_bytes(mu_law(sound))
    if chosen.wav:
        with wave.open(str(chosen.wav), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(TELEPHONE)
            file.writeframes((sound * 32_767).astype("<i2").tobytes())


if __name__ == "__main__":
    main()
