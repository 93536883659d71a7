"""Uploaded sounds."""

from collections.abc import Sequence
from typing import Protocol

from switchboard.web.doors.session import Who
from switchboard.web.messages.sounds import SoundItem


class Sounds(Protocol):
    async def upload(self, who: Who, key: str, name: str, audio: bytes) -> SoundItem:
        """audio: a WAV, MP3 or OGG file. Raises Invalid(field="audio") with the reason."""
        ...

    async def audio(self, who: Who, key: str) -> bytes:
        """A sound as callers hear it, as WAV. Raises NotFound."""
        ...

    async def sounds(self, who: Who) -> Sequence[SoundItem]: ...
