"""How long the newest operations took, without keeping them all."""

from collections import deque
from typing import Final

KEPT: Final = 4_096


class Latencies:
    """Durations in seconds of the newest 4,096 operations."""

    def __init__(self) -> None:
        self._newest: deque[float] = deque(maxlen=KEPT)

    def note(self, seconds: float) -> None:
        self._newest.append(seconds)

    def at(self, share: float) -> float:
        """Seconds within which `share` (0 to 1) of them ended, by nearest rank; 0.0 when none did."""
        if not self._newest:
            return 0.0
        ordered = sorted(self._newest)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
