"""How long to wait before trying again."""

from typing import Final

FIRST: Final = 2.0
LONGEST: Final = 3_600.0


def backoff(attempts: int) -> float:
    """Seconds to wait after this many failed attempts: 2, 4, 8 .. up to an hour.

    No random part: retries come from rows claimed one page at a time, so they do not arrive as a crowd.
    """
    return float(min(LONGEST, FIRST * 2 ** (min(attempts, 12) - 1)))
