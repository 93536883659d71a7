"""Keys that come as sound: far ends without RFC 4733, and gateways that let the tones through."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from switchboard.audio.dtmf import PIECE, KeyDetector
from switchboard.audio.g711 import A_DECODE, MU_DECODE
from switchboard.channels.voice.media.events import Digit, DigitSource, MediaEvent
from switchboard.channels.voice.media.reception import Packets
from switchboard.channels.voice.media.rows import NONE, Hears, Rows
from switchboard.protocols.rtp.packet import HEADER_SIZE

_SILENT_FOR = 480
"""Timestamp units without a packet after which a key that was down is up: 60 ms. Less is loss."""


class KeysInSound:
    """Listens to all rows but those of two people who talk: nobody asks those for keys, and talk is long.

    tell: called with (row, event). That one press may come as packets and as tones is for `Presses` to see.
    """

    def __init__(self, rows: Rows, tell: Callable[[int, MediaEvent], None]) -> None:
        self._rows = rows
        self._tell = tell
        self._detector = KeyDetector()
        self._stream = np.zeros(0, np.int64)
        self._due = np.zeros(0, np.int64)

    def forget(self, row: int) -> None:
        """The row's leg has ended."""
        if row < len(self._stream):
            self._stream[row] = NONE

    def hear(self, packets: Packets) -> None:
        """Listen to a round's packets."""
        wanted = (self._rows.hears[packets.rows] != Hears.RELAY) & ~packets.is_event
        if not wanted.any():
            return
        self._make_room()
        packets = packets.only(wanted)
        packets = packets.only(self._in_order(packets))
        counts = (packets.sizes - HEADER_SIZE) // PIECE
        alaw = (packets.data[:, 1] & 0x7F) == 8
        for k in range(int(counts.max(initial=0))):
            has = np.flatnonzero(counts > k)
            coded = packets.data[has, HEADER_SIZE + k * PIECE : HEADER_SIZE + (k + 1) * PIECE]
            pieces = MU_DECODE.take(coded)
            if (other := alaw[has]).any():
                pieces[other] = A_DECODE.take(coded[other])
            for row, key in self._detector.hear(packets.rows[has], pieces):
                self._tell(row, Digit(key, DigitSource.IN_BAND))

    def _in_order(self, packets: Packets) -> npt.NDArray[np.bool_]:
        """Which packets follow what was heard before; rows that were silent begin anew."""
        rows, streams = packets.rows, self._rows.stream[packets.rows]
        ahead = ((packets.stamps - self._due[rows] + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)
        anew = (streams != self._stream[rows]) | (np.abs(ahead) >= _SILENT_FOR)
        if anew.any():
            self._detector.forget(rows[anew])
            self._stream[rows] = streams
        follows: npt.NDArray[np.bool_] = anew | (ahead >= 0)
        due = (packets.stamps + packets.sizes - HEADER_SIZE) & 0xFFFFFFFF
        self._due[rows] = np.where(follows, due, self._due[rows])
        return follows

    def _make_room(self) -> None:
        added = self._rows.capacity - len(self._stream)
        if added > 0:
            self._detector.grow(self._rows.capacity)
            self._stream = np.concatenate([self._stream, np.full(added, NONE, np.int64)])
            self._due = np.concatenate([self._due, np.zeros(added, np.int64)])
