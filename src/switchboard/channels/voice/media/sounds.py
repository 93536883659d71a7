"""Sound files of a worker: mapped into memory once, cut into frames."""

import mmap
from collections import OrderedDict
from pathlib import Path
from typing import Final

import numpy as np

from switchboard.audio.g711 import MU_SILENCE, Bytes
from switchboard.channels.voice.media.rows import FRAME, Index

KEPT: Final = 512
"""Files that stay mapped after nobody plays them any more."""

_Signature = tuple[int, int, int]


class Sound:
    """Mu-law sound as frames of 20 ms; the last one is filled up with silence.

    number: its place in `Sounds`. length: frames, at least 1.
    """

    def __init__(self, number: int, samples: Bytes) -> None:
        whole = len(samples) // FRAME
        self.number: Final = number
        self._frames = samples[: whole * FRAME].reshape(whole, FRAME)
        rest = samples[whole * FRAME :]
        self._tail = np.full(FRAME, MU_SILENCE, np.uint8)
        self._tail[: len(rest)] = rest
        self.length: Final = max(whole + bool(len(rest)), 1)

    def frames(self, at: Index) -> Bytes:
        """uint8 [len(at), 160]: the frames of those numbers, each 0 to length - 1."""
        if not len(self._frames):
            return np.broadcast_to(self._tail, (len(at), FRAME))
        found: Bytes = self._frames.take(at, axis=0, mode="clip")
        found[at >= len(self._frames)] = self._tail
        return found

    def frame(self, at: int) -> Bytes:
        """One frame, uint8 [160]."""
        found: Bytes = self._frames[at] if at < len(self._frames) else self._tail
        return found


class Sounds:
    """Opens files by path, each once; a file that was replaced is opened anew.

    Files are replaced by renaming a new one over them. One that shrinks in place while it is mapped would
    end the process, which is why nobody may write into a published sound.
    """

    def __init__(self) -> None:
        self._sounds: dict[int, Sound] = {}
        self._files: OrderedDict[str, tuple[_Signature, int]] = OrderedDict()
        self._kept: set[int] = set()
        self._uses: dict[int, int] = {}
        self._last = 0

    def __getitem__(self, number: int) -> Sound:
        return self._sounds[number]

    def open(self, path: str) -> Sound:
        """The sound in a file, kept until `release`. Raises OSError when the file cannot be read."""
        known = self._files.get(path)
        status = Path(path).stat()
        signature = (status.st_ino, status.st_size, status.st_mtime_ns)
        if known is None or known[0] != signature:
            added = self._add(_map(path, status.st_size))
            self._forget(path)
            known = self._files[path] = (signature, added.number)
            self._kept.add(added.number)
            while len(self._files) > KEPT:
                self._forget(next(iter(self._files)))
        self._files.move_to_end(path)
        self._uses[known[1]] += 1
        return self._sounds[known[1]]

    def add(self, samples: Bytes) -> Sound:
        """A sound that is in no file, kept until `release`."""
        sound = self._add(samples)
        self._uses[sound.number] = 1
        return sound

    def release(self, number: int) -> None:
        """One that played it has ended."""
        self._uses[number] -= 1
        if not self._uses[number] and number not in self._kept:
            self._drop(number)

    def _add(self, samples: Bytes) -> Sound:
        self._last += 1
        sound = self._sounds[self._last] = Sound(self._last, samples)
        self._uses[self._last] = 0
        return sound

    def _forget(self, path: str) -> None:
        """What this path held is not opened again; it goes when nobody plays it any more."""
        known = self._files.pop(path, None)
        if known is None:
            return
        self._kept.discard(known[1])
        if not self._uses[known[1]]:
            self._drop(known[1])

    def _drop(self, number: int) -> None:
        del self._sounds[number], self._uses[number]


def _map(path: str, size: int) -> Bytes:
    if not size:
        return np.zeros(0, np.uint8)
    with Path(path).open("rb") as file:
        # Populated at once: a page fault in the middle of a tick would make every leg wait for the disk.
        flags = mmap.MAP_SHARED | mmap.MAP_POPULATE
        return np.frombuffer(mmap.mmap(file.fileno(), size, flags=flags, prot=mmap.PROT_READ), np.uint8)
