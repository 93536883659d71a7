"""What still has to be sent to one page: bounded, whatever the page's speed."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Final

from switchboard.web.frames import Topic
from switchboard.web.live.direct import Frame, Write


@dataclass(frozen=True, slots=True)
class Closing:
    """Nothing more is sent: close with this code. The codes are in `connection.py`."""

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class SnapshotDue:
    """Send a fresh snapshot of this topic: the page has none, asked again, or was too slow."""

    topic: Topic


Due = str | SnapshotDue | Closing


class Outbox:
    """Frames in order of time, at most `most` changes of a topic; beyond that they give way to a snapshot.

    Filled by streams and the heartbeat, emptied by one writer with `next`. direct: writes a frame to the page at
    once, while nothing waits before it and the writer has nothing to do.
    """

    def __init__(self, most: int, direct: Write | None = None) -> None:
        self._most: Final = most
        self._direct = direct
        self._at_rest = False
        self._beats: deque[str] = deque(maxlen=4)
        self._frames: deque[tuple[Topic, str]] = deque()
        self._waiting: dict[Topic, int] = {}
        self._stale: dict[Topic, None] = {}
        self._closing: Closing | None = None
        self._filled = asyncio.Event()
        self.overflows = 0
        """How often changes gave way to a snapshot."""

    def change(self, topic: Topic, frame: Frame) -> None:
        """A change; dropped when a snapshot is due anyway, for that will contain it."""
        if self._at_rest and not self._filled.is_set() and self._direct is not None and self._direct(frame.wire):
            return
        if topic in self._stale:
            return
        if self._waiting.get(topic, 0) >= self._most:
            self.overflows += 1
            self.snapshot(topic)
            return
        self._waiting[topic] = self._waiting.get(topic, 0) + 1
        self._frames.append((topic, frame.text))
        self._filled.set()

    def snapshot(self, topic: Topic) -> None:
        """A snapshot is due; what waits of this topic is void."""
        self._frames = deque(waiting for waiting in self._frames if waiting[0] != topic)
        self._waiting[topic] = 0
        self._stale[topic] = None
        self._filled.set()

    def forget(self, topic: Topic) -> None:
        """Send nothing more of this topic that waits: its page looks at something else now."""
        self._frames = deque(waiting for waiting in self._frames if waiting[0] != topic)
        self._waiting[topic] = 0
        self._stale.pop(topic, None)

    def beat(self, frame: str) -> None:
        """A heartbeat, which goes before everything else."""
        self._beats.append(frame)
        self._filled.set()

    def close(self, code: int, reason: str) -> None:
        """End the connection; the first reason stands."""
        self._closing = self._closing or Closing(code, reason)
        self._filled.set()

    async def next(self) -> Due:
        """What to send now; waits until there is something. Until it is asked again, what it gave is being sent."""
        while (due := self._take()) is None:
            self._filled.clear()
            self._at_rest = True
            await self._filled.wait()
            self._at_rest = False
        return due

    def _take(self) -> Due | None:
        if self._closing is not None:
            return self._closing
        if self._beats:
            return self._beats.popleft()
        if self._stale:
            topic = next(iter(self._stale))
            del self._stale[topic]
            return SnapshotDue(topic)
        if self._frames:
            topic, frame = self._frames.popleft()
            self._waiting[topic] -= 1
            return frame
        return None
