"""Flows and sounds as the other rooms use them.

A channel asks `catalogue` for what is in force; configuration and the web change it. Rendering and
conversion happen before the transaction, so that it stays short: files are named by their content, and one
that nobody refers to after a failed transaction does no harm.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.flows import convert, store
from switchboard.flows.decide import advance, start
from switchboard.flows.document import (
    needs,
    read_flow,
    read_flow_at,
    sounds,
    unknown_references,
    walk,
    write_flow,
)
from switchboard.flows.emergency import Emergencies, Emergency, Wanted
from switchboard.flows.leading import Doorway, hours_step
from switchboard.flows.library import BUILT_IN, SoundLibrary
from switchboard.flows.model import FlowDocument, Problem, Published, Recorded, SoundRef, Spoken
from switchboard.flows.opening import DAYS, MIDNIGHT, OpeningHours, Span, SpecialDay, opening
from switchboard.flows.outline import Outlined, outline
from switchboard.flows.phrases import Phrases
from switchboard.flows.records import SoundItem, Sounds
from switchboard.flows.speech import Voice
from switchboard.flows.steps import KINDS
from switchboard.flows.timetable import Hours
from switchboard.flows.wanted import FIELDS as WANTED_FIELDS
from switchboard.flows.wanted import names_in, read_wanted, write_wanted
from switchboard.kit.clock import Clock
from switchboard.kit.errors import Invalid, NotFound
from switchboard.kit.ids import IdSource
from switchboard.storage.database import Database
from switchboard.tenancy.model import SYSTEM
from switchboard.tenancy.service import Audit, Change

__all__ = [
    "BUILT_IN",
    "DAYS",
    "KINDS",
    "LARGEST_SOUND",
    "MIDNIGHT",
    "WANTED_FIELDS",
    "Catalogue",
    "Doorway",
    "Emergencies",
    "Emergency",
    "Flows",
    "Hours",
    "OpeningHours",
    "Outlined",
    "Prepared",
    "SoundItem",
    "Sounds",
    "Span",
    "SpecialDay",
    "Version",
    "Wanted",
    "advance",
    "hours_step",
    "names_in",
    "needs",
    "opening",
    "outline",
    "read_flow",
    "read_flow_at",
    "read_wanted",
    "start",
    "unknown_references",
    "walk",
    "write_flow",
    "write_wanted",
]

LARGEST_SOUND: Final = convert.LARGEST
"""Bytes of a sound file that is uploaded."""

SILENCE: Final = "silence"
"""In the place of a sound's key: nothing is played."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document whose texts have been rendered. spoken: file name of each."""

    document: FlowDocument
    spoken: Mapping[Spoken, str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is in force in an organization. flows, hours: by key; paths: absolute path of each sound, by key.
    hours name their client by id."""

    flows: Mapping[str, Published]
    paths: Mapping[str, str]
    hours: Mapping[str, OpeningHours] = field(default_factory=dict)

    def flow(self, key: str) -> Published:
        """Raises NotFound."""
        if (found := self.flows.get(key)) is None:
            raise NotFound("there is no flow with this key", field="flow")
        return found

    def music(self, key: str | None) -> str | None:
        """The path of the music with this key, None for none; an unknown one is the built-in music."""
        return None if key is None or key == SILENCE else self.paths.get(key, self.paths["music"])


@dataclass(frozen=True, slots=True)
class Version:
    """A flow as it was published. document: as written; at: UTC epoch microseconds; by: a person's id."""

    version: int
    document: Mapping[str, Any]
    at: int
    by: str
    in_force: bool


class Flows:
    """The front of the room.

    library: the folder of sounds. voice: speaks texts. audit: where changes are recorded. `sounds` offers the
    same for sounds as this class for flows, and `hours` for opening hours; `phrases` speaks what is no part of a
    flow, `emergencies` are announcements that are switched on and off. Wherever `by` is asked for it is a
    person's id.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: IdSource,
        audit: Audit,
        library: SoundLibrary,
        voice: Voice,
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit
        self._library = library
        self._voice = voice
        self._known: dict[str, Catalogue] = {}
        self.sounds = Sounds(database, clock, ids, audit, library, self.forget)
        self.hours = Hours(database, clock, ids, audit, self.forget)
        self.emergencies = Emergencies(database, clock, ids, audit, library, self.sounds, self.speak)
        self.phrases = Phrases(library.folder / "spoken", voice)

    async def close(self) -> None:
        """End the voice's program."""
        await self._voice.close()

    # -- what is in force

    async def catalogue(self, organization: str) -> Catalogue:
        """Everything in force, read once after each change. Cheap when nothing has changed."""
        known = self._known.get(organization)
        if known is None:
            async with self._database.reading() as connection:
                known = await self._read(connection, organization)
            self._known[organization] = known
        return known

    async def current(self, organization: str, key: str) -> Published:
        """The flow in force. Raises NotFound."""
        return (await self.catalogue(organization)).flow(key)

    def forget(self, organization: str) -> None:
        """Read anew next time: something has changed."""
        self._known.pop(organization, None)

    async def versions(self, organization: str, key: str, limit: int = 50) -> list[Version]:
        """The latest versions of a flow, newest first. Raises NotFound."""
        async with self._database.reading() as connection:
            rows = await store.versions(connection, organization, key, limit)
        if not rows:
            raise NotFound("there is no flow with this key", field="flow")
        return [
            Version(
                row["version"],
                row["document"],
                row["published_at"],
                row["published_by"],
                in_force=row["version"] == row["current"],
            )
            for row in rows
        ]

    async def heard(self, text: Spoken) -> bytes:
        """A text as a caller hears it: a WAV file. Raises as `prepare`; nothing is kept."""
        speech = await self._voice.say(text.text, text.language)
        return await asyncio.to_thread(lambda: convert.wav(convert.from_samples(speech.samples, speech.rate)))

    async def sound(self, organization: str, key: str) -> bytes:
        """An uploaded or built-in sound as callers hear it: a WAV file. Raises NotFound."""
        path = (await self.catalogue(organization)).paths.get(key)
        if path is None:
            raise NotFound("there is no sound with this key", field="sound")
        try:
            return await asyncio.to_thread(lambda: convert.wav(Path(path).read_bytes()))
        except OSError as error:
            raise NotFound("the sound's file is not in the folder of sounds") from error

    # -- changing flows

    async def publish(
        self,
        organization: str,
        raw: object,
        known: Mapping[str, Collection[str]],
        *,
        by: str = SYSTEM,
    ) -> Published:
        """Check, render and put one flow in force. known: keys of queues, skills and sounds there are.

        Raises Invalid with every problem, the first one's path as its field; Unavailable without a voice.
        """
        document, problems = read_flow(raw, KINDS)
        problems = problems or unknown_references(document, known)
        if problems:
            raise refusal(problems)
        async with self._database.reading() as connection:
            spoken = await self.rendered(connection, organization)
        prepared = await self.prepare(document, spoken)
        async with self._database.transaction() as connection:
            await self.put_many(connection, organization, [prepared], by=by)
        return await self.current(organization, document.key)

    async def prepare(self, document: FlowDocument, spoken: Mapping[Spoken, str] | None = None) -> Prepared:
        """Render the document's texts. spoken: files of texts rendered before, which are used again.

        Raises Invalid when no voice has the language, Unavailable when the voice or the folder fails.
        """
        made: dict[Spoken, str] = {}
        for text in sounds(document):
            if isinstance(text, Spoken):
                before = (spoken or {}).get(text)
                made[text] = before if before is not None else await self.speak(text)
        return Prepared(document, made)

    async def speak(self, text: Spoken) -> str:
        """Render one text; the name of its file. Raises as `prepare`."""
        speech = await self._voice.say(text.text, text.language)
        return await asyncio.to_thread(self._keep_speech, speech.samples, speech.rate)

    async def rendered(self, connection: AsyncConnection, organization: str) -> dict[Spoken, str]:
        """The texts of the flows in force and their files, as far as the files are still there."""
        rows = await store.flows(connection, organization)
        found = {Spoken(text, language): file for row in rows for text, language, file in row["spoken"]}
        there = await asyncio.to_thread(lambda: {name for name in found.values() if self._library.has(name)})
        return {text: file for text, file in found.items() if file in there}

    async def configured(self, connection: AsyncConnection, organization: str) -> dict[str, FlowDocument]:
        """The documents in force, by key."""
        return {
            row["key"]: _document(row["document"])
            for row in await store.flows(connection, organization)
            if row["retired_at"] is None
        }

    async def put_many(
        self,
        connection: AsyncConnection,
        organization: str,
        items: Sequence[Prepared],
        *,
        by: str = SYSTEM,
    ) -> None:
        """Put documents in force, each as a new version, unless it is in force already."""
        before = {row["key"]: row for row in await store.flows(connection, organization)}
        now = self._clock.now()
        heads, versions, changes = [], [], []
        for item in items:
            document, row = item.document, before.get(item.document.key)
            written = write_flow(document)
            if row is not None and row["retired_at"] is None and row["document"] == written:
                continue
            id_ = row["id"] if row is not None else self._ids.next()
            version = row["version"] + 1 if row is not None else 1
            key = {"organization": organization}
            heads.append(
                {**key, "id": id_, "key": document.key, "name": document.name}
                | {"version": version, "retired_at": None}
            )
            versions.append(
                {**key, "flow": id_, "version": version, "document": written}
                | {"spoken": [[s.text, s.language, file] for s, file in item.spoken.items()]}
                | {"published_at": now, "published_by": by}
            )
            changes.append(Change("published", "flow", id_, {"version": [version - 1, version]}))
        await store.put_flows(connection, self._database.dialect, heads)
        await store.add_versions(connection, versions)
        await self._audit.record(connection, organization, by, changes)
        self._database.after_commit(connection, lambda: self.forget(organization))

    async def retire(self, connection: AsyncConnection, organization: str, key: str, *, by: str = SYSTEM) -> None:
        """Take a flow out of use; its versions stay. Raises NotFound."""
        row = next((r for r in await store.flows(connection, organization) if r["key"] == key), None)
        if row is None:
            raise NotFound("there is no flow with this key", field="key")
        if row["retired_at"] is None:
            await store.retire_flows(connection, organization, [key], self._clock.now())
            await self._audit.record(connection, organization, by, [Change("retired", "flow", row["id"])])
            self._database.after_commit(connection, lambda: self.forget(organization))

    # -- inside

    async def _read(self, connection: AsyncConnection, organization: str) -> Catalogue:
        paths = {key: str(path) for key, path in BUILT_IN.items()}
        for key, item in (await self.sounds.configured(connection, organization)).items():
            paths[key] = self._library.path(item.file)
        flows = {}
        for row in await store.flows(connection, organization):
            if row["retired_at"] is None:
                flows[row["key"]] = self._published(row["document"], row["version"], row["spoken"], paths)
        return Catalogue(flows, paths, await self.hours.configured(connection, organization))

    def _published(
        self, raw: object, version: int, spoken: Sequence[Sequence[str]], paths: Mapping[str, str]
    ) -> Published:
        document = _document(raw)
        files: dict[SoundRef, str] = {
            Spoken(text, language): self._library.path(file) for text, language, file in spoken
        }
        # A sound that was retired while a flow still names it gives way to the music rather than to an error.
        for ref in sounds(document):
            if isinstance(ref, Recorded):
                files[ref] = paths.get(ref.key, paths["music"])
        return Published(document, version, files)

    def _keep_speech(self, samples: bytes, rate: int) -> str:
        return self._library.keep(convert.from_samples(samples, rate))


def refusal(problems: Sequence[Problem]) -> Invalid:
    """All problems as one error for a person; its field is the first one's."""
    return Invalid("\n".join(str(problem) for problem in problems), field=problems[0].shown or None)


def _document(raw: object) -> FlowDocument:
    document, problems = read_flow(raw, KINDS)
    if problems:
        raise Invalid(f"a stored flow cannot be read: {problems[0]}")
    return document
