"""Taps on calls: what each of two rows says, laid side by side on one time line and written chunk by chunk.

A packet's place on the time line comes from its RTP timestamp, so jitter and swapped packets leave no trace and
a lost one is 20 ms of silence. Nothing waits at the end of the line but `WINDOW`: a chunk is cut when its time is
over and stragglers have had their chance.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from switchboard.audio.g711 import A_TO_MU, MU_SILENCE
from switchboard.channels.voice.media.reception import Packets
from switchboard.channels.voice.media.rows import FRAME, NONE, Index, Rows
from switchboard.channels.voice.media.tape import Tapes
from switchboard.protocols.recording.chunks import Chunk, Header, Kind, build_chunk, build_header
from switchboard.protocols.rtp.packet import HEADER_SIZE

PIECE: Final = 80
"""Samples of the smallest part of a packet: 10 ms."""

PER_TICK: Final = FRAME // PIECE

CHUNK: Final = 40
"""Ticks in a chunk: 0.8 s. With `WINDOW` a killed worker loses less than a second."""

WINDOW: Final = 8
"""Ticks that a packet may be late: 160 ms."""

RING: Final = 256
"""Pieces that a track holds: 2.56 s."""

AHEAD: Final = 100
"""Pieces that a packet may be ahead of its time; beyond, and behind the window, it is a stray."""

STRAYS: Final = 3
"""Strays in a row after which the sender's clock must have jumped."""

REVIEW: Final = 250
"""Ticks between two looks at senders whose clocks are faster or slower than ours: 5 s."""

DRIFTED: Final = 10
"""Pieces that even the best packets of a review were early by before the track moves by one frame."""


@dataclass(slots=True)
class Taped:
    """One recording. tracks: numbers of its left and its right track. written: pieces of its time line that are in
    the file; begun: the piece it began at. gap: what the time is now instead of sound, or None.
    """

    recording: str
    tracks: tuple[int, int]
    begun: int
    written: int
    rows: list[int] = field(default_factory=lambda: [NONE, NONE])
    chunks: int = 0
    gap: Kind | None = None

    @property
    def samples(self) -> int:
        return (self.written - self.begun) * PIECE


