"""Recordings from quality's shelf, for whoever may hear them."""

from pathlib import Path

from switchboard.kit.errors import Conflict, NotFound
from switchboard.protocols.recording.chunks import RATE
from switchboard.quality.model import ExportLine, ExportState, Format, RecordingLine
from switchboard.quality.service import Shelf, WavView, may_listen
from switchboard.tenancy.service import Tenancy
from switchboard.web.doors.contacts import Contacts
from switchboard.web.doors.session import Who
from switchboard.web.messages.recordings import (
    ExportFormat,
    RecordingExport,
    RecordingGap,
    RecordingItem,
    RecordingList,
    RecordingWaveform,
)
from switchboard.web.rooms.names import Names


class ShelfOfRecordings:
    """Satisfies `doors.RecordingsDoor`. contacts: says who may see a contact at all."""

    def __init__(self, shelf: Shelf, contacts: Contacts, tenancy: Tenancy, names: Names) -> None:
        self._shelf = shelf
        self._contacts = contacts
        self._tenancy = tenancy
        self._names = names

    async def of_contact(self, who: Who, contact: str) -> RecordingList:
        named = await self._names.of(who.organization)
        # Raises NotFound for whoever may not see the contact.
        await self._contacts.record(who, contact)
        lines = await self._shelf.of_contact(who.organization, list(named.clients), contact)
        people = await self._tenancy.named(who.organization, sorted({line.agent for line in lines}))
        return RecordingList(
            recordings=[
                RecordingItem(
                    id=line.id,
                    engagement=line.engagement,
                    agent_name=people[line.agent].name if line.agent in people else "",
                    queue_name=named.queue(line.queue) or "",
                    state=line.state.value,
                    started_at=line.started_at,
                    ended_at=line.ended_at,
                    seconds=None if line.samples is None else line.samples / RATE,
                    expires_at=line.expires_at,
                    may_listen=may_listen(who.roles, who.id, line),
                )
                for line in lines
            ]
        )

    async def sound(self, who: Who, recording: str) -> WavView:
        line = await self._allowed(who, recording)
        view = await self._shelf.sound(line)
        await self._shelf.note(who.organization, line, who.id, "listened")
        return view

    async def waveform(self, who: Who, recording: str) -> RecordingWaveform:
        line = await self._allowed(who, recording)
        shown = await self._shelf.exports.waveform(who.organization, line)
        if shown is None:
            return RecordingWaveform(
                ready=False, seconds=(line.samples or 0) / RATE, per_second=0, left=[], right=[], gaps=[]
            )
        return RecordingWaveform(
            ready=True,
            seconds=shown.seconds,
            per_second=shown.per_second,
            left=list(shown.left),
            right=list(shown.right),
            gaps=[RecordingGap.model_validate({"begin": g.begin, "end": g.end, "why": g.why}) for g in shown.gaps],
        )

    async def ask_export(self, who: Who, recording: str, format_: ExportFormat) -> RecordingExport:
        line = await self._allowed(who, recording)
        return _shown(await self._shelf.exports.ask(who.organization, line, Format(format_), by=who.id))

    async def export(self, who: Who, recording: str, format_: ExportFormat) -> RecordingExport:
        line = await self._allowed(who, recording)
        found = await self._shelf.exports.state(who.organization, line, Format(format_))
        if found is None:
            raise NotFound("Nobody has asked for this export")
        return _shown(found)

    async def file(self, who: Who, recording: str, format_: ExportFormat) -> Path:
        line = await self._allowed(who, recording)
        found = await self._shelf.exports.state(who.organization, line, Format(format_))
        if found is None or found.state is not ExportState.READY:
            raise Conflict("This export is not ready; ask for it and wait")
        await self._shelf.note(who.organization, line, who.id, "downloaded")
        return self._shelf.exports.file(line, format_)

    async def _allowed(self, who: Who, recording: str) -> RecordingLine:
        named = await self._names.of(who.organization)
        return await self._shelf.allowed(
            who.organization, list(named.clients), recording, person=who.id, roles=who.roles
        )


def _shown(line: ExportLine) -> RecordingExport:
    return RecordingExport(format=line.format.value, state=line.state.value, size=line.size)
