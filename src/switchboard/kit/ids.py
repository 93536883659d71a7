"""Identifiers that sort by creation time and say nothing about anyone."""

import random
from collections.abc import Callable
from typing import Final

from switchboard.kit.clock import Clock

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS: Final = [first + second for first in _ALPHABET for second in _ALPHABET]
"""Ten bits each."""
_RANDOM_BITS: Final = 80
_LAST: Final = (1 << 48) - 1


class IdSource:
    """Makes ids of 26 characters: 48 bits of milliseconds, then 80 random bits (the ULID layout).

    clock: where the time comes from. entropy: `random.SystemRandom()` in production, a seeded
    `random.Random` in tests. Two ids of one millisecond are in no particular order.
    """

    def __init__(self, clock: Clock, entropy: random.Random) -> None:
        self._clock = clock
        self._entropy = entropy

    def next(self) -> str:
        """A new id, for example `01jd8v0k3n5zq8r4w1c7x2m9ta`."""
        bits = (self._clock.now() // 1_000) << _RANDOM_BITS | self._entropy.getrandbits(_RANDOM_BITS)
        return _written(bits)

    def secret(self) -> str:
        """An unguessable token of 160 bits, for sessions and keys. Needs a `SystemRandom` to be one."""
        bits = self._entropy.getrandbits(160)
        return "".join([_PAIRS[bits >> shift & 1023] for shift in range(150, -1, -10)])


def earliest(at: int) -> str:
    """The least id that could be made at this moment: ids made before are smaller, those made after are not.

    at: UTC epoch microseconds, from 0 on; a moment beyond the year 10889 counts as the last one.
    """
    return _written(min(max(at, 0) // 1_000, _LAST) << _RANDOM_BITS)


def _written(bits: int) -> str:
    return "".join([_PAIRS[bits >> shift & 1023] for shift in range(120, -1, -10)])


MakeId = Callable[[], str]
