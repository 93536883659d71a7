"""Read a file, plan, apply, export. What takes long is done before the transaction, outside the main loop."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.configuration import parts
from switchboard.configuration.decide import (
    NEEDED,
    Configured,
    described,
    difference,
    nobody_administers,
    taken_user_names,
    unknown_keys,
    with_organization,
)
from switchboard.configuration.document import read_document, refusal
from switchboard.configuration.model import Difference, Document, Entries, OrganizationEntry, SoundEntry
from switchboard.configuration.overflowing import wrong_overflow
from switchboard.configuration.parts import Made, Raw, Rooms, Writer
from switchboard.configuration.preparation import (
    Preparation,
    Secrets,
    foreign_secrets,
    read_secrets,
    read_sounds,
    refused_queues,
)
from switchboard.configuration.sections import SECTIONS
from switchboard.configuration.sources import Sources
from switchboard.configuration.versions import Kept, Overtaken, Versions, kept_of
from switchboard.configuration.yaml_process import read_elsewhere, write_elsewhere
from switchboard.configuration.yaml_text import Text
from switchboard.flows.model import FlowDocument, Problem, nobody_has
from switchboard.flows.service import BUILT_IN, KINDS, Outlined, outline, read_flow, unknown_references
from switchboard.kit.clock import Clock
from switchboard.kit.errors import Conflict, NotFound, Refused
from switchboard.storage.database import Database
from switchboard.tenancy.model import SYSTEM, Organization

__all__ = ["Applied", "CheckedFlow", "Configuration", "Difference", "Sources", "check_flow", "described"]

_log = structlog.get_logger(__name__)

Listener = Callable[[str], Awaitable[None]]
"""Is told the id of an organization whose configuration has changed, after the commit."""

TRIES: Final = 5
"""So often a change that others overtake is decided again."""

HEADER: Final = """The configuration of an organization; `switchboard apply FILE` brings it to this state.
Passwords of people are not in it; sounds are named by what the sounds folder holds.
"""


@dataclass(frozen=True, slots=True)
class Applied:
    """organization: its id, None when a dry run would have made it. applied: False for a dry run."""

    organization: str | None
    difference: Difference
    applied: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """How a document is applied, as `Configuration.apply` says.

    check: is given what is in force just before anything is decided; what it raises ends the application.
    back_to: the version that this goes back to.
    """

    organization: str | None
    by: str = SYSTEM
    prune: bool = False
    dry_run: bool = False
    check: Callable[[Configured], None] | None = None
    back_to: int | None = None


class Configuration:
    """The front of the room. rooms: those it fills; one file is applied at a time.

    read, write: from and to YAML, in a process of its own unless a test does it here.
    """

    def __init__(
        self,
        database: Database,
        rooms: Rooms,
        clock: Clock,
        *,
        read: Callable[[bytes], Awaitable[Text]] = read_elsewhere,
        write: Callable[[Any, str], Awaitable[str]] = write_elsewhere,
    ) -> None:
        self._from_yaml = read
        self._to_yaml = write
        self._database = database
        self._rooms = rooms
        self.versions = Versions(database, clock)
        self._preparation = Preparation(rooms)
        self._turn = asyncio.Lock()
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> None:
        """Tell `listener` after each change: load queues, people, numbers again."""
        self._listeners.append(listener)

    async def plan(
        self, content: bytes, sources: Sources, *, organization: str | None = None, prune: bool = False
    ) -> Difference:
        """What `apply` would change. Raises as `apply`."""
        return (await self.apply(content, sources, organization=organization, prune=prune, dry_run=True)).difference

    async def apply(
        self,
        content: bytes,
        sources: Sources,
        *,
        organization: str | None = None,
        by: str = SYSTEM,
        prune: bool = False,
        dry_run: bool = False,
    ) -> Applied:
        """Bring an organization to the state of a YAML file: all of it, or nothing.

        organization: the only one (an id) that the file may be for; None takes the one it names and makes
        it when missing. prune: retire what the sections of the file do not name; a section that is absent
        says nothing. dry_run: only find the difference. Raises Invalid with every problem on its own line,
        Refused when nobody would be left to administer, Unavailable when a voice or the disk fails.
        """
        document, text = await self._file(content)
        return await self.bring(document, text, sources, Terms(organization, by=by, prune=prune, dry_run=dry_run))

    async def checked(
        self, content: bytes, sources: Sources, *, organization: str | None = None, prune: bool = False
    ) -> tuple[Document, Applied]:
        """What a file says, and what applying it would change: for who wants to try it first. Raises as `apply`."""
        document, text = await self._file(content)
        return document, await self.bring(document, text, sources, Terms(organization, prune=prune, dry_run=True))

    async def bring(self, document: Document, text: Text, sources: Sources, terms: Terms) -> Applied:
        """Bring an organization to the state of a document that has been read. text: names lines in errors.

        Whoever is overtaken by a change made elsewhere at the same time decides again from what it left. Raises
        Conflict when that happens again and again.
        """
        document = await asyncio.to_thread(sources.located, document)
        async with self._turn:
            for _ in range(TRIES):
                with suppress(Overtaken):
                    return await self._applied(document, text, sources, terms)
        raise Conflict("Others are changing the configuration at this very moment; nothing was changed: try again")

    async def export(self, organization: str) -> str:
        """A file that describes what is in force; applying it changes nothing. Raises NotFound."""
        known = await self._organization(organization)
        if known is None:
            raise NotFound("there is no such organization")
        raw = await self._read(known)
        return await self._to_yaml(await asyncio.to_thread(_exported, known, raw), HEADER)

    async def in_force(self, organization: str) -> tuple[Organization, Configured]:
        """The organization with this id and everything configured in it. Raises NotFound."""
        known = await self._organization(organization)
        if known is None:
            raise NotFound("there is no such organization")
        return known, await asyncio.to_thread(parts.entries, await self._read(known))

    async def was_retired(self, organization: str, section: str, key: str) -> bool:
        """Whether there was a thing of this key, whose records still carry it."""
        async with self._database.reading() as connection:
            return await parts.was_retired(self._rooms, connection, organization, section, key)

    # -- inside

    async def _file(self, content: bytes) -> tuple[Document, Text]:
        text = await self._from_yaml(content)
        document, problems = await asyncio.to_thread(read_document, text)
        if problems:
            raise refusal(problems, text)
        return document, text

    async def _applied(self, document: Document, text: Text, sources: Sources, terms: Terms) -> Applied:
        prune, dry_run = terms.prune, terms.dry_run
        known = await self._rooms.tenancy.organization(document.organization.key)
        if terms.organization is not None and (known is None or known.id != terms.organization):
            problem = Problem(("organization", "key"), "organization.key", "is not the organization you work for")
            raise refusal([problem], text)
        # Before what is in force is read: a version made between the two is noticed, not missed.
        last = await self.versions.last(known.id) if known else 0
        raw = await self._read(known)
        now: dict[str, Entries] = await asyncio.to_thread(parts.entries, raw)
        if terms.check is not None:
            terms.check(now)
        # Sounds are compared by content, so they are converted first; nothing is kept on a dry run.
        sounds, problems = await read_sounds(self._rooms, document, sources, keep=not dry_run)
        secrets, more = await asyncio.to_thread(read_secrets, self._rooms, known, document, raw, sources)
        problems = [*problems, *more, *refused_queues(self._rooms, document)]
        problems += foreign_secrets(now, document, sources)
        problems += await asyncio.to_thread(unknown_keys, now, document, prune=prune)
        problems += wrong_overflow(now, document, prune=prune)
        problems += await asyncio.to_thread(taken_user_names, now, document, prune=prune)
        if problems:
            raise refusal(problems, text)
        if nobody_administers(now, document, prune=prune):
            raise Refused("nobody would be left to administer this organization")
        document = _with_sounds(document, {key: item.file for key, item in sounds.items()})
        found = await asyncio.to_thread(difference, now, document, prune=prune, secrets=secrets.changed)
        found = with_organization(found, known.name if known else None, document.organization)
        if dry_run or not found:
            return Applied(known.id if known else None, found, applied=not dry_run)
        made = await self._preparation.made(document, found, raw, secrets, sounds, text)
        was = OrganizationEntry(known.key, known.name) if known else None
        kept = await asyncio.to_thread(kept_of, now, document, found, was)
        organization = await self._save(document, found, made, secrets, terms, kept, last)
        await self._told(organization.id)
        return Applied(organization.id, found, applied=True)

    async def _save(
        self,
        document: Document,
        found: Difference,
        made: Made,
        secrets: Secrets,
        terms: Terms,
        kept: Sequence[Kept],
        last: int,
    ) -> Organization:
        """One transaction: everything was prepared, so it is short. last: the version it was decided from. Raises
        Overtaken."""
        by = terms.by
        async with self._database.transaction() as connection:
            organization = await self._organized(connection, document.organization, by)
            await self.versions.record(connection, organization.id, by, kept, after=last, back_to=terms.back_to)
            made = self._preparation.with_fingerprints(organization.id, secrets, made)
            writer = Writer(self._rooms, connection, organization.id, made, by)
            for section in SECTIONS:
                keys = [c.key for c in found.changes if c.section == section.name and c.what != "retired"]
                if keys:
                    await writer.put(section.name, [document.sections[section.name][key] for key in keys])
            for change in found.changes:
                if change.what == "retired":
                    await writer.retire(change.section, change.key)
        return organization

    async def _organized(self, connection: AsyncConnection, entry: OrganizationEntry, by: str) -> Organization:
        try:
            return await self._rooms.tenancy.put_organization(connection, entry.key, entry.name, by=by)
        except IntegrityError:
            # Two files that make the same organization at once.
            raise Overtaken from None

    async def _organization(self, id_: str) -> Organization | None:
        return next((one for one in await self._rooms.tenancy.organizations() if one.id == id_), None)

    async def _read(self, organization: Organization | None) -> Raw:
        async with self._database.reading() as connection:
            return await parts.read(self._rooms, connection, organization.id if organization else "")

    async def _told(self, organization: str) -> None:
        for listener in self._listeners:
            await listener(organization)


@dataclass(frozen=True, slots=True)
class CheckedFlow:
    """problems: with paths from the top of the flow. outline: of what could be read."""

    document: FlowDocument
    problems: tuple[Problem, ...]
    outline: tuple[Outlined, ...]


def check_flow(data: object, now: Configured) -> CheckedFlow:
    """What is wrong with one flow's plain data beside what is in force, and what it would do."""
    document, problems = read_flow(data, KINDS)
    known = {kind: {*now.get(name, ())} for kind, name in NEEDED.items()}
    known["sound"] |= set(BUILT_IN)
    problems = problems or unknown_references(document, known)
    if document.client is not None and document.client not in now.get("clients", {}):
        text = nobody_has("client", document.client, now.get("clients", {}))
        problems = [*problems, Problem(("client",), "client", text)]
    return CheckedFlow(document, tuple(problems), outline(document.steps))


def _with_sounds(document: Document, files: dict[str, str]) -> Document:
    """The document with each sound named by its content, as what is stored is."""
    if "sounds" not in document.sections:
        return document
    sounds: dict[str, Any] = {
        key: SoundEntry(key, entry.name, kept=files[key]) if isinstance(entry, SoundEntry) else entry
        for key, entry in document.sections["sounds"].items()
    }
    return replace(document, sections={**document.sections, "sounds": sounds})


def _exported(organization: Organization, raw: Raw) -> dict[str, Any]:
    found = parts.entries(raw)
    written: dict[str, Any] = {"organization": {"key": organization.key, "name": organization.name}}
    for section in SECTIONS:
        some = [section.write(entry) for entry in found[section.name].values()]
        written[section.name] = some[0] if section.single else some
    return written
