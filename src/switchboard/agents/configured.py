"""Things an administrator lists by stable key: what every such list offers, and the lists about agents.

`configured`, `ids`, `put`, `put_many`, `retire`; all in the caller's transaction, each change audited.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

import msgspec
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.agents import store
from switchboard.agents.model import AFTER_PAUSE, CHANNELS, MOST, AgentState, Capacity, Profile, Reach, Reason, Team
from switchboard.kit.clock import Clock
from switchboard.kit.errors import Invalid, NotFound
from switchboard.kit.ids import IdSource
from switchboard.storage.database import Database
from switchboard.tenancy.model import SYSTEM
from switchboard.tenancy.service import Audit, Change

Item = TypeVar("Item")


class ConfiguredList(ABC, Generic[Item]):
    """One kind of thing, kept in one table with the columns organization, id, key and retired_at."""

    table: ClassVar[Table]
    noun: ClassVar[str]

    def __init__(self, database: Database, clock: Clock, ids: IdSource, audit: Audit) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit

    @abstractmethod
    def read(self, row: Mapping[str, Any]) -> Item:
        """The item of a row."""

    @abstractmethod
    def write(self, item: Item) -> dict[str, Any]:
        """Key and every other column of an item but organization, id and retired_at."""

    def check(self, item: Item) -> Item:
        """The item, if its values can be accepted. Raises Invalid naming the field."""
        return item

    def new_id(self, _: Item) -> str:
        """The id of an item that is not there yet."""
        return self._ids.next()

    async def configured(self, connection: AsyncConnection, organization: str) -> dict[str, Item]:
        """Those not retired, by key."""
        found = await store.rows(connection, self.table, organization)
        return {row["key"]: self.read(row) for row in found if row["retired_at"] is None}

    async def by_id(self, connection: AsyncConnection, organization: str) -> dict[str, Item]:
        """All by id, retired ones included: for the names in records."""
        return {row["id"]: self.read(row) for row in await store.rows(connection, self.table, organization)}

    async def ids(self, connection: AsyncConnection, organization: str) -> dict[str, str]:
        """Id by key, retired ones included."""
        return {row["key"]: row["id"] for row in await store.rows(connection, self.table, organization)}

    async def put(self, connection: AsyncConnection, organization: str, item: Item, *, by: str = SYSTEM) -> None:
        """Insert or change one by key; a retired one comes back. Raises Invalid."""
        await self.put_many(connection, organization, [item], by=by)

    async def put_many(
        self, connection: AsyncConnection, organization: str, items: Sequence[Item], *, by: str = SYSTEM
    ) -> None:
        """Insert or change all of them; what is as wanted already is not touched. Raises Invalid."""
        stored = {row["key"]: row for row in await store.rows(connection, self.table, organization)}
        rows, changes = [], []
        for item in items:
            wanted = {**self.write(self.check(item)), "retired_at": None}
            before = stored.get(wanted["key"])
            changed = _differences(before, wanted)
            if not changed:
                continue
            id_ = self.new_id(item) if before is None else before["id"]
            rows.append({"organization": organization, "id": id_, **wanted})
            changes.append(Change(_verb(before), self.noun, id_, changed))
        repeated = [key for key, times in Counter(row["key"] for row in rows).items() if times > 1]
        if repeated:
            raise Invalid(f"the key {repeated[0]} is given twice", field="key")
        await store.put(connection, self._database.dialect, self.table, rows)
        await self._audit.record(connection, organization, by, changes)

    async def retire(self, connection: AsyncConnection, organization: str, key: str, *, by: str = SYSTEM) -> None:
        """Take it out of use; its history stays. Nothing happens when it is retired already.

        Raises NotFound.
        """
        found = await store.rows(connection, self.table, organization)
        row = next((one for one in found if one["key"] == key), None)
        if row is None:
            raise NotFound(f"there is no {self.noun} with this key", field="key")
        if row["retired_at"] is None:
            await store.retire(connection, self.table, organization, row["id"], self._clock.now())
            await self._audit.record(connection, organization, by, [Change("retired", self.noun, row["id"])])


def _verb(before: Mapping[str, Any] | None) -> str:
    if before is None:
        return "created"
    return "changed" if before["retired_at"] is None else "brought back"


def _differences(before: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> dict[str, list[Any]]:
    """field -> [before, after], for the audit."""
    known = before or {}
    return {
        name: [known.get(name), value] for name, value in wanted.items() if name not in known or known[name] != value
    }


class Reasons(ConfiguredList[Reason]):
    """The reasons for a pause."""

    table = store.agent_reason
    noun = "reason"

    def read(self, row: Mapping[str, Any]) -> Reason:
        then = row["next_state"]
        return Reason(row["key"], row["name"], row["longest"], None if then is None else AgentState(then))

    def write(self, item: Reason) -> dict[str, Any]:
        return {
            "key": item.key,
            "name": item.name,
            "longest": item.longest,
            "next_state": None if item.then is None else item.then.value,
        }

    def check(self, item: Reason) -> Reason:
        if item.then is not None and item.then not in AFTER_PAUSE:
            raise Invalid(f"after a pause comes one of {', '.join(AFTER_PAUSE)}", field="then")
        if item.then is not None and item.longest is None:
            raise Invalid("set the longest time of the pause, after which this comes", field="longest")
        return item


def _check_capacity(capacity: Capacity | None) -> None:
    """Raises Invalid."""
    slots = {} if capacity is None else capacity.slots
    for channel, count in slots.items():
        if channel not in CHANNELS:
            raise Invalid(f"the channels are {', '.join(CHANNELS)}", field=f"capacity.{channel}")
        if not 0 <= count <= MOST[channel]:
            raise Invalid(f"from 0 to {MOST[channel]} at a time", field=f"capacity.{channel}")


class Teams(ConfiguredList[Team]):
    """Groups of agents. Items name their client by id."""

    table = store.team
    noun = "team"

    def read(self, row: Mapping[str, Any]) -> Team:
        capacity = msgspec.convert(row["capacity"], Capacity | None)
        return Team(row["key"], row["name"], row["brand"], capacity, row["hours"])

    def write(self, item: Team) -> dict[str, Any]:
        capacity = msgspec.to_builtins(item.capacity)
        return {"key": item.key, "name": item.name, "brand": item.client, "capacity": capacity, "hours": item.hours}

    def check(self, item: Team) -> Team:
        _check_capacity(item.capacity)
        return item


class Profiles(ConfiguredList[Profile]):
    """Who is an agent, for which queues, with which skills, in which team. The key is the person's."""

    table = store.agent_profile
    noun = "agent"

    def read(self, row: Mapping[str, Any]) -> Profile:
        return Profile(
            person=row["id"],
            key=row["key"],
            queues=tuple(row["queues"]),
            skills=row["skills"],
            tiers=row["tiers"] or {},
            cost=row["cost"] or 0,
            reach=Reach(row["reach"]),
            phone=row["phone"],
            team=row["team"],
            capacity=msgspec.convert(row["capacity"], Capacity | None),
        )

    def write(self, item: Profile) -> dict[str, Any]:
        return {
            "key": item.key,
            "queues": list(item.queues),
            "skills": dict(item.skills),
            "tiers": dict(item.tiers) or None,
            "cost": item.cost or None,
            "reach": item.reach.value,
            "phone": item.phone,
            "team": item.team,
            "capacity": msgspec.to_builtins(item.capacity),
        }

    def check(self, item: Profile) -> Profile:
        if any(level < 1 for level in item.skills.values()):
            raise Invalid("a skill's level is 1 or more; leave out a skill that is not had", field="skills")
        if item.reach is Reach.PHONE and item.phone is None:
            raise Invalid("an agent who is reached by phone needs a phone", field="phone")
        _check_capacity(item.capacity)
        return item

    def new_id(self, item: Profile) -> str:
        return item.person

    async def former(self, connection: AsyncConnection, organization: str) -> dict[str, Profile]:
        """What was configured about those who are agents no longer, by the person's key."""
        found = await store.rows(connection, self.table, organization)
        return {row["key"]: self.read(row) for row in found if row["retired_at"] is not None}

    async def release_phone(self, connection: AsyncConnection, organization: str, phone: str) -> None:
        """A phone (id) got another secret: nobody who was an agent knows how to register it any more."""
        found = await store.rows(connection, self.table, organization)
        given_up = [{**row, "phone": None} for row in found if row["retired_at"] is not None and row["phone"] == phone]
        await store.put(connection, self._database.dialect, self.table, given_up)
