"""Telephone keys heard in the sound itself: detection of the tone pairs of ITU-T Q.23 within the limits of Q.24.

    detector = KeyDetector()
    detector.grow(rows)
    for row, key in detector.hear(rows, pieces):      # the next 10 ms of some rows
        ...

For many rows at a time. What a row sounded like 10 ms ago is kept, so that each look sees 20 ms, every 10 ms.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from switchboard.audio.g711 import RATE, Linear
from switchboard.audio.tones import KEY_FREQUENCIES

PIECE: Final = 80
"""Samples that are taken at a time: 10 ms."""

LOOK: Final = 2 * PIECE

QUIETEST: Final = 700.0
"""Amplitude of the weaker tone that still counts, of 32,767: -30 dBm0; Q.24 asks for -25 (AT&T) to -29 (NTT)."""

PURITY: Final = 0.86
"""Share of a look's energy that must lie in the two tones. Voices and music spread theirs over harmonics."""

TWIST_HIGH: Final = 10 ** (5.5 / 10)
"""How much stronger (in energy) the higher tone may be: Q.24 asks for 4 dB (AT&T) or 5 dB (NTT)."""

TWIST_LOW: Final = 10 ** (9.0 / 10)
"""How much stronger the lower tone may be: 8 dB (AT&T)."""

PRESSED: Final = 3
"""Looks in a row that must agree: a tone of 40 ms gives them wherever it begins."""

RELEASED: Final = 4
"""Looks without the key after which it is up. A break of 10 ms spoils three, a pause of 40 ms five."""

STEADY: Final = 10 ** (4.0 / 10)
"""How much the energy of a tone may change from one look to the next; speech swells and fades."""

_DEVIATION: Final = 0.018
"""Tones may be 1.5 % off; 3.5 % must not count."""

_NOBODY: Final = -1
_KEYS: Final = "".join(sorted(KEY_FREQUENCIES, key=lambda key: KEY_FREQUENCIES[key]))
"""By low tone, then by high tone: key = 4 * low + high."""

_LOWS: Final = sorted({low for low, _ in KEY_FREQUENCIES.values()})
_HIGHS: Final = sorted({high for _, high in KEY_FREQUENCIES.values()})
_DEPTH: Final = 4


def _band(frequency: float) -> npt.NDArray[np.float64]:
    """An orthonormal basis [LOOK, _DEPTH] of all that a tone within the deviation can be during a look."""
    at = np.arange(LOOK) / RATE
    near = frequency * (1 + np.linspace(-_DEVIATION, _DEVIATION, 9))
    waves = np.concatenate([np.cos(2 * np.pi * np.outer(at, near)), np.sin(2 * np.pi * np.outer(at, near))], axis=1)
    basis: npt.NDArray[np.float64] = np.linalg.svd(waves, full_matrices=False)[0][:, :_DEPTH]
    return basis


_TONES: Final = len(_LOWS) + len(_HIGHS)
_BANDS: Final = np.stack([_band(f) for f in (*_LOWS, *_HIGHS)], axis=2).reshape(LOOK, -1).astype(np.float32)
"""[LOOK, _DEPTH * _TONES]: the first vector of each band, then the second of each, and so on."""
_LEAST: Final = QUIETEST**2 / 2 * LOOK


class KeyDetector:
    """One state per row; a row that is heard for the first time, or again after `forget`, begins in silence."""

    def __init__(self) -> None:
        self._capacity = 0
        self._before = np.zeros((0, PIECE), np.float32)
        self._energy = np.zeros((0, 2), np.float32)
        self._seen = np.zeros(0, np.int64)
        self._run = np.zeros(0, np.int64)
        self._down = np.zeros(0, np.int64)
        self._missed = np.zeros(0, np.int64)

    def grow(self, capacity: int) -> None:
        """Make room for `capacity` rows."""
        added = capacity - self._capacity
        if added <= 0:
            return
        self._before = np.concatenate([self._before, np.zeros((added, PIECE), np.float32)])
        self._energy = np.concatenate([self._energy, np.ones((added, 2), np.float32)])
        for name, empty in (("_seen", _NOBODY), ("_run", 0), ("_down", _NOBODY), ("_missed", 0)):
            setattr(self, name, np.concatenate([getattr(self, name), np.full(added, empty, np.int64)]))
        self._capacity = capacity

    def forget(self, rows: npt.NDArray[np.intp]) -> None:
        """These rows fell silent or serve somebody else: no key is down, the next piece begins anew."""
        self._before[rows] = 0
        self._energy[rows] = 1
        self._seen[rows] = self._down[rows] = _NOBODY
        self._run[rows] = 0

    def hear(self, rows: npt.NDArray[np.intp], pieces: Linear) -> list[tuple[int, str]]:
        """The next 10 ms of `rows`, all different: int16 [rows, PIECE]. Returns (row, key) for keys that went down."""
        looks = np.concatenate([self._before[rows], pieces.astype(np.float32)], axis=1)
        self._before[rows] = looks[:, PIECE:]
        total: npt.NDArray[np.float32] = np.einsum("ij,ij->i", looks, looks)
        seen = np.full(len(rows), _NOBODY)
        steady = np.zeros(len(rows), np.bool_)
        # Both tones need their least energy: whoever is quieter need not be looked at closely.
        loud = np.flatnonzero(total >= 2 * _LEAST * PURITY)
        if len(loud):
            seen[loud], steady[loud] = self._look(rows[loud], looks[loud], total[loud])
        same = steady & (seen == self._seen[rows]) & (seen != _NOBODY)
        run = np.where(seen == _NOBODY, 0, np.where(same, self._run[rows] + 1, 1))
        self._seen[rows], self._run[rows] = seen, run
        return self._changes(rows, seen, run)

    def _look(
        self, rows: npt.NDArray[np.intp], looks: npt.NDArray[np.float32], total: npt.NDArray[np.float32]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """The key in each look, or none, and whether its tones are as loud as in the look before."""
        parts = looks @ _BANDS
        parts *= parts
        # Adding columns costs a third of a sum over a short axis.
        bands = sum((parts[:, k : k + _TONES] for k in range(_TONES, len(_BANDS[0]), _TONES)), parts[:, :_TONES])
        low, high = bands[:, :4].argmax(axis=1), bands[:, 4:].argmax(axis=1)
        energy = np.stack([bands[:, :4].max(axis=1), bands[:, 4:].max(axis=1)], axis=1)
        is_key = (
            (energy.sum(axis=1) > PURITY * total)
            & (energy.min(axis=1) > _LEAST)
            & (energy[:, 1] < energy[:, 0] * TWIST_HIGH)
            & (energy[:, 0] < energy[:, 1] * TWIST_LOW)
        )
        energy = np.maximum(energy, 1)
        change = energy / self._energy[rows]
        self._energy[rows] = energy
        return np.where(is_key, 4 * low + high, _NOBODY), (np.maximum(change, 1 / change) < STEADY).all(axis=1)

    def _changes(
        self, rows: npt.NDArray[np.intp], seen: npt.NDArray[np.int64], run: npt.NDArray[np.int64]
    ) -> list[tuple[int, str]]:
        """Keys that come up, then keys that go down."""
        down = self._down[rows]
        missed = np.where(seen == down, 0, self._missed[rows] + 1)
        down = np.where(missed >= RELEASED, _NOBODY, down)
        pressed = (run >= PRESSED) & (seen != down)
        self._down[rows] = np.where(pressed, seen, down)
        self._missed[rows] = np.where(pressed, 0, missed)
        return [(int(rows[at]), _KEYS[seen[at]]) for at in np.flatnonzero(pressed)]
