"""The state of all legs of a worker as numpy columns: one leg, one row."""

import random
from enum import IntEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from switchboard.protocols.rtp.packet import HEADER_SIZE

Index = npt.NDArray[np.intp]

FRAME: Final = 160
"""Samples of a frame: 20 ms, one tick."""

PACKET: Final = HEADER_SIZE + FRAME

NONE: Final = -1

_FIRST_CAPACITY: Final = 64


class Hears(IntEnum):
    """What a row is sent, in falling precedence; see `choose`."""

    DIGITS = 1
    """Keys pressed towards it."""
    SOUND = 2
    """A sound file of its own."""
    RELAY = 3
    """The packets of one other row, as they come."""
    MIX = 4
    """The sum of several rows, every tick."""
    MUSIC = 5
    """The shared position of a looped sound."""
    SILENCE = 6
    NOTHING = 0
    """No packet is sent."""


_EMPTY: Final[dict[str, tuple[Any, Any]]] = {
    # What the row is.
    "used": (np.bool_, False),
    "connected": (np.bool_, False),
    "browser": (np.bool_, False),
    "hears": (np.int8, Hears.NOTHING),
    "muted": (np.bool_, False),
    "codec": (np.uint8, 0),
    "event_type": (np.int16, NONE),
    "relay_source": (np.intp, NONE),
    "music": (np.intp, NONE),
    "sound": (np.intp, NONE),
    "sound_frame": (np.int64, 0),
    # What it receives (RFC 3550, A.1 and A.8). `stream` numbers each new run of packets of any row.
    "ssrc": (np.int64, NONE),
    "stream": (np.int64, NONE),
    "first_seq": (np.int64, 0),
    "last_seq": (np.int64, 0),
    "received": (np.int64, 0),
    "received_all": (np.int64, 0),
    "lost_before": (np.int64, 0),
    "transit": (np.int64, 0),
    "jitter": (np.float64, 0.0),
    "heard_at": (np.int64, 0),
    "missed": (np.bool_, False),
    # What it is sent. `next_ts` is due in tick `due`; `following` is the stream that is being relayed.
    "own_ssrc": (np.int64, 0),
    "next_seq": (np.int64, 0),
    "next_ts": (np.int64, 0),
    "due": (np.int64, 0),
    "following": (np.int64, NONE),
    "shift_seq": (np.int64, 0),
    "shift_ts": (np.int64, 0),
    "sent": (np.int64, 0),
    "octets": (np.int64, 0),
}

_BY_TYPE: Final[dict[Any, dict[str, Any]]] = {
    kind: {name: empty for name, (own, empty) in _EMPTY.items() if own is kind}
    for kind in dict.fromkeys(kind for kind, _ in _EMPTY.values())
}
"""The columns of each type with what they hold in an empty row."""


class Rows:
    """The columns, and which rows are free. A row that is taken starts empty, whoever had it before.

    entropy: for SSRCs and the random beginnings of sequence numbers and timestamps (RFC 3550, 5.1).
    """

    used: npt.NDArray[np.bool_]
    connected: npt.NDArray[np.bool_]
    browser: npt.NDArray[np.bool_]
    hears: npt.NDArray[np.int8]
    muted: npt.NDArray[np.bool_]
    codec: npt.NDArray[np.uint8]
    event_type: npt.NDArray[np.int16]
    relay_source: Index
    music: Index
    sound: Index
    sound_frame: npt.NDArray[np.int64]
    ssrc: npt.NDArray[np.int64]
    stream: npt.NDArray[np.int64]
    first_seq: npt.NDArray[np.int64]
    last_seq: npt.NDArray[np.int64]
    received: npt.NDArray[np.int64]
    received_all: npt.NDArray[np.int64]
    lost_before: npt.NDArray[np.int64]
    transit: npt.NDArray[np.int64]
    jitter: npt.NDArray[np.float64]
    heard_at: npt.NDArray[np.int64]
    missed: npt.NDArray[np.bool_]
    own_ssrc: npt.NDArray[np.int64]
    next_seq: npt.NDArray[np.int64]
    next_ts: npt.NDArray[np.int64]
    due: npt.NDArray[np.int64]
    following: npt.NDArray[np.int64]
    shift_seq: npt.NDArray[np.int64]
    shift_ts: npt.NDArray[np.int64]
    sent: npt.NDArray[np.int64]
    octets: npt.NDArray[np.int64]

    def __init__(self, entropy: random.Random) -> None:
        self._entropy = entropy
        self.capacity = 0
        self.streams = 0
        """How many streams were numbered so far."""
        self.changed = True
        """Whether who hears what has changed since the plan of the tick was made."""
        self._free: list[int] = []
        # The columns of one type lie in one array, so that a row is emptied at one stroke for each type.
        self._blocks: list[tuple[npt.NDArray[Any], npt.NDArray[Any]]] = []
        self.out = np.zeros((0, PACKET), np.uint8)
        """The packet that each row is sent this tick, when it is sent a frame."""
        self.views: list[memoryview] = []
        """`out`, row by row."""
        self._grow(_FIRST_CAPACITY)

    def take(self, now: int) -> int:
        """A free row, emptied. now: the tick."""
        if not self._free:
            self._grow(2 * self.capacity)
        row = self._free.pop()
        for block, empty in self._blocks:
            block[:, row] = empty
        self.used[row] = True
        self.heard_at[row] = self.due[row] = now
        # The system's source costs a call into the kernel: ask once for all three.
        bits = self._entropy.getrandbits(32 + 15 + 32)
        self.set_ssrc(row, bits & 0xFFFFFFFF)
        self.next_seq[row] = bits >> 32 & 0x7FFF
        self.next_ts[row] = bits >> 47
        self.out[row, 0] = 0x80
        return row

    def set_ssrc(self, row: int, ssrc: int) -> None:
        """What our own packets to this row are marked with."""
        self.own_ssrc[row] = ssrc
        self.views[row][8:12] = ssrc.to_bytes(4, "big")

    def release(self, row: int) -> None:
        """Give a row back."""
        self.used[row] = self.connected[row] = False
        self.hears[row] = Hears.NOTHING
        self.changed = True
        self._free.append(row)

    def new_streams(self, rows: Index) -> None:
        """Number a new stream for each of `rows`, which are different."""
        self.stream[rows] = self.streams + np.arange(len(rows))
        self.streams += len(rows)

    def _grow(self, capacity: int) -> None:
        self._blocks = []
        for kind, columns in _BY_TYPE.items():
            empty = np.array(list(columns.values()), kind)
            block = np.repeat(empty[:, np.newaxis], capacity, axis=1)
            for name, column in zip(columns, block, strict=True):
                column[: self.capacity] = getattr(self, name, ())
                setattr(self, name, column)
            self._blocks.append((block, empty))
        out = np.zeros((capacity, PACKET), np.uint8)
        out[: self.capacity] = self.out
        self.out = out
        self.views = [memoryview(row) for row in out]  # type: ignore[arg-type]  # numpy rows are buffers
        # The lowest rows first, so that what is in use stays together.
        self._free[:0] = range(capacity - 1, self.capacity - 1, -1)
        self.capacity = capacity
        self.changed = True
