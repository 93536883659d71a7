"""The data folder: made when missing, checked, and locked by the one process that may write in it.

folder = DataFolder.take(settings.data)      # raises Unavailable naming who has it
...
folder.release()
"""

import fcntl
import os
from pathlib import Path
from typing import Final, Self

from switchboard.kit.errors import Unavailable

LOCK: Final = "switchboard.lock"


class DataFolder:
    """A locked folder. The lock ends with the process, however that ends."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def take(cls, path: Path) -> Self:
        """Make the folder if needed and take its lock.

        Raises Unavailable with one clear line when it cannot be made, written, or is in use.
        """
        try:
            # Customers' numbers and password hashes are in it: only for our own user.
            path.mkdir(0o700, parents=True, exist_ok=True)
            # Not inherited: a media worker that outlives us must not keep the folder locked.
            lock = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Unavailable(
                f"The data folder {path} cannot be written: {os.strerror(error.errno or 0)}", field="data"
            ) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(lock, 20).decode(errors="replace").strip()
            os.close(lock)
            whose = f" (process {holder})" if holder else ""
            raise Unavailable(
                f"The data folder {path} is in use by another Switchboard{whose}; stop it or choose another",
                field="data",
            ) from None
        os.ftruncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())
        return cls(path, lock)

    def release(self) -> None:
        """Give the lock back. The lock's file stays: removing it would let two processes lock two files."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
