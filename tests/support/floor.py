"""A Floor with a journal in memory, and short words for what happens on it."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any

from support.clock import START
from switchboard.agents.model import AgentState, Reach
from switchboard.kit.errors import Unavailable
from switchboard.kit.tasks import Tasks
from switchboard.routing.commands import (
    AgentSignedIn,
    Command,
    ConfigurationTaken,
    ContactArrived,
    ContactQueued,
    TimePassed,
)
from switchboard.routing.commands import encode as encode_commands
from switchboard.routing.events import Event, Offered, encode
from switchboard.routing.floor import Floor
from switchboard.routing.model import AgentSettings, Answer, Configuration, Delays, QueueSettings
from switchboard.routing.pauses import PauseLimit
from switchboard.routing.service import Configured, Routing
from switchboard.storage.journal import JournalEntry, Snapshot
from switchboard.storage.writer import Batch, WriteFailed

SECOND = 1_000_000


class MemoryJournal:
    """Stands for `storage.journal.Journal`."""

    def __init__(self) -> None:
        self.entries: list[JournalEntry] = []
        self.snapshots: list[Snapshot] = []
        self.unreadable = 0

    async def read(self, organization: str, after_seq: int = 0) -> AsyncIterator[JournalEntry]:
        if self.unreadable:
            self.unreadable -= 1
            raise Unavailable("the database does not answer")
        for entry in list(self.entries):
            if entry.organization == organization and entry.seq > after_seq:
                yield entry

    async def save_snapshot(self, organization: str, seq: int, format: int, body: bytes) -> None:  # noqa: A002
        self.snapshots.append(Snapshot(seq, format, body))

    async def latest_snapshot(self, organization: str, formats: Collection[int] | None = None) -> Snapshot | None:
        known = [one for one in self.snapshots if formats is None or one.format in formats]
        return known[-1] if known else None


class MemoryWriter:
    """Stands for `storage.writer.GroupCommitWriter`: commits on the loop's next pass, keeps gaps out.

    failing: that many batches to come are refused. lost: they are saved, but the writer says they were not.
    hold: while set, nothing is committed.
    """

    def __init__(self, journal: MemoryJournal) -> None:
        self.journal = journal
        self.batches: list[Batch] = []
        self.failing = 0
        self.lost = 0
        self.hold = False
        self._pending: list[tuple[Batch, asyncio.Future[None]]] = []

    def submit(self, batch: Batch) -> "asyncio.Future[None]":
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pending.append((batch, done))
        asyncio.get_running_loop().call_soon(self.commit)
        return done

    def commit(self) -> None:
        if self.hold:
            return
        pending, self._pending = self._pending, []
        for batch, done in pending:
            entry = batch.entry
            assert entry is not None
            if self.failing:
                self.failing -= 1
                done.set_exception(WriteFailed("disk full"))
            elif entry.seq != len(self.journal.entries) + 1:
                done.set_exception(WriteFailed("does not follow"))
            else:
                self.journal.entries.append(entry)
                self.batches.append(batch)
                if self.lost:
                    self.lost -= 1
                    done.set_exception(WriteFailed("connection lost"))
                else:
                    done.set_result(None)


def queue(id_: str = "support", **settings: Any) -> QueueSettings:
    return QueueSettings(id_, id_, id_.title(), "acme", **settings)


def agent(id_: str, *queues: str, skills: dict[str, int] | None = None) -> AgentSettings:
    return AgentSettings(id_, queues or ("support",), skills or {})


class Centre:
    """A Floor under test with its own time; keeps every input, so that it can be folded and replayed."""

    def __init__(
        self,
        *,
        queues: Sequence[QueueSettings] = (queue(),),
        agents: Sequence[AgentSettings] = (),
        delays: Delays = Delays(),  # noqa: B008 - frozen
        pauses: Sequence[PauseLimit] = (),
    ) -> None:
        self.floor = Floor()
        self.now = START
        self.entries: list[JournalEntry] = []
        self.events: list[Event] = []
        self.history: list[tuple[Event, int]] = []
        self._contacts = 0
        self.tell(ConfigurationTaken(Configuration(1, tuple(queues), tuple(agents), delays, tuple(pauses))))

    def tell(self, *commands: Command) -> Answer:
        """Decide; returns the last answer."""
        events: list[Event] = []
        answer = Answer()
        for command in commands:
            decided = self.floor.handle(command, self.now)
            events += decided.events
            answer = decided.answer
        at = self.floor.state.now
        self.entries.append(
            JournalEntry("acme", len(self.entries) + 1, at, 1, encode_commands(commands), encode(events))
        )
        self.events = events
        self.history += [(event, at) for event in events]
        return answer

    def wait(self, seconds: float) -> None:
        """Time passes, with every deadline served when it is due."""
        end = self.now + round(seconds * SECOND)
        seen: list[Event] = []
        while (due := self.floor.next_deadline()) is not None and due <= end:
            self.now = max(due, self.now)
            self.tell(TimePassed())
            seen += self.events
        self.now = end
        self.events = seen

    def sign_in(self, *agents: str, reach: Reach = Reach.PHONE) -> None:
        for one in agents:
            answer = self.tell(AgentSignedIn(one, "n1", reach))
            assert answer.done, answer
            self.now += 1

    def call(self, queue_id: str = "support", *, worker: int = 1, channel: str = "voice", **queued: Any) -> str:
        """A contact arrives and is queued; returns its id."""
        self._contacts += 1
        contact = f"c{self._contacts}"
        self.tell(ContactArrived(contact, "acme", channel, "n1", worker), ContactQueued(contact, queue_id, **queued))
        return contact

    def offered(self) -> Offered:
        """The only offer of the last input."""
        (offer,) = [event for event in self.events if isinstance(event, Offered)]
        return offer

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def state(self, agent_id: str) -> AgentState:
        return self.floor.state.agents[agent_id].state


class Runner:
    """A `Routing` on a journal in memory, for stories."""

    def __init__(self, clock: Any, configured: Configured, journal: MemoryJournal | None = None) -> None:
        self.journal = journal or MemoryJournal()
        self.writer = MemoryWriter(self.journal)
        self.tasks = Tasks("story")
        self.configured = configured
        self.told: list[Event] = []
        self.at: list[int] = []

        async def load() -> Configured:
            return self.configured

        self.routing = Routing(
            "acme",
            node="n1",
            clock=clock,
            tasks=self.tasks,
            journal=self.journal,  # type: ignore[arg-type]  # same methods
            writer=self.writer,  # type: ignore[arg-type]  # same methods
            load=load,
        )
        self.routing.subscribe(self._hear)

    def _hear(self, events: Sequence[Event], at: int) -> None:
        self.told += events
        self.at += [at] * len(events)

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.told if isinstance(event, kind)]

    async def close(self) -> None:
        await self.routing.close()
        await self.tasks.close()
