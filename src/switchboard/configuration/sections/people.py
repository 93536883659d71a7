"""`people`, those who are agents with their queues and skills."""

from collections.abc import Iterator
from typing import Any

from switchboard.configuration.model import AgentEntry, PersonEntry
from switchboard.configuration.sections.capacities import FIELDS as CAPACITY
from switchboard.configuration.sections.capacities import read_capacity, write_capacity
from switchboard.configuration.sections.contract import Reference, checked, secret, written_secret
from switchboard.flows.model import Fields, Reading
from switchboard.tenancy.model import PersonItem, Role
from switchboard.tenancy.service import Staff


def read_person(reading: Reading) -> PersonEntry:
    before = len(reading.problems)
    fields = reading.fields(("key", "name"), ("user_name", "roles", "language", "password", "agent"))
    key = fields.key("key")
    roles = frozenset(Role(one.choice([*Role])) for one in fields.elements("roles"))
    agent = _read_agent(fields) if fields.has("agent") else None
    if agent is not None and Role.AGENT not in roles:
        fields.at("agent").problem("only a person whose roles contain 'agent' has queues and skills")
    item = PersonItem(
        key,
        fields.text("user_name", key, most=200),
        fields.text("name", most=200),
        roles,
        fields.text("language", "en"),
    )
    if len(reading.problems) == before:
        item = checked(reading, Staff.check, item)
    if agent is None and Role.AGENT in roles:
        agent = AgentEntry()
    return PersonEntry(
        item.key, item.user_name, item.name, item.roles, item.language, secret(fields, "password"), agent
    )


def _read_agent(fields: Fields) -> AgentEntry:
    inner = fields.at("agent").fields((), ("queues", "skills", "tiers", "cost", "reach", "phone", "team", *CAPACITY))
    reach = inner.choice("reach", ("browser", "phone"), "browser") if inner.has("reach") else None
    phone = inner.key_or_none("phone")
    if reach == "phone" and phone is None:
        inner.at("reach").problem("an agent who is reached by phone needs the field 'phone'")
    return AgentEntry(
        queues=tuple(sorted(inner.keys("queues"))),
        skills=tuple(sorted(inner.levels("skills").items())),
        tiers=tuple(sorted((queue, tier) for queue, tier in inner.levels("tiers").items() if tier > 1)),
        cost=inner.whole("cost", 0, least=0, most=1_000_000_000),
        reach=reach,
        phone=phone,
        team=inner.key_or_none("team"),
        capacity=read_capacity(inner),
    )


def write_person(item: PersonEntry) -> dict[str, Any]:
    written: dict[str, Any] = {
        "key": item.key,
        "user_name": item.user_name,
        "name": item.name,
        "roles": sorted(role.value for role in item.roles),
        "language": item.language,
    }
    if item.password is not None:
        written["password"] = written_secret(item.password)
    if item.agent is not None:
        written["agent"] = _write_agent(item.agent)
    return written


def _write_agent(agent: AgentEntry) -> dict[str, Any]:
    written: dict[str, Any] = {"queues": list(agent.queues)}
    if agent.skills:
        written["skills"] = dict(agent.skills)
    if agent.tiers:
        written["tiers"] = dict(agent.tiers)
    if agent.cost:
        written["cost"] = agent.cost
    if agent.reach is not None:
        written["reach"] = agent.reach
    if agent.phone is not None:
        written["phone"] = agent.phone
    if agent.team is not None:
        written["team"] = agent.team
    return written | write_capacity(agent.capacity)


def person_references(item: PersonEntry) -> Iterator[Reference]:
    if item.agent is None:
        return
    for queue in item.agent.queues:
        yield Reference("queues", queue, ("agent", "queues"))
    for skill, _ in item.agent.skills:
        yield Reference("skills", skill, ("agent", "skills", skill))
    for queue, _ in item.agent.tiers:
        yield Reference("queues", queue, ("agent", "tiers", queue))
    if item.agent.phone is not None:
        yield Reference("phones", item.agent.phone, ("agent", "phone"))
    if item.agent.team is not None:
        yield Reference("teams", item.agent.team, ("agent", "team"))
