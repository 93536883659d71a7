"""Names and choices of what is configured, remembered for a few seconds: desks and boards ask often."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from switchboard.agents.model import Reason
from switchboard.agents.service import Agents
from switchboard.kit.clock import Clock
from switchboard.routing.model import QueueItem
from switchboard.routing.service import Queues, Skills
from switchboard.storage.database import Database
from switchboard.tenancy.service import Tenancy

REMEMBERED: Final = 5.0
"""Seconds until a name changed elsewhere shows; changes made here call `forget`."""


@dataclass(frozen=True, slots=True)
class Named:
    """Of one organization, by id, retired ones included. clients, teams, skills: names. zones: a client's time zone.
    skill_names: by key, of those there are."""

    clients: Mapping[str, str]
    zones: Mapping[str, str]
    teams: Mapping[str, str]
    queues: Mapping[str, QueueItem]
    reasons: Sequence[Reason]
    skills: Mapping[str, str] = field(default_factory=dict)
    skill_names: Mapping[str, str] = field(default_factory=dict)

    def client(self, client: str) -> str:
        return self.clients.get(client, "")

    def queue(self, queue: str | None) -> str | None:
        """The name of a queue; None for none or an unknown one."""
        item = None if queue is None else self.queues.get(queue)
        return None if item is None else item.name

    def needs(self, levels: Iterable[tuple[str, int]]) -> list[str]:
        """Skills by key with least levels, in words."""
        return [f"{self.skill_names.get(skill, skill)} {level}" for skill, level in levels]

    def reason(self, key: str | None) -> str | None:
        """The name of a reason for a pause, its key when it was retired meanwhile."""
        return next((one.name for one in self.reasons if one.key == key), key)

    def longest(self, key: str | None) -> int | None:
        """How long a pause for this reason should last at most, microseconds; None for no limit."""
        return next((one.longest for one in self.reasons if one.key == key), None)

    def disposition(self, queue: str | None, key: str | None) -> str | None:
        """The name of a disposition, its key when the queue no longer has it."""
        item = None if queue is None else self.queues.get(queue)
        known = {one.key: one.name for one in item.dispositions} if item is not None else {}
        return None if key is None else known.get(key, key)


class Names:
    """Reads them together, once in a while."""

    def __init__(
        self, database: Database, tenancy: Tenancy, agents: Agents, queues: Queues, skills: Skills, clock: Clock
    ) -> None:
        self._database = database
        self._tenancy = tenancy
        self._agents = agents
        self._queues = queues
        self._skills = skills
        self._clock = clock
        self._known: dict[str, tuple[float, Named]] = {}

    async def of(self, organization: str) -> Named:
        known = self._known.get(organization)
        now = self._clock.monotonic()
        if known is not None and now < known[0]:
            return known[1]
        named = await self._read(organization)
        if known is not None and known[1] == named:
            # The same object says that nothing has changed.
            named = known[1]
        self._known[organization] = (now + REMEMBERED, named)
        return named

    def forget(self, organization: str) -> None:
        """Read anew next time."""
        self._known.pop(organization, None)

    async def _read(self, organization: str) -> Named:
        async with self._database.reading() as connection:
            ids = await self._tenancy.brands.ids(connection, organization)
            clients = await self._tenancy.brands.configured(connection, organization)
            queues = await self._queues.by_id(connection, organization)
            teams = await self._agents.teams.by_id(connection, organization)
            reasons = await self._agents.reasons.configured(connection, organization)
            skills = await self._skills.by_id(connection, organization)
            present = await self._skills.configured(connection, organization)
        # A retired client shows by its key: its contacts are still there.
        named = {id_: clients[key].name if key in clients else key for key, id_ in ids.items()}
        zones = {id_: clients[key].time_zone if key in clients else "UTC" for key, id_ in ids.items()}
        return Named(
            named,
            zones,
            {id_: team.name for id_, team in teams.items()},
            queues,
            list(reasons.values()),
            {id_: skill.name for id_, skill in skills.items()},
            {key: skill.name for key, skill in present.items()},
        )