class Recorder:
    """All recordings of a worker. tapes: where they are written."""

    def __init__(self, rows: Rows, tapes: Tapes) -> None:
        self._rows = rows
        self._tapes = tapes
        self._taped: dict[str, Taped] = {}
        self._due: defaultdict[int, list[Taped]] = defaultdict(list)
        self._free: list[int] = []
        self._track_of = np.zeros(0, np.intp)
        self._pieces = np.zeros((0, RING, PIECE), np.uint8)
        self._base = np.zeros(0, np.int64)
        self._anchor = np.zeros(0, np.int64)
        self._stream = np.zeros(0, np.int64)
        self._floor = np.zeros(0, np.int64)
        self._best = np.zeros(0, np.int64)
        self._strays = np.zeros(0, np.int64)
        self._now = 0

    def __len__(self) -> int:
        return len(self._taped)

    def start(self, header: Header, path: str, left: int, right: int) -> None:
        """Begin to record these rows (NONE for nobody) now; again with others when a leg took another's place."""
        taped = self._taped.get(header.recording)
        if taped is None:
            taped = Taped(header.recording, (self._track(), self._track()), self._now, self._now)
            self._taped[header.recording] = taped
            self._due[self._now // PER_TICK % CHUNK].append(taped)
            self._tapes.open(header.recording, path, build_header(header))
        self._untap(taped)
        taped.rows = [left, right]
        if taped.gap is None:
            self._tap(taped)

    def pause(self, recording: str, gap: Kind | None) -> None:
        """From now on silence of this kind, or sound again."""
        taped = self._taped.get(recording)
        if taped is None or taped.gap == gap:
            return
        self._write(taped, self._now)
        taped.gap = gap
        # What came early must not come up when the ring has gone round.
        self._pieces[list(taped.tracks)] = MU_SILENCE
        self._untap(taped)
        if gap is None:
            self._tap(taped)

    def stop(self, recording: str) -> int | None:
        """Write what there is and end the file. Returns its samples, None when there is no such recording."""
        taped = self._taped.pop(recording, None)
        if taped is None:
            return None
        self._write(taped, self._now)
        self._tapes.write(recording, build_chunk(Chunk(taped.chunks, Kind.END, 0)))
        self._tapes.end(recording, taped.samples)
        self._let_go(taped)
        return taped.samples

    def drop(self, recording: str) -> None:
        """Its file can no longer be written."""
        if (taped := self._taped.pop(recording, None)) is not None:
            self._let_go(taped)

    def forget(self, row: int) -> None:
        """The row's leg has ended: silence from here on, unless another takes its place."""
        if row < len(self._track_of) and self._track_of[row] != NONE:
            self._track_of[row] = NONE
            for taped in self._taped.values():
                taped.rows = [NONE if one == row else one for one in taped.rows]

    def close(self) -> None:
        for recording in list(self._taped):
            self.stop(recording)
        self._tapes.close()

    def store(self, packets: Packets) -> None:
        """Keep the sound of a round's packets that is recorded."""
        if not self._taped:
            return
        self._make_room()
        wanted = (self._track_of[packets.rows] != NONE) & ~packets.is_event & ~self._rows.muted[packets.rows]
        if not wanted.any():
            return
        packets = packets.only(wanted)
        tracks = self._track_of[packets.rows]
        places = self._places(tracks, self._rows.stream[packets.rows], packets.stamps)
        payloads = packets.data[:, HEADER_SIZE:]
        alaw = (packets.data[:, 1] & 0x7F) == 8
        if alaw.any():
            payloads = payloads.copy()
            payloads[alaw] = A_TO_MU.take(payloads[alaw])
        counts = (packets.sizes - HEADER_SIZE) // PIECE
        lead = places - self._now
        for k in range(int(counts.max(initial=0))):
            fits = (counts > k) & (places + k >= self._floor[tracks]) & (lead + k < AHEAD)
            sound = payloads[fits, k * PIECE : (k + 1) * PIECE]
            self._pieces[tracks[fits], (places[fits] + k) % RING] = sound

    def tick(self, tick: int) -> None:
        """The time is now that of `tick`; write the chunks that are complete."""
        before, self._now = self._now // PER_TICK, tick * PER_TICK
        if not self._taped:
            return
        for past in range(max(before, tick - CHUNK) + 1, tick + 1):
            for taped in self._due[(past - WINDOW) % CHUNK]:
                self._write(taped, self._now - WINDOW * PER_TICK)
        if tick % REVIEW == 0:
            self._review()

    def _write(self, taped: Taped, until: int) -> None:
        """Append the time line up to the piece `until`."""
        while taped.written < until:
            count = min(until - taped.written, CHUNK * PER_TICK)
            kind = taped.gap or Kind.SOUND
            sound = self._cut(taped, count) if taped.gap is None else b""
            self._tapes.write(taped.recording, build_chunk(Chunk(taped.chunks, kind, count * PIECE, sound)))
            taped.chunks += 1
            taped.written += count
            self._floor[list(taped.tracks)] = taped.written

    def _cut(self, taped: Taped, count: int) -> bytes:
        """Take `count` pieces off both tracks: left and right sample side by side."""
        at = (taped.written + np.arange(count)) % RING
        stereo = np.empty((count * PIECE, 2), np.uint8)
        for side, track in enumerate(taped.tracks):
            stereo[:, side] = self._pieces[track, at].ravel()
            self._pieces[track, at] = MU_SILENCE
        return stereo.tobytes()

    def _places(
        self, tracks: Index, streams: npt.NDArray[np.int64], stamps: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        """Where on the time line each packet begins, in pieces."""
        fresh = streams != self._stream[tracks]
        if fresh.any():
            self._set(tracks[fresh], streams[fresh], stamps[fresh])
        away = ((stamps - self._base[tracks] + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)
        places: npt.NDArray[np.int64] = self._anchor[tracks] + away // PIECE
        lead = places - self._now
        stray = (lead >= AHEAD) | (lead < -AHEAD)
        self._strays[tracks] = np.where(stray, self._strays[tracks] + 1, 0)
        jumped = self._strays[tracks] >= STRAYS
        if jumped.any():
            self._set(tracks[jumped], streams[jumped], stamps[jumped])
            places[jumped] = self._now
            lead[jumped] = 0
        self._best[tracks] = np.maximum(self._best[tracks], np.where(stray & ~jumped, -RING, lead))
        return places

    def _set(self, tracks: Index, streams: npt.NDArray[np.int64], stamps: npt.NDArray[np.int64]) -> None:
        """A stream begins here, or begins anew: what comes now is of now."""
        self._stream[tracks], self._base[tracks], self._anchor[tracks] = streams, stamps, self._now
        self._strays[tracks] = 0

    def _review(self) -> None:
        """Follow clocks that are not as fast as ours, a frame at a time."""
        early = self._best > DRIFTED
        late = (self._best < -DRIFTED // 2) & (self._best > -RING)
        self._anchor[early] -= PER_TICK
        self._anchor[late] += PER_TICK
        self._best[:] = -RING

    def _tap(self, taped: Taped) -> None:
        self._make_room()
        for row, track in zip(taped.rows, taped.tracks, strict=True):
            if row != NONE:
                self._track_of[row] = track

    def _untap(self, taped: Taped) -> None:
        for row, track in zip(taped.rows, taped.tracks, strict=True):
            if row != NONE and row < len(self._track_of) and self._track_of[row] == track:
                self._track_of[row] = NONE

    def _let_go(self, taped: Taped) -> None:
        self._untap(taped)
        self._due[taped.begun // PER_TICK % CHUNK].remove(taped)
        self._free += taped.tracks

    def _track(self) -> int:
        if not self._free:
            self._grow()
        track = self._free.pop()
        self._pieces[track] = MU_SILENCE
        self._stream[track] = NONE
        self._floor[track] = self._now
        self._best[track] = -RING
        return track

    def _grow(self) -> None:
        count = len(self._pieces)
        added = max(count, 16)
        self._pieces = np.concatenate([self._pieces, np.full((added, RING, PIECE), MU_SILENCE, np.uint8)])
        for name in ("_base", "_anchor", "_stream", "_floor", "_best", "_strays"):
            column = getattr(self, name)
            setattr(self, name, np.concatenate([column, np.zeros(added, column.dtype)]))
        self._free[:0] = range(count + added - 1, count - 1, -1)

    def _make_room(self) -> None:
        added = self._rows.capacity - len(self._track_of)
        if added > 0:
            self._track_of = np.concatenate([self._track_of, np.full(added, NONE, np.intp)])
