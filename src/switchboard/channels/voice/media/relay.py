"""Relaying: what one leg sends goes to the legs that hear only it, as it came and without a buffer."""

from collections.abc import Callable
from typing import Final

import numpy as np

from switchboard.audio.g711 import A_TO_MU, MU_TO_A, Bytes
from switchboard.channels.voice.media.intake import WIDEST
from switchboard.channels.voice.media.reception import Numbers, Packets
from switchboard.channels.voice.media.rows import FRAME, NONE, Hears, Index, Rows
from switchboard.protocols.rtp.packet import HEADER_SIZE

Send = Callable[[memoryview], object]
"""Send one packet to a row's far end. Raises OSError."""

_MARKER: Final = 0x80


class Relay:
    """Passes packets on under the destination's own SSRC, type, and unbroken numbers and times.

    Gaps and swaps of the source stay visible to the destination, which conceals and orders as it likes.
    senders: by row.
    """

    def __init__(self, rows: Rows, senders: list[Send]) -> None:
        self._rows = rows
        self._senders = senders
        self._begin: Index = np.zeros(0, np.intp)
        self._count: Index = np.zeros(0, np.intp)
        self._to: Index = np.zeros(0, np.intp)
        self._out = np.zeros((0, WIDEST), np.uint8)
        self._views: list[memoryview] = []
        self.failed = 0
        """Packets that the operating system did not take, since the start."""

    def plan(self) -> None:
        """Who hears whom has changed."""
        rows = self._rows
        to = np.flatnonzero((rows.hears == Hears.RELAY) & (rows.relay_source != NONE))
        source = rows.relay_source[to]
        self._to = to[np.argsort(source, kind="stable")]
        self._count = np.bincount(source, minlength=rows.capacity)
        self._begin = np.cumsum(self._count) - self._count

    def forward(self, packets: Packets, tick: int) -> None:
        """Send a round's packets to whoever hears just their row."""
        fan = self._count[packets.rows]
        copies = int(fan.sum())
        if not copies:
            return
        pick = np.repeat(np.arange(len(fan)), fan)
        # The k-th copy of a packet goes to the k-th destination of its source.
        kth = np.arange(copies) - np.repeat(np.cumsum(fan) - fan, fan)
        to = self._to[self._begin[packets.rows][pick] + kth]
        # Keys go only where they are understood.
        able = ~packets.is_event[pick] | (self._rows.event_type[to] != NONE)
        if not able.all():
            pick, to = pick[able], to[able]
        if len(to):
            self._send(packets.only(pick), to, tick)

    def _send(self, packets: Packets, to: Index, tick: int) -> None:
        """Rewrite the headers and send, packet k to row to[k]; all of `to` differ."""
        rows, count = self._rows, len(to)
        new = rows.following[to] != rows.stream[packets.rows]
        if new.any():
            self._follow(packets.only(new), to[new], tick)
        sequences = (packets.sequences + rows.shift_seq[to]) & 0xFFFF
        stamps = (packets.stamps + rows.shift_ts[to]) & 0xFFFFFFFF
        kinds = np.where(packets.is_event, rows.event_type[to], rows.codec[to])
        out = self._room(count)
        out[:] = packets.data
        self._transcode(out, packets, to)
        out[:, 1] = (out[:, 1] & _MARKER) | (new * _MARKER).astype(np.uint8) | kinds.astype(np.uint8)
        out[:, 2:4] = sequences.astype(">u2").view(np.uint8).reshape(count, 2)
        out[:, 4:8] = stamps.astype(">u4").view(np.uint8).reshape(count, 4)
        out[:, 8:12] = rows.own_ssrc[to].astype(">u4").view(np.uint8).reshape(count, 4)
        self._advance(packets, to, sequences, stamps, tick)
        for view, size, row in zip(self._views, packets.sizes.tolist(), to.tolist(), strict=False):
            try:
                self._senders[row](view[:size])
            except OSError:
                self.failed += 1

    def _follow(self, packets: Packets, to: Index, tick: int) -> None:
        """These destinations begin to hear another stream: continue their numbers, at the time it is now."""
        rows = self._rows
        pause = np.maximum(tick - rows.due[to], 0) * FRAME
        rows.shift_seq[to] = rows.next_seq[to] - packets.sequences
        rows.shift_ts[to] = rows.next_ts[to] + pause - packets.stamps
        rows.following[to] = rows.stream[packets.rows]

    def _advance(self, packets: Packets, to: Index, sequences: Numbers, stamps: Numbers, tick: int) -> None:
        rows = self._rows
        lengths = packets.sizes - HEADER_SIZE
        rows.sent[to] += 1
        rows.octets[to] += lengths
        # A straggler does not turn the numbers back.
        newer = ((sequences + 1 - rows.next_seq[to]) & 0xFFFF) < 0x8000
        ahead, last = to[newer], packets.is_event[newer]
        rows.next_seq[ahead] = (sequences[newer] + 1) & 0xFFFF
        rows.next_ts[ahead] = (stamps[newer] + np.where(last, FRAME, lengths[newer])) & 0xFFFFFFFF
        rows.due[ahead] = tick + 1

    def _transcode(self, out: Bytes, packets: Packets, to: Index) -> None:
        """Between the two codings of G.711, where the ends differ."""
        differs = ~packets.is_event & ((out[:, 1] & 0x7F) != self._rows.codec[to])
        if not differs.any():
            return
        end = int(packets.sizes.max())
        for codec, table in ((0, A_TO_MU), (8, MU_TO_A)):
            which = np.flatnonzero(differs & (self._rows.codec[to] == codec))
            out[which, HEADER_SIZE:end] = table.take(out[which, HEADER_SIZE:end])

    def _room(self, count: int) -> Bytes:
        if len(self._out) < count:
            self._out = np.zeros((2 * count, WIDEST), np.uint8)
            self._views = [memoryview(row) for row in self._out]  # type: ignore[arg-type]  # rows are buffers
        return self._out[:count]
