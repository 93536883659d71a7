"""Jitter buffers for the rows that are mixed: packets in, exactly one frame per tick out."""

from typing import Final

import numpy as np
import numpy.typing as npt

from switchboard.audio.concealment import FADED, HISTORY, PIECE, conceal, pitch
from switchboard.audio.g711 import MU_DECODE, MU_SILENCE, Bytes, Linear
from switchboard.channels.voice.media.rows import FRAME, NONE, Index

SLOTS: Final = 32
"""Pieces of 10 ms a row can hold."""

FIRST_DEPTH: Final = 4
"""Pieces to wait before a new stream is played: 40 ms."""

DEEPEST: Final = 14
"""Pieces a row may lag behind its newest packet."""

REVIEW: Final = 250
"""Ticks after which half of the depth that was not needed is given back: 5 s."""

SPARE: Final = 2
"""Pieces of margin that are kept even when none was needed."""

STRAYS: Final = 3
"""Packets in a row that fit nowhere near the others after which the sender's clock must have jumped."""

_FAR: Final = 1 << 30
_EMPTY: Final = -_FAR


class JitterBuffers:
    """One ring of 10 ms pieces per row, found by timestamp; only rows that `place` was called for are alive.

    Depth follows the network: a packet that comes too late makes the row lag 20 ms more (up to 140 ms); five
    seconds in which even the latest packet was early make it lag less again. A sender whose clock is
    faster or slower than ours meets the same two rules.
    """

    def __init__(self) -> None:
        self._capacity = 0
        self._pieces = np.zeros((0, SLOTS, PIECE), np.uint8)
        self._slots = np.zeros((0, SLOTS), np.int64)
        self._stream = np.zeros(0, np.int64)
        self._base = np.zeros(0, np.int64)
        self._head = np.zeros(0, np.int64)
        self._margin = np.zeros(0, np.int64)
        self._strays = np.zeros(0, np.int64)
        self._lost = np.zeros(0, np.intp)
        self._period = np.zeros(0, np.intp)
        self._history = np.zeros((0, HISTORY), np.int16)
        self.late = 0
        """Packets that came too late to be heard, since the start."""
        self.concealed = 0
        """Pieces that were made up, since the start."""

    def grow(self, capacity: int) -> None:
        """Make room for `capacity` rows."""
        added = capacity - self._capacity
        if added <= 0:
            return
        self._pieces = np.concatenate([self._pieces, np.full((added, SLOTS, PIECE), MU_SILENCE, np.uint8)])
        self._slots = np.concatenate([self._slots, np.full((added, SLOTS), _EMPTY, np.int64)])
        self._history = np.concatenate([self._history, np.zeros((added, HISTORY), np.int16)])
        for name, empty in (
            ("_stream", NONE),
            ("_base", 0),
            ("_head", 0),
            ("_margin", _FAR),
            ("_strays", 0),
            ("_lost", FADED),
            ("_period", PIECE),
        ):
            column = getattr(self, name)
            setattr(self, name, np.concatenate([column, np.full(added, empty, column.dtype)]))
        self._capacity = capacity

    def forget(self, row: int) -> None:
        """The row is mixed no more; nothing of its sound may be heard when the row serves another leg."""
        self._stream[row] = NONE
        self._slots[row] = _EMPTY
        self._lost[row] = FADED
        self._history[row] = 0

    def place(
        self,
        rows: Index,
        streams: npt.NDArray[np.int64],
        stamps: npt.NDArray[np.int64],
        payloads: Bytes,
        sizes: npt.NDArray[np.int64],
    ) -> None:
        """Take packets in: at most one per row.

        streams: the number of each row's stream; another one than before begins the row anew. stamps: RTP
        timestamps. payloads: mu-law, uint8 [packets, widest], of which the first `sizes` count. Sizes are
        rounded down to 10 ms.
        """
        fresh = self._stream[rows] != streams
        if fresh.any():
            self._begin(rows[fresh], streams[fresh], stamps[fresh])
        away = ((stamps - self._base[rows] + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)
        slots = away // PIECE
        lead = slots - self._head[rows]
        stray = (lead < -SLOTS) | (lead >= SLOTS - FRAME // PIECE * 2)
        self._strays[rows] = np.where(stray, self._strays[rows] + 1, 0)
        anew = self._strays[rows] >= STRAYS
        if anew.any():
            self._begin(rows[anew], streams[anew], stamps[anew])
            slots[anew], lead[anew], stray[anew] = 0, FIRST_DEPTH, False
        if stray.any():
            rows, slots, lead, payloads, sizes = (
                rows[~stray],
                slots[~stray],
                lead[~stray],
                payloads[~stray],
                sizes[~stray],
            )
        late = lead < 0
        if late.any():
            self._lag(rows[late])
        self._margin[rows] = np.minimum(self._margin[rows], lead)
        for k in range(int(sizes.max(initial=0)) // PIECE):
            fits = (sizes >= (k + 1) * PIECE) & (lead + k >= 0)
            at = rows[fits], (slots[fits] + k) % SLOTS
            self._pieces[at] = payloads[fits, k * PIECE : (k + 1) * PIECE]
            self._slots[at] = slots[fits] + k

    def play(self, rows: Index) -> Linear:
        """The next 20 ms of each of `rows`, which are different: int16 [rows, 160]."""
        return np.concatenate([self._play_piece(rows) for _ in range(FRAME // PIECE)], axis=1)

    def review(self) -> None:
        """Give back depth that nobody needed; call it every `REVIEW` ticks."""
        early = (self._stream != NONE) & (self._margin > SPARE) & (self._margin < _FAR)
        self._head[early] += np.maximum((self._margin[early] - SPARE) // 2, 1)
        self._margin[:] = _FAR

    def _begin(self, rows: Index, streams: npt.NDArray[np.int64], stamps: npt.NDArray[np.int64]) -> None:
        self._stream[rows] = streams
        self._base[rows] = stamps
        self._head[rows] = -FIRST_DEPTH
        self._margin[rows] = _FAR
        self._slots[rows] = _EMPTY
        self._strays[rows] = 0

    def _lag(self, rows: Index) -> None:
        """These rows had a packet that came too late."""
        self.late += len(rows)
        newest = self._slots[rows].max(axis=1)
        able = rows[newest - self._head[rows] < DEEPEST - 2]
        self._head[able] -= 2

    def _play_piece(self, rows: Index) -> Linear:
        head = self._head[rows]
        place = head % SLOTS
        found = self._slots[rows, place] == head
        sound: Linear = MU_DECODE.take(self._pieces[rows, place])
        if not found.all():
            sound[~found] = self._concealed(rows[~found])
        self._lost[rows[found]] = 0
        history = self._history[rows]
        history[:, :-PIECE] = history[:, PIECE:]
        history[:, -PIECE:] = sound
        self._history[rows[found]] = history[found]
        self._head[rows] += self._stream[rows] != NONE
        return sound

    def _concealed(self, rows: Index) -> Linear:
        """10 ms for rows whose piece did not come: what they sounded like, fading to silence."""
        lost = self._lost[rows]
        new = rows[lost == 0]
        if len(new):
            self._period[new] = pitch(self._history[new])
        sound = np.zeros((len(rows), PIECE), np.int16)
        audible = lost < FADED
        if audible.any():
            heard = rows[audible]
            sound[audible] = conceal(self._history[heard], self._period[heard], lost[audible])
            self.concealed += len(heard)
        gone = rows[lost == FADED - 1]
        self._history[gone] = 0
        self._lost[rows] = np.minimum(lost + 1, FADED)
        return sound
