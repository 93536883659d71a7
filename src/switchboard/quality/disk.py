"""Whether there is room to record: recording stops first, so that calls and the journal go on."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from switchboard.quality.decide import is_low

_log = structlog.get_logger(__name__)

EVERY: Final = 5.0
"""Seconds between two looks."""


def free_bytes(folder: Path) -> int:
    """Bytes that may still be written where `folder` is or will be. Raises OSError."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


class Disk:
    """Looks at the free space. least: bytes below which nothing is recorded. free: says how many there are."""

    def __init__(self, free: Callable[[], int], least: int) -> None:
        self._free = free
        self._least = least
        self.low = False
        self.on_low: Callable[[], None] = _unheard
        """Called once each time that the disk has become low."""

    def look(self) -> bool:
        """Whether there is too little room, as of now."""
        try:
            low = is_low(self._free(), self._least, was_low=self.low)
        except OSError:
            # A folder that cannot be looked at cannot be written either.
            low = True
        if low is not self.low:
            self.low = low
            if low:
                _log.error("recording_stopped_disk_low")
                self.on_low()
            else:
                _log.info("recording_possible_again")
        return low

    async def watch(self) -> None:
        """Look for ever."""
        while True:
            self.look()
            await asyncio.sleep(EVERY)


def _unheard() -> None:
    """Nobody records yet."""
