"""Uploaded sounds: converted, kept by content, and found by key."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.agents.service import ConfiguredList
from switchboard.flows import convert, store
from switchboard.flows.library import BUILT_IN, SoundLibrary, file_name
from switchboard.flows.reading import KEY
from switchboard.kit.clock import MICROSECONDS, Clock
from switchboard.kit.errors import Invalid
from switchboard.kit.ids import IdSource
from switchboard.storage.database import Database
from switchboard.tenancy.model import SYSTEM
from switchboard.tenancy.service import Audit


@dataclass(frozen=True, slots=True)
class SoundItem:
    """A sound as configuration describes it. file: its name in the library; length: microseconds."""

    key: str
    name: str
    file: str
    length: int


class Sounds(ConfiguredList[SoundItem]):
    """The sounds of an organization. changed: called with the organization after a commit."""

    table = store.sound
    noun = "sound"

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: IdSource,
        audit: Audit,
        library: SoundLibrary,
        changed: Callable[[str], None],
    ) -> None:
        super().__init__(database, clock, ids, audit)
        self._library = library
        self._changed = changed

    def read(self, row: Mapping[str, Any]) -> SoundItem:
        return SoundItem(row["key"], row["name"], row["file"], row["length"])

    def write(self, item: SoundItem) -> dict[str, Any]:
        return {"key": item.key, "name": item.name, "file": item.file, "length": item.length}

    async def upload(self, organization: str, key: str, name: str, audio: bytes, *, by: str = SYSTEM) -> SoundItem:
        """Convert a WAV, MP3, Ogg or FLAC file and keep it under `key`, in place of what was there.

        Raises Invalid with the reason when the sound is broken or the key is none.
        """
        check_sound_key(key)
        item = await self.convert(key, name, audio)
        async with self._database.transaction() as connection:
            await self.put_many(connection, organization, [item], by=by)
        return item

    async def convert(self, key: str, name: str, audio: bytes, *, keep: bool = True) -> SoundItem:
        """The item that `put_many` takes. keep: False converts and checks but writes no file."""
        return await asyncio.to_thread(self._convert, key, name, audio, keep)

    async def kept(self, key: str, name: str, file: str) -> SoundItem | None:
        """The item of a sound whose file is in the library already; None when it is not."""
        return await asyncio.to_thread(self._kept, key, name, file)

    async def put_many(
        self,
        connection: AsyncConnection,
        organization: str,
        items: Sequence[SoundItem],
        *,
        by: str = SYSTEM,
    ) -> None:
        await super().put_many(connection, organization, items, by=by)
        self._database.after_commit(connection, lambda: self._changed(organization))

    async def retire(self, connection: AsyncConnection, organization: str, key: str, *, by: str = SYSTEM) -> None:
        """Take a sound out of use; its file stays, because a call may be playing it."""
        await super().retire(connection, organization, key, by=by)
        self._database.after_commit(connection, lambda: self._changed(organization))

    def _convert(self, key: str, name: str, audio: bytes, keep: bool) -> SoundItem:
        try:
            sound = convert.telephone_sound(audio)
        except Invalid as error:
            raise Invalid(error.text, field="audio") from error
        file = self._library.keep(sound) if keep else file_name(sound)
        return SoundItem(key, name, file, _length(len(sound)))

    def _kept(self, key: str, name: str, file: str) -> SoundItem | None:
        size = self._library.size(file)
        return None if size is None else SoundItem(key, name, file, _length(size))


def check_sound_key(key: str) -> None:
    """Raises Invalid for what is no key, or the key of a sound that comes with Switchboard."""
    if not KEY.fullmatch(key):
        raise Invalid("a key has small letters, digits, '-', '_' and '.', at most 64", field="key")
    if key in BUILT_IN or key == "silence":
        raise Invalid(f"the key {key!r} belongs to Switchboard itself; choose another", field="key")


def _length(samples: int) -> int:
    return samples * MICROSECONDS // convert.RATE
