"""Receiving: at each tick, all datagrams that have come, gathered in one array."""

import select
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from switchboard.audio.g711 import Bytes
from switchboard.channels.voice.media.rows import Index

WIDEST: Final = 512
"""Bytes of a packet that are kept; longer ones are dropped (60 ms of G.711 are 492)."""

ROUNDS: Final = 8
"""Datagrams that one leg may bring in per tick; a flood waits in, and overflows, its own socket."""

Read = Callable[[memoryview], int]
"""Read one datagram. Returns the size of the RTP packet that it put into the buffer, 0 when it was something
else and is already dealt with. Raises OSError when there is none."""

_EVENTS: Final = 8_192


class Round(NamedTuple):
    """Packets of different rows: rows [n], data uint8 [n, WIDEST], sizes [n] in bytes.

    The arrays are valid until the next tick.
    """

    rows: Index
    data: Bytes
    sizes: npt.NDArray[np.int64]


class Intake:
    """The sockets of all legs behind one epoll."""

    def __init__(self) -> None:
        self._poll = select.epoll()
        self._readers: dict[int, tuple[int, Read]] = {}
        self._data = np.zeros((0, WIDEST), np.uint8)
        self._views: list[memoryview] = []

    def add(self, descriptor: int, row: int, read: Read) -> None:
        """Read from this socket for `row`; again to read in another way."""
        if descriptor not in self._readers:
            self._poll.register(descriptor, select.EPOLLIN)
        self._readers[descriptor] = (row, read)

    def remove(self, descriptor: int) -> None:
        """Read from it no more; nothing happens when it is not read. Close the socket then: that takes it out of the
        epoll, without a call of its own."""
        self._readers.pop(descriptor, None)

    def rounds(self) -> Iterator[Round]:
        """What has come, at most one packet of a row in each round."""
        self._make_room()
        begin = 0
        for _ in range(ROUNDS):
            events = self._poll.poll(0, _EVENTS)
            if not events:
                return
            rows, sizes = self._read(events, begin)
            if rows:
                end = begin + len(rows)
                yield Round(np.array(rows, np.intp), self._data[begin:end], np.array(sizes, np.int64))
                begin = end

    def close(self) -> None:
        self._poll.close()

    def _read(self, events: list[tuple[int, int]], at: int) -> tuple[list[int], list[int]]:
        """Read one datagram from each ready socket into the rows of the array from `at` on."""
        rows: list[int] = []
        sizes: list[int] = []
        readers, views = self._readers, self._views
        for descriptor, _ in events:
            entry = readers.get(descriptor)
            if entry is None or at == len(views):
                # Closed by what an earlier datagram of this round brought about, or no room: next tick.
                continue
            try:
                size = entry[1](views[at])
            except OSError:
                # Nothing was there, or the far end's host says that nobody listens there: sending goes on,
                # and whether the call does is for signalling to say.
                continue
            if size:
                rows.append(entry[0])
                sizes.append(size)
                at += 1
        return rows, sizes

    def _make_room(self) -> None:
        needed = 2 * len(self._readers) + 64
        if len(self._views) < needed:
            self._data = np.zeros((2 * needed, WIDEST), np.uint8)
            self._views = [memoryview(row) for row in self._data]  # type: ignore[arg-type]  # rows are buffers
