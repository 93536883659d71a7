"""People as an administrator manages them, answered by tenancy, the agents' rows, configuration and the Floor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.agents.model import AgentState, Profile
from switchboard.agents.service import Agents
from switchboard.app.dismissal import Dismissal
from switchboard.channels.voice.directory import Phones
from switchboard.configuration.items import Edit, Items
from switchboard.configuration.parts import Rooms as Configured
from switchboard.configuration.service import Sources
from switchboard.kit.clock import MICROSECONDS, Clock
from switchboard.kit.errors import Conflict, NotFound, Refused
from switchboard.routing.service import Floors
from switchboard.storage.database import Database
from switchboard.tenancy import model
from switchboard.tenancy.model import Role
from switchboard.tenancy.service import Tenancy
from switchboard.web.doors.session import Who
from switchboard.web.messages.people import Dismissed, Member, MemberRecord, Members, PasswordMade, PasswordSet
from switchboard.web.rooms.account import sessions_shown, sign_ins_shown

SECTION = "people"
NOWHERE = Sources({}, None)


@dataclass(frozen=True, slots=True)
class _Work:
    """What is configured about agents, and what they do. profiles: also of those who left, by the person's id."""

    profiles: Mapping[str, Profile]
    teams: Mapping[str, str]
    phones: Mapping[str, str]
    states: Mapping[str, AgentState]


class PeopleByWeb:
    """Satisfies `doors.PeopleDoor`."""

    def __init__(
        self,
        database: Database,
        rooms: Configured,
        items: Items,
        floors: Floors,
        dismissal: Dismissal,
        clock: Clock,
    ) -> None:
        self._database = database
        self._rooms = rooms
        self._tenancy: Tenancy = rooms.tenancy
        self._agents: Agents = rooms.agents
        self._phones: Phones = rooms.phones
        self._items = items
        self._floors = floors
        self._dismissal = dismissal
        self._clock = clock

    async def members(self, who: Who, *, search: str, role: str | None, dismissed: bool) -> Members:
        found = await self._tenancy.members(who.organization)
        work = await self._work(who.organization)
        wanted = [
            one
            for one in found
            if (one.person.retired_at is not None) is dismissed
            and (role is None or role in one.person.roles)
            and _matches(one.person, search)
        ]
        wanted.sort(key=lambda one: (one.person.name.casefold(), one.person.id))
        return Members(members=[_member(one, work) for one in wanted])

    async def member(self, who: Who, person: str) -> MemberRecord:
        found = await self._found(who, person)
        accounts = self._tenancy.accounts
        return MemberRecord(
            member=_member(found, await self._work(who.organization)),
            sessions=sessions_shown(await accounts.sessions(who.organization, person)),
            sign_ins=sign_ins_shown(await accounts.sign_ins(who.organization, person)),
        )

    async def set_password(self, who: Who, person: str, asked: PasswordSet) -> PasswordMade:
        if person == who.id:
            raise Refused("Change your own password under My account; this one would be temporary")
        made = await self._tenancy.accounts.set_password(who.organization, person, asked.password, by=who.id)
        return PasswordMade(password=made)

    async def end_session(self, who: Who, person: str, session: str) -> None:
        await self._tenancy.accounts.end_session(who.organization, person, session, by=who.id)

    async def dismiss(self, who: Who, person: str) -> Dismissed:
        if person == who.id:
            raise Refused("You cannot dismiss yourself; another administrator can")
        found = await self._found(who, person)
        if found.person.retired_at is not None:
            raise Conflict("this person was dismissed already")
        began = self._clock.monotonic()
        phone = (await self._work(who.organization)).profiles.get(person, Profile(person, "")).phone
        held = self._dismissal.held(who.organization, person, phone)
        revision = await self._revision(who.organization, found.person.key)
        # Configuration tells the center of the change, which takes the rest from him before this returns.
        await self._items.retire(who.organization, SECTION, found.person.key, Edit(who.id, revision))
        return Dismissed(
            sessions=found.sessions,
            offers=held.offers,
            calls=held.calls,
            phones=held.devices,
            microseconds=round((self._clock.monotonic() - began) * MICROSECONDS),
        )

    async def reinstate(self, who: Who, person: str) -> None:
        found = await self._found(who, person)
        if found.person.retired_at is None:
            raise Conflict("this person works here")
        written = await self._written(who.organization, found.person)
        edit = Edit(who.id, None, returning=True)
        await self._items.put(who.organization, SECTION, found.person.key, written, NOWHERE, edit)

    # -- inside

    async def _found(self, who: Who, person: str) -> model.Member:
        for one in await self._tenancy.members(who.organization):
            if one.person.id == person:
                return one
        raise NotFound("there is nobody like that here")

    async def _revision(self, organization: str, key: str) -> str:
        for item in await self._items.section(organization, SECTION):
            if item.key == key:
                return item.revision
        raise Conflict("this person was dismissed already")

    async def _work(self, organization: str) -> _Work:
        async with self._database.reading() as connection:
            profiles = await self._agents.profiles.by_id(connection, organization)
            teams = await self._agents.teams.by_id(connection, organization)
            phones = await self._phones.ids(connection, organization)
        board = self._floors.of(organization).board()
        return _Work(
            profiles,
            {id_: team.name for id_, team in teams.items()},
            {id_: key for key, id_ in phones.items()},
            {agent.id: agent.state for agent in board.agents},
        )

    async def _written(self, organization: str, person: model.Person) -> dict[str, Any]:
        """Somebody who left as a file would say him, without what was retired meanwhile."""
        written: dict[str, Any] = {
            "user_name": person.user_name,
            "name": person.name,
            "roles": sorted(person.roles),
            "language": person.language,
        }
        if Role.AGENT in person.roles:
            async with self._database.reading() as connection:
                former = await self._agents.profiles.former(connection, organization)
                keys = {
                    section: await _keys(room, connection, organization)
                    for section, room in (
                        ("queues", self._rooms.queues),
                        ("skills", self._rooms.skills),
                        ("phones", self._phones),
                        ("teams", self._agents.teams),
                    )
                }
            if person.key in former:
                written["agent"] = _agent(former[person.key], keys)
        return written


