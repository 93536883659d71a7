"""Runs one organization's Floor: decides, saves, tells; wakes at deadlines; rebuilds when saving fails.

Everything that follows from one top-level command list is one journal batch and one commit; listeners are
told in the journal's order, only after it is durable. Rows are projected by the writer from the batch's
events (`routing.projection`, registered in `app.py`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple, TypeAlias

import msgspec
import structlog

from switchboard.kit.clock import MICROSECONDS, Clock
from switchboard.kit.errors import Unavailable
from switchboard.kit.tasks import Tasks
from switchboard.routing import commands as asked
from switchboard.routing import events as told
from switchboard.routing.companions import Companions
from switchboard.routing.configured import Configured
from switchboard.routing.floor import Floor, Standing, WhyWaiting
from switchboard.routing.floor import snapshot as snapshots
from switchboard.routing.live import Board, Desk
from switchboard.routing.model import RULES, Answer, Configuration, QueueSettings
from switchboard.routing.recovery import rebuild
from switchboard.routing.saving import Saving
from switchboard.routing.telling import Listener, Telling, Watcher
from switchboard.storage.journal import Journal, JournalEntry
from switchboard.storage.rows import RowChange
from switchboard.storage.writer import Batch, GroupCommitWriter

_log = structlog.get_logger(__name__)

Answers: TypeAlias = "asyncio.Future[list[Answer]]"

SNAPSHOT_EVERY: Final = 20_000
"""Journal entries between two snapshots: what a start has to fold at most, about a second."""

RETRY: Final = 1.0
"""Seconds between two attempts to rebuild the Floor while the database does not answer."""


class _Decided(msgspec.Struct, frozen=True):
    seq: int
    at: int
    events: list[told.Event]
    answers: list[Answer]
    done: Answers


class _Postponed(NamedTuple):
    commands: tuple[asked.Command, ...]
    along: Sequence[RowChange]
    done: Answers


class Routing:
    """The Floor of one organization with its runner; its only owner in this process."""

    def __init__(
        self,
        organization: str,
        *,
        node: str,
        clock: Clock,
        tasks: Tasks,
        journal: Journal,
        writer: GroupCommitWriter,
        load: Callable[[], Awaitable[Configured]],
    ) -> None:
        self.organization: Final = organization
        self._node = node
        self._clock = clock
        self._tasks = tasks
        self._journal = journal
        self._saving = Saving(writer)
        self._load = load
        self._loading = asyncio.Lock()
        self._floor = Floor()
        self._telling = Telling({})
        self._seq = 0
        self._snapshot_seq = 0
        self._in_flight: dict[int, asyncio.Future[None]] = {}
        self._closed = False
        self._postponed: list[_Postponed] | None = []
        self.companions: Final = Companions()
        self._timer: asyncio.TimerHandle | None = None
        # To ask for it costs a system call.
        self._loop: Final = asyncio.get_running_loop()

    async def start(self) -> None:
        """Rebuild the Floor from snapshot and journal, take the configuration over, close what died with
        the last process, and begin to watch deadlines."""
        await self._rebuild(None)
        await self.reload()
        await self.command(asked.NodeLost(self._node))

    async def close(self) -> None:
        """Let what is decided be saved, store a snapshot, stop the timer. Later commands are refused."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        await self._landed()
        self._telling.finish()
        if self._telling.seq > self._snapshot_seq:
            await self._save_snapshot()

    # Asking

    async def command(self, *commands: asked.Command, along: Sequence[RowChange] = ()) -> list[Answer]:
        """Decide, save, then answer each command, in order. One call is one batch and one commit.

        along: rows with personal data (a caller's number) that are saved in the same transaction but are
        not in the journal; they are left out when every command was refused. Raises Unavailable when it
        could not be saved: then nothing happened. Never from inside a database transaction of the same
        task: the commit would wait for it.
        """
        return await self.tell(*commands, along=along)

    def tell(self, *commands: asked.Command, along: Sequence[RowChange] = ()) -> Answers:
        """As `command`, but decided before it returns; the future is done after the commit. Its failure
        is logged, so that nobody has to look at the future."""
        done: Answers = self._loop.create_future()
        if self._closed:
            _fail(done, Unavailable("This organization's calls are no longer routed here"))
        elif self._postponed is not None:
            self._postponed.append(_Postponed(commands, along, done))
        else:
            self._decide(commands, along, done)
        return done

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` every committed batch from now on. Returns what ends the subscription."""
        return self._telling.subscribe(listener)

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Tell `watcher` changes of board and desks from now on. Returns what ends it."""
        return self._telling.watch(watcher)

    def lease_holds(self, offer: int, fence: int) -> bool:
        """Whether this offer may still ring: an effect looks once more when it starts."""
        return self._floor.lease_holds(offer, fence)

    def board(self) -> Board:
        """The line board as of the last committed batch."""
        return self._telling.live.board()

    def desk(self, agent: str) -> Desk | None:
        """One agent's desk as of the last committed batch; None when he is not an agent here."""
        return self._telling.live.desk(agent)

    def why_waiting(self, contact: str) -> WhyWaiting | None:
        """Who could take this contact and what stops each of them; None when it is not in line."""
        return self._floor.why_waiting(contact)

    @property
    def floor(self) -> Floor:
        """As it stands, perhaps not yet saved: only to be asked (`in_line`, `why_idle`, `stuck`)."""
        return self._floor

    def standing(self, contact: str) -> Standing | None:
        """Its place in line and the estimate of its wait just now; None when it is not in line."""
        return self._floor.standing(contact, self._clock.now())

    def standing_at(self, queue: str, place: int, *, priority: int = 0, before: int = 0) -> Standing | None:
        """Of one who has kept this place and is not in line: see `floor.standing`."""
        return self._floor.standing_at(queue, place, priority, before, self._clock.now())

    def queue(self, queue: str) -> QueueSettings | None:
        """Settings of a queue in force, by id."""
        return None if (found := self._floor.state.queues.get(queue)) is None else found.settings

    def names(self) -> Mapping[str, str]:
        """Agents by id."""
        return self._telling.live.names

    def teams(self) -> dict[str, str]:
        """Team by agent, of the agents in force who have one."""
        return {one.id: one.team for one in self._floor.configuration.agents if one.team is not None}

    def queue_id(self, key: str) -> str | None:
        """Id of the queue with this stable key."""
        return next((queue.id for queue in self._floor.configuration.queues if queue.key == key), None)

    async def reload(self) -> None:
        """Take the configured queues, agents and delays over into the Floor (after each change of them)."""
        async with self._loading:
            found = await self._load()
            queues = tuple(sorted(found.queues, key=lambda queue: queue.id))
            agents = tuple(sorted(found.agents, key=lambda agent: agent.id))
            now = self._floor.configuration
            if found.names != self._telling.live.names:
                self._telling.rename(found.names)
            if (queues, agents, found.delays, found.pauses) != (now.queues, now.agents, now.delays, now.pauses):
                newer = Configuration(now.version + 1, queues, agents, found.delays, found.pauses)
                (answer,) = await self.command(asked.ConfigurationTaken(newer))
                if answer.refusal is not None:
                    raise Unavailable(f"The configuration was not taken over: {answer.refusal.value}")

    # Deciding and saving

    def _decide(self, commands: Sequence[asked.Command], along: Sequence[RowChange], done: Answers) -> None:
        now = self._clock.now()
        events: list[told.Event] = []
        answers: list[Answer] = []
        try:
            for command in commands:
                decided = self._floor.handle(command, now)
                events += decided.events
                answers.append(decided.answer)
            if events:
                self._submit(_Decided(self._seq + 1, self._floor.state.now, events, answers, done), commands, along)
            else:
                self._answer_in_turn(answers, done)
        except Exception as error:  # noqa: BLE001  # whatever it is, the caller gets it and the Floor is rebuilt
            # Half a decision may be in memory: only the journal knows what holds.
            _log.exception("floor_broken", commands=[type(command).__name__ for command in commands])
            _fail(done, Unavailable(f"Not decided: {type(error).__name__}"))
            self._begin_rebuild()
            return
        self._set_timer()

    def _submit(self, decided: _Decided, commands: Sequence[asked.Command], along: Sequence[RowChange]) -> None:
        rows = [*along, *self.companions.rows(decided.events)]

        def batch() -> Batch:
            written = asked.encode(commands), told.encode(decided.events)
            entry = JournalEntry(self.organization, decided.seq, decided.at, RULES, *written)
            return Batch(self.organization, decided.at, entry, rows, decided.events)

        saved = self._saving.save(len(decided.events), batch, partial(self._saved, decided))
        self._seq = decided.seq
        self._in_flight[decided.seq] = saved

    def _answer_in_turn(self, answers: list[Answer], done: Answers) -> None:
        """Nothing to save; but what the answer rests on may not be saved yet."""
        last = self._in_flight.get(self._seq)
        if last is None:
            done.set_result(answers)
            return

        def after(before: "asyncio.Future[None]") -> None:
            if before.exception() is None:
                _finish(done, answers)
            else:
                _fail(done, Unavailable("Not saved: what came before was not"))

        last.add_done_callback(after)

    def _saved(self, decided: _Decided, saved: "asyncio.Future[None]") -> None:
        """The writer is done with this batch. It calls in the order of the journal."""
        self._in_flight.pop(decided.seq, None)
        error = saved.exception()
        if error is not None:
            _log.error("floor_batch_not_saved", seq=decided.seq, error=str(error))
            _fail(decided.done, error if isinstance(error, Unavailable) else Unavailable("Not saved"))
            self._begin_rebuild()
            return
        self._telling.tell(decided.seq, decided.events, decided.at, partial(self._told, decided))

    def _told(self, decided: _Decided) -> None:
        _finish(decided.done, decided.answers)
        if decided.seq - self._snapshot_seq >= SNAPSHOT_EVERY:
            self._snapshot_seq = decided.seq
            self._tasks.start(self._save_snapshot(), name="snapshot")

    # Time

    def _set_timer(self) -> None:
        """Wake at the next deadline. A timer that turns out too early only looks again."""
        deadline = self._floor.next_deadline()
        if deadline is None:
            return
        # A millisecond more, so that the clock has surely reached it when the timer comes.
        due = self._loop.time() + max(0, deadline - self._clock.now()) / MICROSECONDS + 0.001
        if self._timer is not None:
            if self._timer.when() <= due:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(due, self._time_passed)

    def _time_passed(self) -> None:
        self._timer = None
        if self._postponed is not None or self._closed:
            return
        deadline = self._floor.next_deadline()
        if deadline is not None and deadline <= self._clock.now():
            self.tell(asked.TimePassed())
        else:
            self._set_timer()

    # Rebuilding

    def _begin_rebuild(self) -> None:
        if self._postponed is None:
            self._postponed = []
            self._tasks.start(self._recover(), name="rebuild-floor")

    async def _recover(self) -> None:
        """Rebuild until it works; whoever asks meanwhile waits, and is refused when an attempt fails."""
        while True:
            await self._landed()
            self._telling.finish()
            try:
                await self._rebuild(self._telling.seq)
            except Exception:  # noqa: BLE001  # tried again, until it works
                _log.exception("floor_not_rebuilt")
                waiting, self._postponed = self._postponed or [], []
                for postponed in waiting:
                    _fail(postponed.done, Unavailable("The journal cannot be read just now"))
                await asyncio.sleep(RETRY)
            else:
                return

    async def _rebuild(self, told: int | None) -> None:
        """Fold the journal into a new Floor, then decide what was asked meanwhile.

        An entry whose commit was lost may be there all the same: then its listeners are told now.
        """
        rebuilt = await rebuild(self._journal, self.organization, told)
        self._floor, self._seq = rebuilt.floor, rebuilt.seq
        self._snapshot_seq = max(self._snapshot_seq, rebuilt.snapshot_seq)
        if told is None:
            # The view follows what is committed, the Floor runs ahead of it: each has its own memory.
            self._telling.begin(snapshots.load(rebuilt.floor.snapshot()), rebuilt.seq)
        for late in rebuilt.untold:
            self._telling.tell(late.seq, late.events, late.at)
        self._telling.finish()
        self._telling.show(None)
        postponed, self._postponed = self._postponed or [], None
        for asked_meanwhile in postponed:
            self._again(asked_meanwhile)
        self._set_timer()

    def _again(self, late: _Postponed) -> None:
        # Any of these may break the Floor again: then the rest is postponed anew.
        if self._postponed is not None:
            self._postponed.append(late)
        else:
            self._decide(late.commands, late.along, late.done)

    async def _landed(self) -> None:
        """Wait until the writer has said of every batch how it went."""
        while self._in_flight:
            await asyncio.wait(list(self._in_flight.values()))
            # What it said is taken in by a callback, which may not have run yet.
            await asyncio.sleep(0)

    async def _save_snapshot(self) -> None:
        # Of a batch that is being told the live memory has a part already.
        self._telling.finish()
        seq, body = self._telling.seq, snapshots.dump(self._telling.live.state)
        await self._journal.save_snapshot(self.organization, seq, snapshots.FORMAT, body)
        self._snapshot_seq = seq


def _finish(done: Answers, answers: list[Answer]) -> None:
    if not done.done():
        done.set_result(answers)


def _fail(done: Answers, error: Exception) -> None:
    if not done.done():
        done.set_exception(error)
        # Mark it as seen: it is in the log, and not everybody waits for the answer.
        done.exception()
