"""One thing at a time: what the administrator's pages read and change, through the same rules as a file.

    items = Items(configuration, vault, ids.next)
    found = await items.section(organization, "queues")
    saved = await items.put(organization, "queues", "support", {..}, sources, Edit(by, found[0].revision))
    await items.retire(organization, "queues", "support", Edit(by, saved.item.revision))

An item is written as it stands in a file. It carries a revision; a change that was made from an older one is
refused, so that two administrators do not undo each other unseen.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from switchboard.channels.voice.directory import Vault
from switchboard.channels.voice.model import SecretPlace
from switchboard.configuration.decide import Configured, users_of, without_work
from switchboard.configuration.document import Faulty, read_document, refusal
from switchboard.configuration.model import Document, Entry, OrganizationEntry, PersonEntry, Place
from switchboard.configuration.preparation import READ_LATER, read_later
from switchboard.configuration.sections import SECTIONS, Section
from switchboard.configuration.service import Applied, Configuration, Terms
from switchboard.configuration.sources import LONGEST_SECRET, Sources
from switchboard.configuration.yaml_text import Text
from switchboard.flows.model import Problem
from switchboard.kit.errors import Conflict, Invalid, NotFound
from switchboard.tenancy.model import Organization

BY_NAME: Final = {section.name: section for section in SECTIONS}
_NOTHING: Final = Text(None, {})
PERSONAL: Final = frozenset({"people", "phones", "teams"})
"""Sections whose keys are not given to another."""
MOST_NAMED: Final = 5
"""Users of a thing that a refusal names."""


@dataclass(frozen=True, slots=True)
class Item:
    """A thing as a file would say it. revision: stands for exactly this text."""

    section: str
    key: str
    revision: str
    written: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Edit:
    """by: id of the person. revision: of the item that was changed, None for a new one."""

    by: str
    revision: str | None
    dry_run: bool = False
    returning: bool = False
    """Whether somebody who was retired comes back on purpose."""


@dataclass(frozen=True, slots=True)
class Saved:
    """item: as it is (or, on a dry run, would be) now; None after it was retired."""

    applied: Applied
    item: Item | None


class Stale(Conflict):
    """Somebody else has changed the thing meanwhile. present: as it is now, None when it is gone."""

    def __init__(self, text: str, present: Item | None) -> None:
        super().__init__(text, field="revision")
        self.present = present


class Items:
    """The things of an organization, one by one. vault: keeps what must be said again; names: new ids for it."""

    def __init__(self, configuration: Configuration, vault: Vault, names: Callable[[], str]) -> None:
        self._configuration = configuration
        self._vault = vault
        self._names = names
        self._turn = asyncio.Lock()

    async def section(self, organization: str, name: str) -> list[Item]:
        """Everything in a section. Raises NotFound for a section that there is not."""
        section = section_named(name)
        _, now = await self._configuration.in_force(organization)
        return [item_of(section, key, entry) for key, entry in now.get(name, {}).items()]

    async def put(
        self, organization: str, name: str, key: str, written: Mapping[str, Any], sources: Sources, edit: Edit
    ) -> Saved:
        """Make or change one thing. Raises Invalid with the path of every field that is wrong, Stale, and as
        `Configuration.apply`. A secret may be typed, as `{new: ..}` in the place of where it is kept."""
        section = section_named(name)
        if section.single and key != name:
            raise NotFound(f"there is one of it: {name!r}", field="key")
        known, _ = await self._configuration.in_force(organization)
        typed: dict[str, str] = {}
        written = self._without_secrets(written, organization, typed)
        terms = Terms(organization, edit.by, dry_run=edit.dry_run, check=_unchanged(section, key, edit.revision))
        try:
            await self._own_key(organization, section, key, edit)
            document, entry = document_of(known, section, key, written)
            # One at a time: what is swept must not be another's secret whose change is not saved yet.
            async with self._turn:
                applied = await self._brought(document, entry, replace(sources, typed=typed), terms)
        except Faulty as error:
            raise _at_fields(error, section) from error
        if not edit.dry_run:
            _, now = await self._configuration.in_force(organization)
            entry = now[name][entry.key]
        return Saved(applied, item_of(section, entry.key, entry))

    async def users(self, organization: str, name: str, key: str) -> list[tuple[str, str]]:
        """Who refers to a thing: (section, key), in the order of the sections."""
        section = section_named(name)
        _, now = await self._configuration.in_force(organization)
        sections = {one.kind: one.name for one in SECTIONS}
        return [(sections[kind], user) for kind, user in users_of(now, section.name, key)]

    async def _own_key(self, organization: str, section: Section, key: str, edit: Edit) -> None:
        """A new person, phone or team takes nobody else's key: the past that goes by it is another's."""
        if section.name not in PERSONAL or edit.revision is not None or edit.returning:
            return
        if await self._configuration.was_retired(organization, section.name, key):
            text = f"a {section.kind} of the past has this key, and its records keep it; choose another"
            raise refusal([Problem((section.name, 0, section.label), section.label, text)], _NOTHING)

    async def retire(self, organization: str, name: str, key: str, edit: Edit) -> Saved:
        """Take one thing out of use. Agents lose a queue or skill that goes; whatever else refers to the thing
        keeps it: raises Conflict that names it. Raises NotFound, Stale, Refused."""
        section = section_named(name)
        if section.single:
            raise Conflict("a setting can be changed and not retired; give it other values", field="key")
        known, now = await self._configuration.in_force(organization)
        people, places = _relieved(now, name, key)
        document = Document(OrganizationEntry(known.key, known.name), people, places, retired=frozenset({(name, key)}))
        unchanged = _unchanged(section, key, edit.revision)

        def check(in_force: Configured) -> None:
            if key not in in_force.get(name, {}):
                raise NotFound(f"there is no {section.kind} with this key")
            unchanged(in_force)
            _unused(in_force, section, key)
            if _relieved(in_force, name, key)[0] != people:
                raise Conflict("somebody's queues or skills were changed meanwhile; try again")

        terms = Terms(organization, edit.by, dry_run=edit.dry_run, check=check)
        async with self._turn:
            applied = await self._configuration.bring(document, _NOTHING, Sources({}, None), terms)
            if name in READ_LATER and not edit.dry_run:
                await self._sweep(organization)
        return Saved(applied, None)

    def _without_secrets(
        self, value: Mapping[str, Any], organization: str, typed: dict[str, str], path: str = ""
    ) -> dict[str, Any]:
        """The item with each typed secret replaced by where it will be kept; `typed` gets them by that name."""
        found: dict[str, Any] = {}
        for name, inner in value.items():
            if isinstance(inner, Mapping) and set(inner) == {"new"} and isinstance(inner["new"], str):
                if not 0 < len(inner["new"]) <= LONGEST_SECRET:
                    text = f"type a secret of 1 to {LONGEST_SECRET} characters"
                    raise Invalid(text, field=f"{path}{name}", faults=[(f"{path}{name}", text)])
                reference = self._vault.name(organization, self._names())
                typed[reference] = inner["new"]
                found[name] = {str(SecretPlace.KEPT): reference}
            elif isinstance(inner, Mapping):
                found[name] = self._without_secrets(inner, organization, typed, f"{path}{name}.")
            else:
                found[name] = inner
        return found

    async def _brought(self, document: Document, entry: Entry, sources: Sources, terms: Terms) -> Applied:
        """Keep what was typed before anybody is told to use it; forget it again when the change is refused."""
        kept = {} if terms.dry_run else _said_again(entry, sources.typed)
        for reference, secret in kept.items():
            await asyncio.to_thread(self._vault.keep, reference, secret)
        try:
            return await self._configuration.bring(document, _NOTHING, sources, terms)
        finally:
            if not terms.dry_run and document.sections.keys() & READ_LATER:
                await self._sweep(terms.organization or "")

    async def _sweep(self, organization: str) -> None:
        """Forget the secrets that nothing names any more, and those of a change that was refused."""
        _, now = await self._configuration.in_force(organization)
        named = [read_later(entry) for entries in now.values() for entry in entries.values()]
        used = {one[1].name for one in named if one is not None and one[1].place is SecretPlace.KEPT}
        await asyncio.to_thread(self._vault.sweep, organization, used)


def _said_again(entry: Entry, typed: Mapping[str, str]) -> dict[str, str]:
    """The typed secrets that we shall have to say to somebody; all others are known by their hash alone."""
    later = read_later(entry)
    return {} if later is None or later[1].name not in typed else {later[1].name: typed[later[1].name]}


def section_named(name: str) -> Section:
    """Raises NotFound."""
    if (section := BY_NAME.get(name)) is None:
        raise NotFound(f"there is no section {name!r}; there are {', '.join(BY_NAME)}", field="section")
    return section


def item_of(section: Section, key: str, entry: Entry) -> Item:
    """The thing as a file would say it."""
    written = section.write(entry)
    text = orjson.dumps(written, option=orjson.OPT_SORT_KEYS)
    return Item(section.name, key, hashlib.sha256(text).hexdigest()[:16], written)


def document_of(known: Organization, section: Section, key: str, written: Mapping[str, Any]) -> tuple[Document, Entry]:
    """The item as a file of one entry."""
    organization = {"key": known.key, "name": known.name}
    if section.single:
        return _read({"organization": organization, section.name: dict(written)}, section)
    data = {section.label: key, **written}
    if data[section.label] != key:
        text = f"cannot be changed from {key!r}; make a new {section.kind} instead"
        raise refusal([Problem((section.name, 0, section.label), section.label, text)], _NOTHING)
    return _read({"organization": organization, section.name: [data]}, section)


def _read(data: dict[str, Any], section: Section) -> tuple[Document, Entry]:
    document, problems = read_document(Text(data, {}))
    if problems:
        raise refusal(problems, _NOTHING)
    return document, next(iter(document.sections[section.name].values()))


def _unchanged(section: Section, key: str, revision: str | None) -> Callable[[Configured], None]:
    """Raises Stale when what is in force is not what was changed."""

    def check(now: Configured) -> None:
        entry = now.get(section.name, {}).get(key)
        present = item_of(section, key, entry) if entry is not None else None
        if (present.revision if present else None) == revision:
            return
        if present is None:
            raise Stale(f"this {section.kind} has been retired meanwhile", None)
        if revision is None:
            raise Stale(f"there is a {section.kind} with this {section.label} already", present)
        raise Stale(f"this {section.kind} was changed meanwhile; look at what it is now, then save again", present)

    return check


def _unused(now: Configured, section: Section, key: str) -> None:
    users = [
        (kind, user)
        for kind, user in users_of(now, section.name, key)
        if not (kind == "person" and section.name in {"queues", "skills"})
    ]
    if users:
        named = ", ".join(f"{kind} {user}" for kind, user in users[:MOST_NAMED])
        more = f" and {len(users) - MOST_NAMED} more" if len(users) > MOST_NAMED else ""
        raise Conflict(f"this {section.kind} is in use by {named}{more}; change that first", field=section.label)


def _relieved(now: Configured, name: str, key: str) -> tuple[dict[str, dict[str, Entry]], dict[tuple[str, str], Place]]:
    """The agents who had this queue or skill, without it, and where they stand in the file this makes."""
    relieved: dict[str, Entry] = {}
    for person, entry in now.get("people", {}).items():
        if isinstance(entry, PersonEntry) and (without := without_work(entry, name, key)) != entry:
            relieved[person] = without
    places = {("people", person): Place(("people", index), f"people.{person}") for index, person in enumerate(relieved)}
    return ({"people": relieved} if relieved else {}), places


def _at_fields(error: Faulty, section: Section) -> Invalid:
    """The same faults with paths that start at the item: `dispositions.0.key`."""
    item = 1 if section.single else 2
    faults = [(".".join(map(str, problem.path[item:])), problem.text) for problem in error.problems]
    text = "\n".join(f"{field}: {text}" if field else text for field, text in faults)
    return Invalid(text, field=next((field for field, _ in faults if field), None), faults=faults)
