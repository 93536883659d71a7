"""Profiles, reasons, skills and queues as configuration lists them, and how they reach the Floor."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from support.tenancy import JumpingClock, client_item, person_item, tenancy_on
from switchboard.agents.model import Capacity, Profile, Reach, Reason, Team
from switchboard.agents.service import Agents
from switchboard.kit.errors import Invalid, NotFound
from switchboard.kit.ids import IdSource
from switchboard.routing.configured import Queues, Skills, load_configured
from switchboard.routing.model import AgentSettings, Disposition, QueueItem, Requirement, SkillItem
from switchboard.storage.database import Database
from switchboard.tenancy.model import Role
from switchboard.tenancy.service import Tenancy

ORG = "org"


@dataclass
class Rooms:
    database: Database
    tenancy: Tenancy
    agents: Agents
    queues: Queues
    skills: Skills
    organization: str


@pytest.fixture
async def rooms(database: Database) -> AsyncIterator[Rooms]:
    clock = JumpingClock()
    ids = IdSource(clock, random.Random(7))
    tenancy = tenancy_on(database, clock)
    async with database.transaction() as connection:
        organization = await tenancy.put_organization(connection, "acme", "Acme")
        await tenancy.brands.put(connection, organization.id, client_item())
        await tenancy.staff.put_many(
            connection, organization.id, [person_item("anna"), person_item("ben"), person_item("su", Role.SUPERVISOR)]
        )
    lists = (database, clock, ids, tenancy.audit)
    yield Rooms(database, tenancy, Agents(*lists), Queues(*lists), Skills(*lists), organization.id)
    tenancy.close()


async def test_items_are_put_by_key_changed_retired_and_brought_back(rooms: Rooms) -> None:
    reasons, of = rooms.agents.reasons, rooms.organization
    async with rooms.database.transaction() as connection:
        await reasons.put_many(connection, of, [Reason("break", "Break"), Reason("tea", "Tea")])
        first = await reasons.ids(connection, of)
        await reasons.put(connection, of, Reason("tea", "Cup of tea"))
        await reasons.retire(connection, of, "break")
        await reasons.retire(connection, of, "break")
        assert await reasons.configured(connection, of) == {"tea": Reason("tea", "Cup of tea")}
        await reasons.put(connection, of, Reason("break", "Pause"))
        assert await reasons.ids(connection, of) == first
        assert (await reasons.by_id(connection, of))[first["break"]].name == "Pause"
        with pytest.raises(NotFound):
            await reasons.retire(connection, of, "nothing")
        with pytest.raises(Invalid):
            await reasons.put_many(connection, of, [Reason("x", "1"), Reason("x", "2")])


async def test_what_is_configured_reaches_the_floor(rooms: Rooms) -> None:
    of = rooms.organization
    people = {person.key: person.id for person in await rooms.tenancy.people(of)}
    async with rooms.database.transaction() as connection:
        brand = (await rooms.tenancy.brands.ids(connection, of))["brand"]
        await rooms.skills.put(connection, of, SkillItem("english", "English"))
        english = (await rooms.skills.ids(connection, of))["english"]
        item = QueueItem(
            key="support",
            name="Support",
            client=brand,
            max_wait=60_000_000,
            requires={english: 2},
            dispositions=(Disposition("solved", "Solved"),),
        )
        await rooms.queues.put(connection, of, item)
        assert await rooms.queues.configured(connection, of) == {"support": item}
        support = (await rooms.queues.ids(connection, of))["support"]
        await rooms.agents.teams.put(connection, of, Team("morning", "Morning team", brand))
        assert await rooms.agents.teams.configured(connection, of) == {
            "morning": Team("morning", "Morning team", brand)
        }
        morning = (await rooms.agents.teams.ids(connection, of))["morning"]
        await rooms.agents.profiles.put_many(
            connection,
            of,
            [
                Profile(people["anna"], "anna", (support,), {english: 3}, Reach.PHONE, "p1", morning),
                Profile(people["su"], "su", (support,)),
            ],
        )
    loaded = await load_configured(rooms.database, of, queues=rooms.queues, agents=rooms.agents, tenancy=rooms.tenancy)
    (queue,) = loaded.queues
    assert (queue.id, queue.key, queue.client, queue.max_wait) == (support, "support", brand, 60_000_000)
    assert queue.requires == (Requirement(english, 2),)
    assert loaded.agents == [AgentSettings(people["anna"], (support,), {english: 3}, Reach.PHONE, morning)]
    assert loaded.names[people["anna"]] == "Anna"


async def test_an_agent_chooses_where_he_is_reached(rooms: Rooms) -> None:
    of = rooms.organization
    people = {person.key: person.id for person in await rooms.tenancy.people(of)}
    profiles = [Profile(people["anna"], "anna", phone="p1"), Profile(people["ben"], "ben")]
    async with rooms.database.transaction() as connection:
        await rooms.agents.profiles.put_many(connection, of, profiles)
    await rooms.agents.choose_reach(of, people["anna"], Reach.PHONE)
    chosen = await rooms.agents.profile(of, people["anna"])
    assert chosen is not None
    assert chosen.reach is Reach.PHONE
    with pytest.raises(Invalid):
        await rooms.agents.choose_reach(of, people["ben"], Reach.PHONE)
    with pytest.raises(NotFound):
        await rooms.agents.choose_reach(of, people["su"], Reach.BROWSER)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ring_time", 0),
        ("ring_time", 181_000_000),
        ("max_wait", 0),
        ("wrap_up", -1),
        ("service_level", 0),
        ("strategy", "dice"),
        ("requires", {"english": 0}),
    ],
)
async def test_queues_that_make_no_sense_are_refused_by_field(rooms: Rooms, field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        rooms.queues.check(QueueItem(key="q", name="Q", client="c", **{field: value}))
    assert refused.value.field == field


async def test_profiles_that_make_no_sense_are_refused_by_field(rooms: Rooms) -> None:
    for profile, field in [
        (Profile("p", "p", skills={"english": 0}), "skills"),
        (Profile("p", "p", reach=Reach.PHONE), "phone"),
    ]:
        with pytest.raises(Invalid) as refused:
            rooms.agents.profiles.check(profile)
        assert refused.value.field == field


async def test_an_agent_has_his_own_capacity_or_that_of_his_team(rooms: Rooms) -> None:
    of = rooms.organization
    people = {person.key: person.id for person in await rooms.tenancy.people(of)}
    own, of_team = Capacity({"chat": 3}, {"chat": ("voice",)}), Capacity({"chat": 2})
    async with rooms.database.transaction() as connection:
        await rooms.agents.teams.put(connection, of, Team("chatters", "Chatters", None, of_team))
        team = (await rooms.agents.teams.ids(connection, of))["chatters"]
        profiles = [
            Profile(people["anna"], "anna", team=team, capacity=own),
            Profile(people["ben"], "ben", team=team),
        ]
        await rooms.agents.profiles.put_many(connection, of, profiles)
        kept = await rooms.agents.profiles.configured(connection, of)
        assert [kept["anna"].capacity, kept["ben"].capacity] == [own, None]
        two_calls = Profile(people["ben"], "ben", capacity=Capacity({"voice": 2}))
        with pytest.raises(Invalid, match="from 0 to 1"):
            await rooms.agents.profiles.put(connection, of, two_calls)
    loaded = await load_configured(rooms.database, of, queues=rooms.queues, agents=rooms.agents, tenancy=rooms.tenancy)
    assert {agent.id: agent.capacity for agent in loaded.agents} == {people["anna"]: own, people["ben"]: of_team}
