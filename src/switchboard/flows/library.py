"""The folder of sounds: `.ul` files (8 kHz mono mu-law, no header) named by the digest of their content.

A file never changes and is never overwritten, so that what plays in a call cannot be pulled from under
it, and a sound used twice is kept once. Everything here touches the disk: call it in a thread.
"""

import hashlib
import os
import re
from pathlib import Path
from typing import Final

from switchboard.kit.errors import Unavailable

MUSIC: Final = Path(__file__).parent / "sounds" / "music.ul"
"""The music that comes with Switchboard, made by `tools/make_music.py`. It loops without a seam."""

BUILT_IN: Final = {"music": MUSIC}
"""Sounds that every organization has, by key."""


_NAME: Final = re.compile(r"[0-9a-f]{32}\.ul")


def file_name(sound: bytes) -> str:
    """The name of a sound's file: 32 hexadecimal digits and `.ul`."""
    return f"{hashlib.sha256(sound).hexdigest()[:32]}.ul"


class SoundLibrary:
    """folder: is made when the first sound is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()

    @property
    def folder(self) -> Path:
        return self._folder

    def path(self, name: str) -> str:
        """Where the file of this name is or would be."""
        return str(self._folder / name)

    def has(self, name: str) -> bool:
        return self.size(name) is not None

    def size(self, name: str) -> int | None:
        """Bytes of the file of this name, which are samples; None when there is none."""
        if not _NAME.fullmatch(name):
            return None
        try:
            return (self._folder / name).stat().st_size
        except FileNotFoundError:
            return None

    def keep(self, sound: bytes) -> str:
        """Store a sound and return its file name. Raises Unavailable when the folder cannot be written."""
        name = file_name(sound)
        target = self._folder / name
        try:
            if not target.exists():
                self._folder.mkdir(parents=True, exist_ok=True)
                self._write(target, sound)
        except OSError as error:
            raise Unavailable(f"the folder of sounds cannot be written: {error.strerror}") from error
        return name

    def _write(self, target: Path, sound: bytes) -> None:
        """All or nothing: a half-written file must never carry its name, not even after a power cut."""
        draft = target.with_suffix(f".{os.getpid()}.part")
        with draft.open("wb") as file:
            file.write(sound)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
