"""Reading what came in: which packets are sound, how each stream does (RFC 3550, A), keys pressed."""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from switchboard.audio.g711 import Bytes
from switchboard.channels.voice.media.events import Digit, MediaBack, MediaEvent, MediaLost
from switchboard.channels.voice.media.intake import WIDEST, Round
from switchboard.channels.voice.media.rows import FRAME, Index, Rows
from switchboard.protocols.rtp.packet import HEADER_SIZE, RtpError, parse_rtp
from switchboard.protocols.rtp.telephone_event import DigitsSeen, parse_telephone_event

Numbers = npt.NDArray[np.int64]

OUR_EVENT_TYPE: Final = 101
"""The payload type for telephone events that our offers name; understood beside the far end's own."""

LOST_AFTER: Final = 100
"""Ticks without a packet after which a browser's media is told as missing: 2 s. What that means is judged elsewhere."""

_MAX_JUMP: Final = 3_000
"""Sequence numbers skipped at once that still are loss; more is a new stream (RFC 3550, A.1)."""

_PLAIN: Final = 0x80
_TICK: Final = 0.02


class Packets(NamedTuple):
    """Packets that may be relayed or mixed, of different rows: sound, and telephone events.

    data: uint8 [n, WIDEST] with a header of 12 bytes. sizes: bytes. is_event: telephone events.
    """

    rows: Index
    data: Bytes
    sizes: Numbers
    sequences: Numbers
    stamps: Numbers
    is_event: npt.NDArray[np.bool_]

    def only(self, which: npt.NDArray[np.bool_] | Index) -> "Packets":
        """The packets that `which` marks or numbers."""
        return Packets(
            self.rows[which],
            self.data[which],
            self.sizes[which],
            self.sequences[which],
            self.stamps[which],
            self.is_event[which],
        )


def big_endian(data: Bytes, begin: int, end: int) -> Numbers:
    """The bytes begin to end (2 or 4 of them) of each packet as a number."""
    kind = ">u2" if end - begin == 2 else ">u4"
    return np.ascontiguousarray(data[:, begin:end]).view(kind).ravel().astype(np.int64)


class Reception:
    """Keeps the receiving columns of `Rows`. tell: called with (row, event)."""

    def __init__(self, rows: Rows, tell: Callable[[int, MediaEvent], None]) -> None:
        self._rows = rows
        self._tell = tell
        self._digits: dict[int, DigitsSeen] = {}
        self.strangers = 0
        """Datagrams that were no RTP or came from elsewhere, since the start."""

    def forget(self, row: int) -> None:
        """The row's leg has ended."""
        self._digits.pop(row, None)

    def take(self, batch: Round, tick: int) -> Packets:
        """Count a round's packets, tell of keys, and return what may be heard by others."""
        if not (batch.data[:, 0] == _PLAIN).all():
            self._make_plain(batch)
        good = (batch.sizes > HEADER_SIZE) & (batch.sizes < WIDEST)
        rows, data, sizes = batch
        if not good.all():
            self.strangers += int(len(rows) - good.sum())
            rows, data, sizes = rows[good], data[good], sizes[good]
        types = data[:, 1] & 0x7F
        is_event = (types == self._rows.event_type[rows]) | (types == OUR_EVENT_TYPE)
        packets = Packets(rows, data, sizes, big_endian(data, 2, 4), big_endian(data, 4, 8), is_event)
        self._count(packets, tick)
        for at in np.flatnonzero(is_event):
            self._hear_key(int(rows[at]), packets, int(at))
        # Comfort noise (13) and codecs that were not agreed on count as life but are not passed on.
        heard = is_event | (types == 0) | (types == 8)
        return packets if heard.all() else packets.only(heard)

    def watch(self, tick: int) -> None:
        """Tell of browsers whose media stopped. Call it about once a second."""
        rows = self._rows
        silent = rows.used & rows.browser & rows.connected & (tick - rows.heard_at >= LOST_AFTER)
        for row in np.flatnonzero(silent & ~rows.missed).tolist():
            rows.missed[row] = True
            self._tell(row, MediaLost(seconds=float(tick - rows.heard_at[row]) * _TICK))

    def _make_plain(self, batch: Round) -> None:
        """Take header extensions, contributing sources and padding out; size 0 where it is no RTP."""
        for at in np.flatnonzero(batch.data[:, 0] != _PLAIN):
            try:
                packet = parse_rtp(batch.data[at, : batch.sizes[at]].tobytes())
            except RtpError:
                batch.sizes[at] = 0
                continue
            plain = packet.build()
            batch.data[at, : len(plain)] = np.frombuffer(plain, np.uint8)
            batch.sizes[at] = len(plain)

    def _count(self, packets: Packets, tick: int) -> None:
        """Statistics of each stream (RFC 3550, A.1, A.3, A.8). Arrival times are those of the tick."""
        rows, r = packets.rows, self._rows
        ssrc = big_endian(packets.data, 8, 12)
        step = ((packets.sequences - r.last_seq[rows] + 0x8000) & 0xFFFF) - 0x8000
        fresh = (ssrc != r.ssrc[rows]) | (np.abs(step) > _MAX_JUMP)
        transit = (tick * FRAME - packets.stamps) & 0xFFFFFFFF
        if fresh.any():
            new = rows[fresh]
            r.new_streams(new)
            r.ssrc[new] = ssrc[fresh]
            r.lost_before[new] += r.last_seq[new] - r.first_seq[new] + (r.received[new] > 0) - r.received[new]
            r.first_seq[new] = r.last_seq[new] = packets.sequences[fresh]
            r.received[new] = 0
            r.transit[new] = transit[fresh]
            step[fresh] = 0
        r.last_seq[rows] += np.maximum(step, 0)
        r.received[rows] += 1
        r.received_all[rows] += 1
        # An event's packets carry the time of its beginning: no measure of jitter.
        change = np.abs(((transit - r.transit[rows] + (1 << 31)) & 0xFFFFFFFF) - (1 << 31))
        r.jitter[rows] += np.where(packets.is_event, 0.0, (change - r.jitter[rows]) / 16)
        r.transit[rows] = np.where(packets.is_event, r.transit[rows], transit)
        missed = r.missed[rows]
        if missed.any():
            self._back(rows[missed], tick)
        r.heard_at[rows] = tick

    def _back(self, rows: Index, tick: int) -> None:
        for row in rows.tolist():
            self._rows.missed[row] = False
            self._tell(row, MediaBack(seconds=float(tick - self._rows.heard_at[row]) * _TICK))

    def _hear_key(self, row: int, packets: Packets, at: int) -> None:
        try:
            event = parse_telephone_event(packets.data[at, HEADER_SIZE : packets.sizes[at]].tobytes())
        except RtpError:
            self.strangers += 1
            return
        seen = self._digits.setdefault(row, DigitsSeen())
        key = seen.press(int(self._rows.ssrc[row]), int(packets.stamps[at]), event)
        if key is not None:
            self._tell(row, Digit(key))
