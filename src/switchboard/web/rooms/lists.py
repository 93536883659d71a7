"""Lists of what is configured, and the sounds."""

from collections.abc import Sequence

from switchboard.agents.service import Agents
from switchboard.flows.service import Flows
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.service import Queues
from switchboard.storage.database import Database
from switchboard.tenancy.model import Role
from switchboard.tenancy.service import Tenancy
from switchboard.web.doors.session import Who
from switchboard.web.messages.configuration import ListedItem
from switchboard.web.messages.desk import Disposition
from switchboard.web.messages.sounds import SoundItem
from switchboard.web.rooms.names import Names


class ConfiguredLists:
    """Satisfies `doors.Lists`."""

    def __init__(
        self, database: Database, tenancy: Tenancy, agents: Agents, queues: Queues, names: Names, flows: Flows
    ) -> None:
        self._database = database
        self._tenancy = tenancy
        self._agents = agents
        self._queues = queues
        self._names = names
        self._flows = flows

    async def clients(self, who: Who) -> Sequence[ListedItem]:
        found = await self._tenancy.clients(who.organization)
        return [ListedItem(id=one.id, key=one.key, name=one.name) for one in found]

    async def queues(self, who: Who) -> Sequence[ListedItem]:
        named = await self._names.of(who.organization)
        async with self._database.reading() as connection:
            ids = await self._queues.ids(connection, who.organization)
            found = await self._queues.configured(connection, who.organization)
        return [
            ListedItem(
                id=ids[key],
                key=key,
                name=item.name,
                client=named.client(item.client) or None,
                dispositions=[Disposition(key=one.key, name=one.name) for one in item.dispositions],
            )
            for key, item in found.items()
        ]

    async def people(self, who: Who) -> Sequence[ListedItem]:
        async with self._database.reading() as connection:
            profiles = await self._agents.profiles.configured(connection, who.organization)
        return [
            ListedItem(
                id=one.id,
                key=one.key,
                name=one.name,
                user_name=one.user_name,
                roles=[role for role in Role if role in one.roles],
                team=profiles[one.key].team if one.key in profiles else None,
            )
            for one in await self._tenancy.people(who.organization)
        ]

    async def teams(self, who: Who) -> Sequence[ListedItem]:
        named = await self._names.of(who.organization)
        async with self._database.reading() as connection:
            ids = await self._agents.teams.ids(connection, who.organization)
            found = await self._agents.teams.configured(connection, who.organization)
        return [
            ListedItem(id=ids[key], key=key, name=team.name, client=(team.client and named.client(team.client)) or None)
            for key, team in found.items()
        ]

    async def skills(self, who: Who) -> Sequence[ListedItem]:
        """A skill is known by its key to whoever sets it: it is its id here."""
        named = await self._names.of(who.organization)
        return [
            ListedItem(id=key, key=key, name=name)
            for key, name in sorted(named.skill_names.items(), key=lambda one: one[1].casefold())
        ]

    async def flows(self, who: Who) -> Sequence[ListedItem]:
        """A flow is known by its key everywhere: it is its id here."""
        catalogue = await self._flows.catalogue(who.organization)
        return [
            ListedItem(id=key, key=key, name=flow.document.name, version=flow.version)
            for key, flow in sorted(catalogue.flows.items())
        ]


class FlowSounds:
    """Satisfies `doors.Sounds`. A sound is known by its key everywhere: it is its id here."""

    def __init__(self, database: Database, flows: Flows) -> None:
        self._database = database
        self._flows = flows

    async def upload(self, who: Who, key: str, name: str, audio: bytes) -> SoundItem:
        kept = await self._flows.sounds.upload(who.organization, key, name, audio, by=who.id)
        return SoundItem(id=kept.key, key=kept.key, name=kept.name, seconds=kept.length / MICROSECONDS)

    async def audio(self, who: Who, key: str) -> bytes:
        return await self._flows.sound(who.organization, key)

    async def sounds(self, who: Who) -> Sequence[SoundItem]:
        async with self._database.reading() as connection:
            found = await self._flows.sounds.configured(connection, who.organization)
        return [
            SoundItem(id=one.key, key=one.key, name=one.name, seconds=one.length / MICROSECONDS)
            for one in found.values()
        ]
