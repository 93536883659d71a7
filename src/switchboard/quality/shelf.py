"""Recordings that are there: which, their sound, and who has heard them."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from switchboard.kit.clock import MICROSECONDS, Clock
from switchboard.kit.errors import Conflict, NotFound, Refused, Unavailable
from switchboard.protocols.recording.chunks import RecordingError
from switchboard.quality import store
from switchboard.quality.decide import may_listen
from switchboard.quality.exports import Exports
from switchboard.quality.model import RecordingLine, RecordingState
from switchboard.quality.sound import WavView
from switchboard.storage.database import Database
from switchboard.tenancy.service import Audit, Change

NOUN: Final = "recording"

SAME_HEARING: Final = 15 * 60 * MICROSECONDS
"""A player asks for many stretches of one recording: within this time they are one entry in the audit."""

_REMEMBERED: Final = 4_096


class Shelf:
    """folder: of recordings. exports: what was made of them."""

    def __init__(self, database: Database, clock: Clock, audit: Audit, folder: Path, exports: Exports) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._folder = folder
        self.exports: Final = exports
        self._heard: OrderedDict[tuple[str, str, str], int] = OrderedDict()

    async def of_contact(self, organization: str, clients: Collection[str], contact: str) -> Sequence[RecordingLine]:
        """All recordings of a contact, those that are being made and the deleted ones included."""
        async with self._database.reading() as connection:
            return await store.of_contact(connection, organization, clients, contact)

    async def allowed(
        self, organization: str, clients: Collection[str], id_: str, *, person: str, roles: Collection[str]
    ) -> RecordingLine:
        """The recording, for somebody who wants to hear it.

        Raises NotFound, Refused (and says so in the audit), Conflict while it is being made.
        """
        async with self._database.reading() as connection:
            line = await store.one(connection, organization, clients, id_)
        if line is None:
            raise NotFound("There is no such recording")
        if not may_listen(roles, person, line):
            await self.note(organization, line, person, "refused")
            raise Refused("You may not listen to this recording")
        if line.state is RecordingState.RECORDING:
            raise Conflict("This talk is still being recorded")
        if line.state is not RecordingState.KEPT:
            raise NotFound("This recording is no longer there")
        return line

    async def sound(self, line: RecordingLine) -> WavView:
        """Its sound. Raises Unavailable when the file cannot be read."""
        try:
            return await asyncio.to_thread(WavView, self._folder / line.place)
        except (OSError, RecordingError) as error:
            raise Unavailable("The file of this recording cannot be read") from error

    async def note(self, organization: str, line: RecordingLine, person: str, what: str) -> None:
        """Write to the audit who listened, downloaded or was refused; a hearing is written once."""
        now = self._clock.now()
        key = (person, line.id, what)
        last = self._heard.get(key)
        if last is not None and now - last < SAME_HEARING:
            return
        self._heard[key] = now
        self._heard.move_to_end(key)
        while len(self._heard) > _REMEMBERED:
            self._heard.popitem(last=False)
        change = Change(what, NOUN, line.id, {"contact": [None, line.contact]})
        async with self._database.transaction() as connection:
            await self._audit.record(connection, organization, person, [change])
