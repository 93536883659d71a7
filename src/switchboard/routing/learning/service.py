"""Learned versions: made from the ledger every night or when asked, kept, and brought to the Floor.

    learning = Learning(database, clock, audit, conversations, floors=floors, queues=queues, clients=clients)
    learning.serve(worker)
    await learning.plan(jobs, organization)               # once a day, where a queue goes by it
    made = await learning.learn(organization, by=person)  # now
    await learning.take(organization, 11, by=person)      # an older one again

Reads page by page and computes in a thread: calls go on meanwhile.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
import structlog

from switchboard.conversations.service import Conversations, HandledFact
from switchboard.kit.clock import Clock
from switchboard.kit.errors import Conflict, NotFound, Refused
from switchboard.measures.confidence import Interval
from switchboard.routing.commands import LearnedVersionTaken
from switchboard.routing.learning import store
from switchboard.routing.learning.decide import DAY, judged, learn
from switchboard.routing.learning.gains import expected_gain, gains
from switchboard.routing.learning.model import Gain, Handled
from switchboard.routing.model import QueueItem
from switchboard.routing.outcomes import Learned
from switchboard.routing.service import Floors, Queues
from switchboard.storage.database import Database
from switchboard.storage.jobs import Job, Jobs
from switchboard.storage.worker import Worker
from switchboard.tenancy.model import SYSTEM
from switchboard.tenancy.service import Audit, Change

_log = structlog.get_logger(__name__)

KIND: Final = "learn outcomes"
NOUN: Final = "learned version"
EVERY: Final = 86_400.0
"""Seconds between two versions made by themselves."""
WINDOW: Final = 90
"""Days that are learned from."""
LEAST: Final = 50
"""Contacts from which on anything is learned."""
SHOWN: Final = 50
"""Versions in the list."""
STRATEGY: Final = "best expected outcome"


class Version(NamedTuple):
    """A version as it is listed. expected: queue id -> seconds a contact is expected to save; gains: queue id -> what
    it has brought so far; answers: queue id -> contacts of which satisfaction is known."""

    number: int
    made_at: int
    by: str
    since: int
    until: int
    contacts: int
    expected: Mapping[str, float]
    gains: Mapping[str, Gain]
    in_force: bool
    answers: Mapping[str, int] = {}


class Learning:
    """Makes, keeps and hands out versions. clients: ids of an organization's clients."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        audit: Audit,
        conversations: Conversations,
        *,
        floors: Floors,
        queues: Queues,
        clients: Callable[[str], Awaitable[Collection[str]]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._conversations = conversations
        self._floors = floors
        self._queues = queues
        self._clients = clients
        self._one_at_a_time = asyncio.Lock()

    def serve(self, worker: Worker) -> None:
        """Let this worker make a version a day."""
        worker.on(KIND, self._nightly)

    async def plan(self, jobs: Jobs, organization: str) -> None:
        """From now on one a day."""
        async with self._database.transaction() as connection:
            await jobs.every(connection, organization, KIND, KIND, b"", EVERY)

    async def _nightly(self, job: Job) -> None:
        queues = await self._items(job.organization)
        if any(item.strategy == STRATEGY for item in queues.values()):
            try:
                await self.learn(job.organization, by=SYSTEM)
            except Refused:
                _log.info("nothing_to_learn_from")

    async def learn(self, organization: str, *, by: str) -> int:
        """Make a version of the last days and bring it into force, unless an older one was put back by hand and this
        one is made by itself; its number. Raises Refused when there is too little to learn from."""
        async with self._one_at_a_time:
            queues = await self._items(organization)
            until = self._clock.now()
            since = until - WINDOW * DAY
            facts = await self._facts(organization, since, until)
            if len(facts) < LEAST:
                raise Refused(f"There are {len(facts)} handled contacts; something can be learned from {LEAST} on")
            async with self._database.reading() as connection:
                before = await store.last_number(connection, organization)
            made = await asyncio.to_thread(_made, facts, queues, before + 1, until)
            row = {
                "organization": organization,
                "number": before + 1,
                "made_at": until,
                "by": by,
                "since": since,
                "until": until,
                "contacts": len(facts),
                "learned": made.body,
                "expected": made.expected,
                "gains": {},
                "answers": made.answers,
            }
            await self._save(organization, row, made.gains, by)
            if by != SYSTEM or self._in_force(organization) in (0, before):
                await self._floors.of(organization).command(LearnedVersionTaken(made.learned))
            return before + 1

    async def take(self, organization: str, number: int, *, by: str) -> None:
        """Bring a version into force again. Raises NotFound; Conflict when it is in force already."""
        async with self._database.reading() as connection:
            body = await store.learned(connection, organization, number)
        if body is None:
            raise NotFound("There is no version of this number")
        learned = await asyncio.to_thread(msgspec.msgpack.decode, body, type=Learned)
        (answer,) = await self._floors.of(organization).command(LearnedVersionTaken(learned))
        if not answer.done:
            raise Conflict("This version is in force already")
        async with self._database.transaction() as connection:
            await self._audit.record(connection, organization, by, [Change("taken", NOUN, str(number))])

    async def versions(self, organization: str) -> Sequence[Version]:
        """The newest first."""
        in_force = self._in_force(organization)
        async with self._database.reading() as connection:
            rows = await store.latest(connection, organization, SHOWN)
        return [
            Version(
                row["number"],
                row["made_at"],
                row["by"],
                row["since"],
                row["until"],
                row["contacts"],
                row["expected"],
                {queue: _read_gain(gain) for queue, gain in row["gains"].items()},
                row["number"] == in_force,
                row["answers"] or {},
            )
            for row in rows
        ]

    def _in_force(self, organization: str) -> int:
        learned = self._floors.of(organization).floor.state.learned
        return 0 if learned is None else learned.version

    async def _items(self, organization: str) -> dict[str, QueueItem]:
        async with self._database.reading() as connection:
            ids = await self._queues.ids(connection, organization)
            items = await self._queues.configured(connection, organization)
        return {ids[key]: item for key, item in items.items()}

    async def _facts(self, organization: str, since: int, until: int) -> list[HandledFact]:
        clients = await self._clients(organization)
        facts: list[HandledFact] = []
        async for page in self._conversations.handled(organization, clients, since, until):
            facts += page
        return facts

    async def _save(
        self, organization: str, row: Mapping[str, Any], brought: Mapping[int, Mapping[str, Any]], by: str
    ) -> None:
        async with self._database.transaction() as connection:
            await store.add(connection, row)
            for number, of_queues in brought.items():
                await store.put_gains(connection, organization, number, of_queues)
            await self._audit.record(connection, organization, by, [Change("learned", NOUN, str(row["number"]))])


class _Made(NamedTuple):
    learned: Learned
    body: bytes
    expected: dict[str, float]
    gains: dict[int, dict[str, Any]]
    answers: dict[str, int]


def _made(facts: Sequence[HandledFact], queues: Mapping[str, QueueItem], number: int, until: int) -> _Made:
    """Everything that takes long."""
    known = judged(facts, queues, until)
    rules = {queue: item.outcome for queue, item in queues.items()}
    learned = learn(known, number, rules)
    body, answers = msgspec.msgpack.encode(learned), Counter(one.queue for one in known if one.satisfaction is not None)
    return _Made(learned, body, _expected(known, learned, queues), _brought(known, queues), dict(answers))


def _expected(known: Sequence[Handled], learned: Learned, queues: Mapping[str, QueueItem]) -> dict[str, float]:
    found = {
        queue: expected_gain(known, queue, of_queue, queues[queue].outcome)
        for queue, of_queue in learned.queues.items()
    }
    return {queue: round(gain, 3) for queue, gain in found.items() if gain is not None}


def _brought(known: Sequence[Handled], queues: Mapping[str, QueueItem]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for (number, queue), gain in gains(known, {key: item.outcome for key, item in queues.items()}).items():
        found.setdefault(number, {})[queue] = msgspec.to_builtins(gain._asdict())
    return found


def _read_gain(stored: Mapping[str, Any]) -> Gain:
    def read(one: Mapping[str, float | None] | None) -> Interval | None:
        return None if one is None else msgspec.convert(one, Interval)

    cost, handling = read(stored["cost"]), read(stored["handling"])
    assert cost is not None
    assert handling is not None
    resolution, satisfaction = read(stored["resolution"]), read(stored.get("satisfaction"))
    # Kept by a version of old: contacts were compared, not hours.
    hours = [stored.get(name, 0) for name in ("best_hours", "held_out_hours")]
    return Gain(stored["best"], stored["held_out"], cost, handling, resolution, satisfaction, *hours)
