"""Everything that takes long or may fail, before the transaction: secrets, sounds, texts, hashes."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from switchboard.channels.voice.model import REALM, Code, Digest, SecretReference
from switchboard.configuration.document import refusal
from switchboard.configuration.model import (
    Difference,
    Document,
    Entries,
    Entry,
    PersonEntry,
    PhoneEntry,
    QueueEntry,
    SoundEntry,
    TrunkEntry,
    user_name_of,
)
from switchboard.configuration.parts import Made, Raw, Rooms, queue_item
from switchboard.configuration.sources import Sources
from switchboard.configuration.yaml_text import Text
from switchboard.flows.model import FlowDocument, Problem
from switchboard.flows.service import Prepared, SoundItem
from switchboard.kit.errors import Invalid
from switchboard.protocols.sip.digest import ha1
from switchboard.tenancy.model import Hashed, Organization

READ_LATER: Final = frozenset({"trunks", "codes"})
"""Sections whose secrets are read when they are needed, see `read_later`."""

Which = tuple[str, str]
"""Section and key."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets of a file. values: those of people; changed: whose secret is not the stored one."""

    values: Mapping[str, str] = field(repr=False)
    digests: Mapping[Which, Digest] = field(repr=False)
    changed: frozenset[Which]


def read_secrets(
    rooms: Rooms,
    organization: Organization | None,
    document: Document,
    raw: Raw,
    sources: Sources,
) -> tuple[Secrets, list[Problem]]:
    """Read every secret of a file and compare it with what is stored. Blocks on the disk.

    A reference that is the stored one already but cannot be read here (a file sent over the web) keeps what
    is stored.
    """
    values: dict[str, str] = {}
    digests: dict[Which, Digest] = {}
    changed: set[Which] = set()
    problems: list[Problem] = []
    for which, user, reference in _references(document):
        name, key = which
        stored = _stored_digest(name, key, raw)
        try:
            secret = sources.secret(reference)
        except Invalid as error:
            if stored is None or stored.secret != reference:
                problems.append(_problem(document, name, key, error.text))
            elif stored.user_name != user:
                text = "the user name is part of what is kept of the secret; another one needs a new secret"
                problems.append(_problem(document, name, key, text, "user_name"))
            else:
                digests[which] = stored
            continue
        if name == "people":
            values[key] = secret
            same = _is_stored(rooms, organization, key, secret, raw)
        else:
            digests[which] = Digest(user, ha1(user, REALM, secret), reference)
            same = stored is not None and stored.ha1 == digests[which].ha1
        if not same:
            changed.add(which)
    return Secrets(values, digests, frozenset(changed)), problems


def read_later(entry: object) -> tuple[str, SecretReference] | None:
    """The secret of an entry that is read when it is needed, with its field: a registration's, a code's PIN."""
    if isinstance(entry, TrunkEntry) and entry.trunk.register is not None:
        return "register", entry.trunk.register.secret
    return ("pin", entry.pin) if isinstance(entry, Code) else None


def foreign_secrets(now: Mapping[str, Entries], document: Document, sources: Sources) -> list[Problem]:
    """Entries that name a secret of this machine which whoever sends the document may not.

    These secrets are read only later: whoever could name any would have it sent to a host of his choice.
    """
    problems: list[Problem] = []
    for name in READ_LATER:
        for key, entry in document.sections.get(name, {}).items():
            wanted, stored = read_later(entry), read_later(now.get(name, {}).get(key))
            if wanted is not None and wanted != stored and not sources.may_name(wanted[1]):
                text = "a secret of this machine can only be named when the file is applied there; type it instead"
                problems.append(_problem(document, name, key, text, wanted[0]))
    return problems


async def read_sounds(
    rooms: Rooms, document: Document, sources: Sources, *, keep: bool
) -> tuple[dict[str, SoundItem], list[Problem]]:
    """Convert the sound files of a document. keep: False writes none of them."""
    found: dict[str, SoundItem] = {}
    problems: list[Problem] = []
    for key, entry in document.sections.get("sounds", {}).items():
        if not isinstance(entry, SoundEntry):
            continue
        try:
            found[key] = await _sound(rooms, entry, sources, keep=keep)
        except Invalid as error:
            field_ = "file" if entry.file is not None else "kept"
            problems.append(_problem(document, "sounds", key, error.text, field_))
    return found, problems


def refused_queues(rooms: Rooms, document: Document) -> list[Problem]:
    """What routing itself objects to in a queue, such as a strategy that there is not."""
    problems: list[Problem] = []
    for key, entry in document.sections.get("queues", {}).items():
        if isinstance(entry, QueueEntry):
            try:
                rooms.queues.check(queue_item(entry, entry.client, dict(entry.requires), entry.wanted))
            except Invalid as error:
                problems.append(_problem(document, "queues", key, error.text, error.field or "key"))
    return problems