async def _keys(room: Any, connection: Any, organization: str) -> dict[str, str]:
    """Key by id of what a list has in force."""
    in_force = await room.configured(connection, organization)
    return {id_: key for key, id_ in (await room.ids(connection, organization)).items() if key in in_force}


def _agent(profile: Profile, keys: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    skills = {keys["skills"][id_]: level for id_, level in profile.skills.items() if id_ in keys["skills"]}
    agent: dict[str, Any] = {
        "queues": [keys["queues"][id_] for id_ in profile.queues if id_ in keys["queues"]],
        "skills": skills,
    }
    if tiers := {keys["queues"][id_]: tier for id_, tier in profile.tiers.items() if id_ in keys["queues"]}:
        agent["tiers"] = tiers
    if profile.cost:
        agent["cost"] = profile.cost
    if profile.phone is not None and profile.phone in keys["phones"]:
        agent |= {"phone": keys["phones"][profile.phone], "reach": profile.reach.value}
    if profile.team is not None and profile.team in keys["teams"]:
        agent["team"] = keys["teams"][profile.team]
    return agent


def _matches(person: model.Person, search: str) -> bool:
    text = search.casefold()
    return any(text in part.casefold() for part in (person.name, person.user_name, person.key))


def _member(one: model.Member, work: _Work) -> Member:
    person = one.person
    profile = work.profiles.get(person.id) if Role.AGENT in person.roles else None
    return Member(
        id=person.id,
        key=person.key,
        user_name=person.user_name,
        name=person.name,
        roles=[role for role in Role if role in person.roles],
        team=work.teams.get(profile.team) if profile is not None and profile.team is not None else None,
        phone=work.phones.get(profile.phone) if profile is not None and profile.phone is not None else None,
        state=work.states.get(person.id),
        sessions=one.sessions,
        seen_at=one.seen_at,
        has_password=one.has_password,
        password_temporary=person.password_temporary,
        dismissed_at=person.retired_at,
    )


async def keys_by_id(database: Database, rooms: Configured, organization: str) -> dict[str, str]:
    """Key by id of what is configured, retired things included: for whoever reads the audit."""
    lists = (rooms.tenancy.brands, rooms.skills, rooms.queues, rooms.phones, rooms.agents.teams, rooms.trunks)
    async with database.reading() as connection:
        found = [await one.ids(connection, organization) for one in lists]
    return {id_: key for ids in found for key, id_ in ids.items()}
