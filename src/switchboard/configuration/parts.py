"""The other rooms' tables as one configuration: read as entries, written from entries.

Entries name each other by key, rooms by id; the translation is here and nowhere else.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.agents.model import Profile, Reach, Reason, Team
from switchboard.agents.service import Agents
from switchboard.channels.voice.directory import Codes, Numbers, Phones, Trunks
from switchboard.channels.voice.model import Code, Digest, Number, Phone, Trunk
from switchboard.configuration.model import (
    SILENCE,
    AgentEntry,
    DelaysEntry,
    Entries,
    Named,
    PersonEntry,
    PhoneEntry,
    QueueEntry,
    ReasonEntry,
    SoundEntry,
    TeamEntry,
    TrunkEntry,
)
from switchboard.configuration.plain import plain_item, reason_entry
from switchboard.flows.model import FlowDocument, Spoken
from switchboard.flows.service import Flows, OpeningHours, Prepared, SoundItem
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.model import Delays, QueueItem, SkillItem, Wanted, WhenNobody
from switchboard.routing.service import Queues, Skills, with_ids, with_teams
from switchboard.tenancy.model import ClientItem, Hashed, PersonItem
from switchboard.tenancy.service import Tenancy

Keys = Mapping[str, str]
"""Id by key."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """The rooms that configuration fills."""

    tenancy: Tenancy
    agents: Agents
    skills: Skills
    queues: Queues
    flows: Flows
    numbers: Numbers
    trunks: Trunks
    phones: Phones
    codes: Codes


@dataclass(frozen=True, slots=True)
class Raw:
    """What the rooms have, as they say it: items by key, ids by key, by section."""

    clients: dict[str, ClientItem]
    skills: dict[str, SkillItem]
    reasons: dict[str, Reason]
    teams: dict[str, Team]
    sounds: dict[str, SoundItem]
    queues: dict[str, QueueItem]
    delays: Delays
    phones: dict[str, Phone]
    people: dict[str, PersonItem]
    profiles: dict[str, Profile]
    hours: dict[str, OpeningHours]
    flows: dict[str, FlowDocument]
    trunks: dict[str, Trunk]
    numbers: dict[str, Number]
    codes: dict[str, Code]
    ids: Mapping[str, Keys]
    fingerprints: Mapping[str, str | None]
    spoken: Mapping[Spoken, str]


@dataclass(frozen=True, slots=True)
class Made:
    """What was made before the transaction: hashes of passwords, digests, converted sounds, spoken texts."""

    passwords: Mapping[str, Hashed] = field(default_factory=dict)
    digests: Mapping[tuple[str, str], Digest] = field(default_factory=dict)
    sounds: Mapping[str, SoundItem] = field(default_factory=dict)
    flows: Mapping[str, Prepared] = field(default_factory=dict)


AT_ONCE: Final = 250
"""Entries written between two pauses: what keeps the main loop below 20 ms."""
_REFERRED: Final = ("clients", "skills", "teams", "queues", "phones")


async def read(rooms: Rooms, connection: AsyncConnection, organization: str) -> Raw:
    """Everything in force in an organization."""
    at = (connection, organization)
    return Raw(
        clients=await rooms.tenancy.brands.configured(*at),
        skills=await rooms.skills.configured(*at),
        reasons=await rooms.agents.reasons.configured(*at),
        teams=await rooms.agents.teams.configured(*at),
        sounds=await rooms.flows.sounds.configured(*at),
        queues=await rooms.queues.configured(*at),
        delays=await rooms.queues.delays.of(*at),
        phones=await rooms.phones.configured(*at),
        people=await rooms.tenancy.staff.configured(*at),
        profiles=await rooms.agents.profiles.configured(*at),
        hours=await rooms.flows.hours.configured(*at),
        flows=await rooms.flows.configured(*at),
        trunks=await rooms.trunks.configured(*at),
        numbers=await rooms.numbers.configured(*at),
        codes=await rooms.codes.configured(*at),
        ids={name: await _room(rooms, name).ids(*at) for name in _REFERRED},
        fingerprints=await rooms.tenancy.staff.fingerprints(*at),
        spoken=await rooms.flows.rendered(*at),
    )


async def was_retired(rooms: Rooms, connection: AsyncConnection, organization: str, section: str, key: str) -> bool:
    """Whether there was a thing of this key that is not in force any more."""
    room = _room(rooms, section)
    return key in await room.ids(connection, organization) and key not in await room.configured(
        connection, organization
    )


def entries(raw: Raw) -> dict[str, Entries]:
    """The same as a file would say it. Pure; takes long for a thousand people."""
    keys = {name: {id_: key for key, id_ in ids.items()} for name, ids in raw.ids.items()}
    client = keys["clients"]
    return {
        "clients": raw.clients,
        "skills": {key: Named(key, one.name) for key, one in raw.skills.items()},
        "reasons": {key: reason_entry(one) for key, one in raw.reasons.items()},
        "teams": {
            key: TeamEntry(key, one.name, one.client and client.get(one.client, one.client), one.capacity, one.hours)
            for key, one in raw.teams.items()
        },
        "sounds": {key: SoundEntry(key, one.name, kept=one.file) for key, one in raw.sounds.items()},
        "queues": {key: _queue_entry(one, keys) for key, one in raw.queues.items()},
        "delays": {"delays": DelaysEntry(raw.delays)},
        "phones": {
            key: PhoneEntry(phone, phone.digest.secret if phone.digest else None) for key, phone in raw.phones.items()
        },
        "people": {key: _person_entry(one, raw.profiles.get(key), keys) for key, one in raw.people.items()},
        "hours": {key: _of_client(one, client) for key, one in raw.hours.items()},
        "flows": raw.flows,
        "trunks": {key: _trunk_entry(one, client) for key, one in raw.trunks.items()},
        "numbers": {key: replace(one, client=client.get(one.client, one.client)) for key, one in raw.numbers.items()},
        "codes": raw.codes,
    }


def _queue_entry(item: QueueItem, keys: Mapping[str, Keys]) -> QueueEntry:
    return QueueEntry(
        key=item.key,
        name=item.name,
        client=keys["clients"].get(item.client, item.client),
        ring_time=item.ring_time // MICROSECONDS,
        max_wait=None if item.max_wait is None else item.max_wait // MICROSECONDS,
        wrap_up=item.wrap_up // MICROSECONDS,
        service_level=item.service_level // MICROSECONDS,
        strategy=item.strategy,
        music=item.music or SILENCE,
        when_nobody=item.when_nobody.value,
        requires=_levels(item.requires, keys["skills"]),
        dispositions=item.dispositions,
        announcements=item.announcements,
        recording=item.recording,
        callback=item.callback,
        targets=item.targets,
        ranking=item.ranking,
        outcome=item.outcome,
        max_length=item.max_length,
        overflow=item.overflow,
        relief=with_teams(item.relief, keys["teams"]),
        hand_over=item.hand_over,
        longest_pause=item.longest_pause // MICROSECONDS,
        wanted=with_ids(item.wanted, lambda kind, id_: keys[f"{kind}s"].get(id_, id_) if kind != "agent" else id_),
    )


def _person_entry(item: PersonItem, profile: Profile | None, keys: Mapping[str, Keys]) -> PersonEntry:
    agent = None
    if profile is not None:
        agent = AgentEntry(
            queues=tuple(sorted(keys["queues"].get(id_, id_) for id_ in profile.queues)),
            skills=_levels(profile.skills, keys["skills"]),
            tiers=_levels(profile.tiers, keys["queues"]),
            cost=profile.cost,
            capacity=profile.capacity,
            reach=profile.reach.value,
            phone=None if profile.phone is None else keys["phones"].get(profile.phone, profile.phone),
            team=None if profile.team is None else keys["teams"].get(profile.team, profile.team),
        )
    return PersonEntry(item.key, item.user_name, item.name, item.roles, item.language, None, agent)


def _of_client(item: OpeningHours, client: Keys) -> OpeningHours:
    return replace(item, client=item.client and client.get(item.client, item.client))


def _trunk_entry(trunk: Trunk, client: Keys) -> TrunkEntry:
    named = replace(trunk, client=trunk.client and client.get(trunk.client, trunk.client))
    if trunk.digest is None:
        return TrunkEntry(named)
    return TrunkEntry(named, trunk.digest.user_name, trunk.digest.secret)


def _levels(by_id: Mapping[str, int], keys: Keys) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((keys.get(id_, id_), level) for id_, level in by_id.items()))


def queue_item(entry: QueueEntry, client: str, requires: dict[str, int], wanted: Wanted | None) -> QueueItem:
    """The queue as routing has it. client, requires, wanted, relief: by id, but agents and queues by key: those
    are put later."""
    return QueueItem(
        key=entry.key,
        name=entry.name,
        client=client,
        ring_time=entry.ring_time * MICROSECONDS,
        max_wait=None if entry.max_wait is None else entry.max_wait * MICROSECONDS,
        wrap_up=entry.wrap_up * MICROSECONDS,
        service_level=entry.service_level * MICROSECONDS,
        strategy=entry.strategy,
        when_nobody=WhenNobody(entry.when_nobody),
        music=None if entry.music == SILENCE else entry.music,
        requires=requires,
        dispositions=entry.dispositions,
        announcements=entry.announcements,
        recording=entry.recording,
        callback=entry.callback,
        targets=entry.targets,
        wanted=wanted,
        ranking=entry.ranking,
        outcome=entry.outcome,
        max_length=entry.max_length,
        overflow=entry.overflow,
        relief=entry.relief,
        hand_over=entry.hand_over,
        longest_pause=entry.longest_pause * MICROSECONDS,
    )


class Writer:
    """Writes entries into the rooms, in one transaction. made: what was prepared for them."""

    def __init__(self, rooms: Rooms, connection: AsyncConnection, organization: str, made: Made, by: str) -> None:
        self._rooms = rooms
        self._at = (connection, organization)
        self._made = made
        self._by = by
        self._ids: dict[str, Keys] = {}

    async def put(self, section: str, some: Sequence[Any]) -> None:
        """Insert or change these entries of a section. Sections must come in their order."""
        for first in range(0, len(some), AT_ONCE):
            await self._put(section, some[first : first + AT_ONCE])
            # The rooms compare and encode without a pause; calls come in between.
            await asyncio.sleep(0)

    async def _put(self, section: str, some: Sequence[Any]) -> None:
        if section == "people":
            await self._put_people(some)
        else:
            if section == "phones":
                await self._release_phones(some)
            items = [await self._item(section, entry) for entry in some]
            await _room(self._rooms, section).put_many(*self._at, items, by=self._by)
        self._ids.pop(section, None)

    async def retire(self, section: str, key: str) -> None:
        """Take one thing out of use; a person's work as an agent ends with him."""
        if section == "people":
            await self._retire_profile(key)
        await _room(self._rooms, section).retire(*self._at, key, by=self._by)

    async def _id(self, section: str, key: str) -> str:
        return (await self._known(section))[key]

    async def _known(self, section: str) -> Keys:
        if section not in self._ids:
            self._ids[section] = await _room(self._rooms, section).ids(*self._at)
        return self._ids[section]

    async def _item(self, section: str, entry: Any) -> Any:
        match entry:
            case Named() | ReasonEntry() | DelaysEntry():
                return plain_item(entry)
            case TeamEntry():
                client = entry.client and await self._id("clients", entry.client)
                return Team(entry.key, entry.name, client, entry.capacity, entry.hours)
            case QueueEntry():
                return await self._queue(entry)
            case SoundEntry() | FlowDocument() | PhoneEntry():
                return self._prepared(section, entry)
            case TrunkEntry():
                return await self._trunk(entry)
            case OpeningHours():
                return replace(entry, client=entry.client and await self._id("clients", entry.client))
            case Number():
                return replace(entry, client=await self._id("clients", entry.client))
        return entry

    def _prepared(self, section: str, entry: SoundEntry | FlowDocument | PhoneEntry) -> SoundItem | Prepared | Phone:
        match entry:
            case SoundEntry():
                return self._made.sounds[entry.key]
            case FlowDocument():
                return self._made.flows[entry.key]
            case PhoneEntry():
                return replace(entry.phone, digest=self._made.digests.get((section, entry.key)))

    async def _trunk(self, entry: TrunkEntry) -> Trunk:
        client = entry.trunk.client and await self._id("clients", entry.trunk.client)
        return replace(entry.trunk, client=client, digest=self._made.digests.get(("trunks", entry.key)))

    async def _queue(self, entry: QueueEntry) -> QueueItem:
        client = await self._id("clients", entry.client)
        requires = {await self._id("skills", s): level for s, level in entry.requires}
        for section in ("skills", "teams"):
            await self._known(section)
        relieved = replace(entry, relief=with_teams(entry.relief, self._ids["teams"]))
        return queue_item(relieved, client, requires, with_ids(entry.wanted, self._id_of))

    def _id_of(self, kind: str, key: str) -> str:
        return key if kind == "agent" else self._ids[f"{kind}s"][key]

    async def _release_phones(self, some: Sequence[PhoneEntry]) -> None:
        """Phones that get another secret are no longer in the hands of dismissed people who knew the old one."""
        stored = await self._rooms.phones.configured(*self._at)
        for entry in some:
            before, digest = stored.get(entry.key), self._made.digests.get(("phones", entry.key))
            if before is not None and digest is not None and (before.digest is None or before.digest.ha1 != digest.ha1):
                await self._rooms.agents.profiles.release_phone(*self._at, before.id)

    async def _put_people(self, some: Sequence[PersonEntry]) -> None:
        staff, profiles = self._rooms.tenancy.staff, self._rooms.agents.profiles
        items = [
            PersonItem(p.key, p.user_name, p.name, p.roles, p.language, self._made.passwords.get(p.key)) for p in some
        ]
        await staff.put_many(*self._at, items, by=self._by)
        self._ids.pop("people", None)
        before = await profiles.configured(*self._at)
        agents = [await self._profile(p, p.agent, before.get(p.key)) for p in some if p.agent is not None]
        await profiles.put_many(*self._at, agents, by=self._by)
        for person in some:
            if person.agent is None and person.key in before:
                await profiles.retire(*self._at, person.key, by=self._by)

    async def _profile(self, person: PersonEntry, agent: AgentEntry, before: Profile | None) -> Profile:
        phone = None if agent.phone is None else await self._id("phones", agent.phone)
        reach = Reach(agent.reach) if agent.reach else before.reach if before else Reach.BROWSER
        return Profile(
            person=await self._id("people", person.key),
            key=person.key,
            queues=tuple([await self._id("queues", key) for key in agent.queues]),
            skills={await self._id("skills", skill): level for skill, level in agent.skills},
            tiers={await self._id("queues", queue): tier for queue, tier in agent.tiers},
            cost=agent.cost,
            capacity=agent.capacity,
            # Who loses his phone cannot be reached by it any more, whatever he chose.
            reach=reach if phone is not None else Reach.BROWSER,
            phone=phone,
            team=None if agent.team is None else await self._id("teams", agent.team),
        )

    async def _retire_profile(self, key: str) -> None:
        profiles = self._rooms.agents.profiles
        if key in await profiles.configured(*self._at):
            await profiles.retire(*self._at, key, by=self._by)


def _room(rooms: Rooms, section: str) -> Any:
    return {
        "clients": rooms.tenancy.brands,
        "skills": rooms.skills,
        "reasons": rooms.agents.reasons,
        "teams": rooms.agents.teams,
        "sounds": rooms.flows.sounds,
        "queues": rooms.queues,
        "delays": rooms.queues.delays,
        "phones": rooms.phones,
        "people": rooms.tenancy.staff,
        "hours": rooms.flows.hours,
        "flows": rooms.flows,
        "trunks": rooms.trunks,
        "numbers": rooms.numbers,
        "codes": rooms.codes,
    }[section]