async def _sound(rooms: Rooms, entry: SoundEntry, sources: Sources, *, keep: bool) -> SoundItem:
    if entry.file is not None:
        content = await asyncio.to_thread(sources.sound, entry.file)
        return await rooms.flows.sounds.convert(entry.key, entry.name, content, keep=keep)
    item = await rooms.flows.sounds.kept(entry.key, entry.name, entry.kept or "")
    if item is None:
        raise Invalid("the sounds folder holds no such file; copy it there, or give 'file'")
    return item


class Preparation:
    """Makes what a difference needs."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    async def made(
        self,
        document: Document,
        found: Difference,
        raw: Raw,
        secrets: Secrets,
        sounds: Mapping[str, SoundItem],
        text: Text,
    ) -> Made:
        """Texts rendered and passwords hashed, each failure named by line and field."""
        problems: list[Problem] = []
        flows: dict[str, Prepared] = {}
        for key in _changed(found, "flows"):
            entry = document.sections["flows"][key]
            if isinstance(entry, FlowDocument):
                try:
                    flows[key] = await self._rooms.flows.prepare(entry, raw.spoken)
                except Invalid as error:
                    problems.append(_problem(document, "flows", key, error.text, "language"))
        people = [key for key in _changed(found, "people") if ("people", key) in secrets.changed]
        passwords = await self._hashed(document, {key: secrets.values[key] for key in people}, problems)
        if problems:
            raise refusal(problems, text)
        return Made(passwords, secrets.digests, sounds, flows)

    def with_fingerprints(self, organization: str, secrets: Secrets, made: Made) -> Made:
        """The hashes with the marks by which the next file recognises the same secret. Fast."""
        mark = self._rooms.tenancy.passwords.fingerprint
        return replace(
            made,
            passwords={
                key: Hashed(hashed.hash, mark(organization, key, secrets.values[key]))
                for key, hashed in made.passwords.items()
            },
        )

    async def _hashed(
        self, document: Document, wanted: Mapping[str, str], problems: list[Problem]
    ) -> dict[str, Hashed]:
        hash_many: Callable[..., Any] = self._rooms.tenancy.passwords.hash_many
        people = document.sections.get("people", {})
        keys = list(wanted)
        hashing = (hash_many([wanted[key]], user_name=user_name_of(people[key])) for key in keys)
        answers = await asyncio.gather(*hashing, return_exceptions=True)
        found: dict[str, Hashed] = {}
        for key, answer in zip(keys, answers, strict=True):
            if isinstance(answer, Invalid):
                problems.append(_problem(document, "people", key, answer.text))
            elif isinstance(answer, BaseException):
                raise answer
            else:
                found[key] = answer[0]
        return found


def _changed(found: Difference, section: str) -> list[str]:
    return [one.key for one in found.changes if one.section == section and one.what != "retired"]


def _references(document: Document) -> Iterator[tuple[Which, str, SecretReference]]:
    """Who signs in, under which name, and where the secret is (not of registrations: read when needed)."""
    for name in ("people", "phones", "trunks"):
        for key, entry in document.sections.get(name, {}).items():
            user, reference = _signs_in(entry)
            if reference is not None:
                yield (name, key), user, reference


def _signs_in(entry: Entry) -> tuple[str, SecretReference | None]:
    if isinstance(entry, PersonEntry):
        return entry.user_name, entry.password
    if isinstance(entry, PhoneEntry):
        return entry.phone.user_name, entry.password
    if isinstance(entry, TrunkEntry):
        return entry.digest_user or "", entry.password
    return "", None


def _stored_digest(section: str, key: str, raw: Raw) -> Digest | None:
    if section == "people":
        return None
    thing = raw.phones.get(key) if section == "phones" else raw.trunks.get(key)
    return thing.digest if thing is not None else None


def _is_stored(rooms: Rooms, organization: Organization | None, key: str, secret: str, raw: Raw) -> bool:
    """Whether this is the password a person has already, as far as one can tell without hashing it."""
    if organization is None:
        return False
    mark = rooms.tenancy.passwords.fingerprint(organization.id, key, secret)
    return mark is not None and mark == raw.fingerprints.get(key)


def _problem(document: Document, section: str, key: str, text: str, field_: str = "password") -> Problem:
    place = document.places[section, key]
    return Problem((*place.path, field_), f"{place.shown}.{field_}", text)
