"""Files of recordings, written by a thread, so that no tick ever waits for the disk."""

import os
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

Failed = Callable[[str, str], None]
Closed = Callable[[str, int, int], None]

PATIENCE: Final = 2.0
"""Seconds that the thread gets to write what is left when the worker ends."""


class Tapes:
    """Append-only files by the recording's id. Every method but `close` returns at once.

    failed: called in the thread with (recording, why) when its file cannot be written; nothing more is written
    to it. closed: called in the thread with (recording, samples, bytes) when a file is complete and on the disk.
    """

    def __init__(self, failed: Failed, closed: Closed) -> None:
        self._failed = failed
        self._closed = closed
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._files: dict[str, int] = {}
        self._sizes: dict[str, int] = {}
        self._thread: threading.Thread | None = None

    def open(self, recording: str, path: str, header: bytes) -> None:
        """A new file with this header; the folder is made when it is not there."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="tapes", daemon=True)
            self._thread.start()
        self._work.put(lambda: self._open(recording, Path(path), header))

    def write(self, recording: str, data: bytes) -> None:
        """Append, in one write: who reads meanwhile sees whole chunks, or a torn last one."""
        self._work.put(lambda: self._write(recording, data))

    def end(self, recording: str, samples: int) -> None:
        """The file is complete, and stands for so many samples."""
        self._work.put(lambda: self._end(recording, samples))

    def close(self) -> None:
        """Write what is left, then stop."""
        if self._thread is not None:
            self._work.put(None)
            self._thread.join(PATIENCE)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()

    def _open(self, recording: str, path: Path, header: bytes) -> None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # For its owner only, and never over another recording.
            self._files[recording] = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            self._sizes[recording] = 0
        except OSError as error:
            self._failed(recording, _why(error))
            return
        self._write(recording, header)

    def _write(self, recording: str, data: bytes) -> None:
        descriptor = self._files.get(recording)
        if descriptor is None:
            return
        try:
            # A full disk takes a part first; what was written is a torn chunk, which readers recognise.
            why = "" if os.write(descriptor, data) == len(data) else "the disk is full"
        except OSError as error:
            why = _why(error)
        if why:
            self._drop(recording)
            self._failed(recording, why)
        else:
            self._sizes[recording] += len(data)

    def _end(self, recording: str, samples: int) -> None:
        descriptor = self._files.get(recording)
        if descriptor is None:
            return
        size = self._sizes[recording]
        try:
            os.fsync(descriptor)
        except OSError as error:
            self._drop(recording)
            self._failed(recording, _why(error))
            return
        self._drop(recording)
        self._closed(recording, samples, size)

    def _drop(self, recording: str) -> None:
        os.close(self._files.pop(recording))
        del self._sizes[recording]


def _why(error: OSError) -> str:
    """The kind of failure; the path would say nothing that the log needs."""
    return error.strerror or type(error).__name__
