"""What is heard instead of a lost packet: the last pitch period again, fading (ITU-T G.711 Appendix I)."""

from typing import Final

import numpy as np
import numpy.typing as npt

from switchboard.audio.g711 import Linear

PIECE: Final = 80
"""Samples concealed at a time: 10 ms."""

HISTORY: Final = 320
"""Samples of earlier sound that are looked at: 40 ms."""

SHORTEST: Final = 40
LONGEST: Final = 120
"""Pitch periods searched, in samples: 200 Hz to 66 Hz (Appendix I.2.2)."""

FADED: Final = 6
"""Pieces after which nothing is left to hear: 60 ms (Appendix I.2.7)."""

_COMPARED: Final = 160
_LEVELS: Final = np.array([1.0, 1.0, 0.8, 0.6, 0.4, 0.2, 0.0])
"""Level at the start of the k-th lost piece; it falls linearly to that of the next."""


def pitch(history: Linear) -> npt.NDArray[np.intp]:
    """The pitch period of each row, in samples: where it resembles itself most.

    history: int16 [rows, HISTORY].
    """
    sound = history.astype(np.float32)
    last = sound[:, -_COMPARED:]
    shifted = np.lib.stride_tricks.sliding_window_view(sound, _COMPARED, axis=1)
    # Window w ends _COMPARED + w samples from the start: a shift of HISTORY - _COMPARED - w to the past.
    first = HISTORY - _COMPARED - LONGEST
    windows = shifted[:, first : HISTORY - _COMPARED - SHORTEST + 1]
    likeness = np.einsum("rs,rws->rw", last, windows)
    energy = np.sqrt(np.einsum("rws,rws->rw", windows, windows)) + 1.0
    period: npt.NDArray[np.intp] = LONGEST - np.argmax(likeness / energy, axis=1)
    return period


def conceal(history: Linear, periods: npt.NDArray[np.intp], lost: npt.NDArray[np.intp]) -> Linear:
    """The next 10 ms of each row: int16 [rows, PIECE].

    history: int16 [rows, HISTORY] of sound before the loss began, concealed pieces not included. periods:
    from `pitch` when the loss began. lost: pieces already concealed in this loss, from 0.
    """
    steps = np.arange(PIECE)
    where = (lost[:, None] * PIECE + steps) % periods[:, None] + HISTORY - periods[:, None]
    sound = np.take_along_axis(history, where, axis=1).astype(np.float32)
    before = _LEVELS[np.minimum(lost, FADED)][:, None]
    after = _LEVELS[np.minimum(lost + 1, FADED)][:, None]
    faded: Linear = (sound * (before + (after - before) * steps / PIECE)).astype(np.int16)
    return faded
