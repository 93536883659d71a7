"""How often something may happen: a token bucket."""


class Rate:
    """per_second: how many on average, with bursts of up to one second's worth (at least one)."""

    __slots__ = ("_left", "_seen", "per_second")

    def __init__(self, per_second: float, now: float) -> None:
        self.per_second = per_second
        self._left = max(1.0, per_second)
        self._seen = now

    def take(self, now: float) -> bool:
        """Whether one more may happen now."""
        self._left = min(max(1.0, self.per_second), self._left + (now - self._seen) * self.per_second)
        self._seen = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True
