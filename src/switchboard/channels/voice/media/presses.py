"""One press, one report: a key may come as an RFC 4733 event, as tones, by SIP INFO, or in several of these at once."""

from collections import deque
from dataclasses import dataclass
from typing import Final

from switchboard.channels.voice.media.events import DigitSource

SAME_PRESS: Final = 3.0
"""Seconds within which the same key in another way is the same press; INFO comes when the key goes up."""


@dataclass(slots=True)
class _Press:
    key: str
    at: float
    ways: set[DigitSource]


class Presses:
    """The keys of one far end. A key that comes twice in the same way was pressed twice."""

    def __init__(self) -> None:
        self._recent: deque[_Press] = deque()

    def is_new(self, key: str, way: DigitSource, now: float) -> bool:
        """Whether this report is a press that was not told yet. now: seconds, any clock that does not jump."""
        while self._recent and now - self._recent[0].at > SAME_PRESS:
            self._recent.popleft()
        for press in self._recent:
            if press.key == key and way not in press.ways:
                press.ways.add(way)
                return False
        self._recent.append(_Press(key, now, {way}))
        return True
