"""G.711 as tables: mu-law and A-law to and from 16-bit linear (ITU-T G.711, 11/88)."""

from typing import Final

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Linear = npt.NDArray[np.int16]

RATE: Final = 8_000
"""Samples per second."""

MU_SILENCE: Final = 0xFF
A_SILENCE: Final = 0xD5


def _mu_values() -> Linear:
    """The linear value of each mu-law byte (G.711, table 2a), scaled to 16 bits."""
    code = np.arange(256, dtype=np.int32) ^ 0xFF
    exponent, mantissa = (code >> 4) & 7, code & 15
    magnitude = (((mantissa << 3) + 0x84) << exponent) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _a_values() -> Linear:
    """The linear value of each A-law byte (G.711, table 1a), scaled to 16 bits."""
    code = np.arange(256, dtype=np.int32) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, code & 15
    magnitude = np.where(exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _nearest(values: Linear) -> Bytes:
    """For each 16-bit sample, taken as an unsigned index, the code whose value is nearest."""
    # Mu-law has two zeros; a stable sort of the reversed codes puts the positive one (0xFF) where it wins.
    order = np.argsort(values[::-1], kind="stable")
    codes = 255 - order
    ascending = values[codes].astype(np.int32)
    keep = np.append(True, ascending[1:] != ascending[:-1])
    codes, ascending = codes[keep], ascending[keep]
    borders = (ascending[1:] + ascending[:-1]) / 2
    samples = np.arange(65_536, dtype=np.uint16).view(np.int16).astype(np.int32)
    nearest: Bytes = codes[np.searchsorted(borders, samples, side="right")].astype(np.uint8)
    return nearest


MU_DECODE: Final = _mu_values()
A_DECODE: Final = _a_values()
_MU_ENCODE: Final = _nearest(MU_DECODE)
_A_ENCODE: Final = _nearest(A_DECODE)


def encode_mu(linear: Linear) -> Bytes:
    """int16 samples of any shape as mu-law."""
    coded: Bytes = _MU_ENCODE.take(linear.view(np.uint16))
    return coded


def encode_a(linear: Linear) -> Bytes:
    """int16 samples of any shape as A-law."""
    coded: Bytes = _A_ENCODE.take(linear.view(np.uint16))
    return coded


MU_TO_A: Final = encode_a(MU_DECODE)
"""256 entries: the A-law byte for a mu-law byte."""
A_TO_MU: Final = encode_mu(A_DECODE)
