"""A supervisor changes what an agent is good at: at once for who waits, audited, and as the export says it."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from support.configured import configuration_on, rooms_on, sources
from switchboard.agents.model import Reach
from switchboard.app.skills import SkillsByWeb
from switchboard.channels.voice.vault import Vault
from switchboard.configuration.items import Items, Stale
from switchboard.configuration.parts import Rooms
from switchboard.configuration.service import Configuration
from switchboard.kit.clock import SystemClock
from switchboard.kit.errors import Invalid, NotFound
from switchboard.kit.tasks import Tasks
from switchboard.routing.commands import AgentSignedIn, ContactArrived, ContactQueued
from switchboard.routing.service import Routing, load_configured
from switchboard.storage.database import Database
from switchboard.storage.journal import Journal
from switchboard.storage.projections import Projections
from switchboard.storage.writer import GroupCommitWriter
from switchboard.tenancy.model import Person, Role
from switchboard.web.messages.skills import SkillsAsked

SMALL = """
organization: {key: acme, name: Acme}
clients: [{key: brand, name: Brand, time_zone: Europe/Berlin, region: DE}]
skills: [{key: english, name: English}, {key: french, name: French}]
queues: [{key: support, client: brand, requires: {french: 2}, when_nobody: stay}]
people:
  - {key: boss, name: Boss, roles: [administrator], password: {env: SWITCHBOARD_DEMO_ADMIN_PASSWORD}}
  - {key: sue, name: Sue, roles: [supervisor]}
  - {key: anna, name: Anna, roles: [agent], agent: {queues: [support], skills: {english: 3}}}
"""


@dataclass
class House:
    database: Database
    rooms: Rooms
    configuration: Configuration
    door: SkillsByWeb
    routing: Routing
    sue: Person
    anna: str


@pytest.fixture
async def house(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[House]:
    rooms = rooms_on(sqlite_database, tmp_path)
    configuration = configuration_on(sqlite_database, tmp_path, rooms)
    organization = (await configuration.apply(SMALL.encode(), sources(tmp_path))).organization or ""
    people = {one.key: one.id for one in await rooms.tenancy.people(organization)}
    names = map(str, itertools.count())
    clock = SystemClock()
    async with Tasks("test") as tasks:
        load = partial(
            load_configured,
            sqlite_database,
            organization,
            queues=rooms.queues,
            agents=rooms.agents,
            tenancy=rooms.tenancy,
        )
        writer = GroupCommitWriter(sqlite_database, clock=clock, projections=Projections())
        routing = Routing(
            organization,
            node="n1",
            clock=clock,
            tasks=tasks,
            journal=Journal(sqlite_database),
            writer=writer,
            load=load,
        )
        await routing.start()

        async def reload(_: str) -> None:
            await routing.reload()

        configuration.subscribe(reload)
        items = Items(configuration, Vault(tmp_path / "secrets"), lambda: next(names))
        sue = Person(organization, people["sue"], "sue", "sue", "Sue", frozenset({Role.SUPERVISOR}))
        yield House(
            sqlite_database, rooms, configuration, SkillsByWeb(items, rooms.tenancy), routing, sue, people["anna"]
        )
        await routing.close()
        await writer.close()


async def test_a_new_level_counts_for_whoever_waits_already(house: House) -> None:
    await house.routing.command(AgentSignedIn(house.anna, "n1", Reach.PHONE))
    brand = (await house.rooms.tenancy.clients(house.sue.organization))[0].id
    queue = house.routing.queue_id("support") or ""
    await house.routing.command(
        ContactArrived("c1", brand, "voice", "n1"), ContactQueued("c1", queue, max_wait=600_000_000)
    )
    assert (house.routing.desk(house.anna) or pytest.fail("she is an agent")).offer is None
    seen = await house.door.skills(house.sue, house.anna)
    assert (seen.name, [(one.name, one.level) for one in seen.skills]) == ("Anna", [("English", 3), ("French", None)])
    asked = SkillsAsked(revision=seen.revision, levels={"english": 3, "french": 2})
    after = await house.door.change(house.sue, house.anna, asked)
    assert [one.level for one in after.skills] == [3, 2]
    offer = (house.routing.desk(house.anna) or pytest.fail("she is an agent")).offer
    assert offer is not None
    assert offer.contact == "c1"
    assert "french: 2" in await house.configuration.export(house.sue.organization)
    audit = await house.rooms.tenancy.audit.entries(house.sue.organization, kind="agent", subject=house.anna)
    english, french = (await _ids(house))["english"], (await _ids(house))["french"]
    assert audit.rows[0].by == house.sue.id
    assert audit.rows[0].changes == {"skills": [{english: 3}, {english: 3, french: 2}]}
    # A page that still shows what was before changes nothing.
    with pytest.raises(Stale, match="changed meanwhile"):
        await house.door.change(house.sue, house.anna, SkillsAsked(revision=seen.revision, levels={}))


@pytest.mark.parametrize(
    ("levels", "field", "text"),
    [
        ({"latin": 1}, "levels.latin", "There is no skill 'latin'; there are: english, french"),
        ({"english": 0}, "levels.english", "The level of English is a whole number from 1 to 10"),
        ({"english": 11}, "levels.english", "The level of English is a whole number from 1 to 10"),
        ({"english": "3"}, "levels.english", "The level of English is a whole number from 1 to 10"),
        ({"english": True}, "levels.english", "The level of English is a whole number from 1 to 10"),
    ],
)
async def test_what_cannot_be_is_refused_by_name(
    house: House, levels: dict[str, object], field: str, text: str
) -> None:
    seen = await house.door.skills(house.sue, house.anna)
    with pytest.raises(Invalid, match=text) as refused:
        await house.door.change(house.sue, house.anna, SkillsAsked(revision=seen.revision, levels=levels))
    assert refused.value.field == field
    assert (await house.door.skills(house.sue, house.anna)) == seen


async def test_only_agents_of_the_own_organization_have_skills(house: House) -> None:
    for nobody in (house.sue.id, "nobody"):
        with pytest.raises(NotFound, match="no such agent"):
            await house.door.skills(house.sue, nobody)
    stranger = Person("another", "x", "x", "x", "X", frozenset({Role.SUPERVISOR}))
    with pytest.raises(NotFound):
        await house.door.skills(stranger, house.anna)


async def _ids(house: House) -> dict[str, str]:
    async with house.database.reading() as connection:
        return await house.rooms.skills.ids(connection, house.sue.organization)
