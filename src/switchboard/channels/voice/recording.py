"""Recording of calls: which talks, from whose legs, paused or not. What is written where is quality's business."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

import structlog

from switchboard.channels.voice.media.control import RecordingClosed
from switchboard.channels.voice.media.link import RecordingReport
from switchboard.channels.voice.media.pool import MediaLeg, MediaWorker
from switchboard.kit.errors import Conflict
from switchboard.kit.tasks import Tasks
from switchboard.protocols.recording.chunks import Header, Kind
from switchboard.quality.model import Mark, Talk, Tape
from switchboard.quality.service import Taping
from switchboard.routing.events import EngagementOpened
from switchboard.routing.model import RecordingRule

_log = structlog.get_logger(__name__)

RuleOf = Callable[[str], RecordingRule | None]
"""The rule of a queue, by its id."""

Changed = Callable[[str, str], None]
"""Called with (organization, agent) when what an agent sees of his recording has changed by itself."""


PATIENCE: Final = 2.0
"""Seconds that files get to be completed when a center stops."""


class CallTape:
    """The recordings of one call: one for each engagement, the one of the present talk at a time."""

    def __init__(self, desk: "TapeDesk", worker: MediaWorker, organization: str, client: str, rule: RuleOf) -> None:
        self.worker: Final = worker
        self.organization: Final = organization
        self.agent = ""
        self.state = Tape.OFF
        self.header: Header | None = None
        """Of what is being recorded now."""
        self.announced = False
        """Whether the customer has heard that what he says may be recorded."""
        self._desk = desk
        self._client = client
        self._rule = rule
        self._legs: tuple[int | None, int | None] | None = None
        self._gap: Kind | None = None
        self._held = False

    def begin(self, event: EngagementOpened) -> None:
        """Two people talk; what they say is recorded as soon as it is connected, if the queue wants it."""
        self.end()
        taping = self._desk.taping
        rule = self._allowed(event)
        talk = Talk(self.organization, self._client, event.contact, event.engagement, event.queue, event.agent)
        self.agent = event.agent
        self.header = taping.begin(rule, talk)
        if self.header is not None:
            self.state = Tape.ON
            self._desk.live.add(self)
        else:
            self.state = Tape.DISK_LOW if rule is not None and taping.disk.low else Tape.OFF

    def _allowed(self, event: EngagementOpened) -> RecordingRule | None:
        """The queue's rule, unless it has to be announced and could not be: its text is not spoken yet, say."""
        rule = self._rule(event.queue)
        if rule is None or not rule.announce or self.announced:
            return rule
        _log.warning("recording_not_announced", contact=event.contact, queue=event.queue)
        return None

    def hears(self, customer: MediaLeg, agent: MediaLeg | None, *, held: bool) -> None:
        """These legs talk, or one is on hold: nothing is recorded of that."""
        if self.header is None:
            return
        legs = (customer.id, None if agent is None else agent.id)
        if legs != self._legs:
            self._legs = legs
            path = self._desk.taping.path(self.header)
            self.worker.record(self.header, path, customer, agent, self._desk.told(self))
        if held is not self._held:
            self._held = held
            self._mark(Mark.HELD if held else Mark.TALKING)
        self._settle()

    def pause(self, on: bool, by: str) -> None:
        """Leave out what is said from now on, or record again. by: a person's id. Raises Conflict."""
        if self.header is None:
            raise Conflict("This talk is not being recorded")
        state = Tape.PAUSED if on else Tape.ON
        if state is not self.state:
            self.state = state
            self._mark(Mark.PAUSED if on else Mark.RESUMED, by)
            self._settle()

    def end(self) -> None:
        """The talk is over."""
        self._stop(Tape.OFF)

    def give_up(self, state: Tape, why: Mark) -> None:
        """Record no more of this talk, which goes on."""
        if self.header is not None:
            self._mark(why)
            self._stop(state)
            self._desk.changed(self.organization, self.agent)

    def _stop(self, state: Tape) -> None:
        self.state = state
        if self.header is None:
            return
        if self._legs is not None:
            self.worker.stop_recording(self.header.recording)
            self._desk.closing.add(self.header.recording)
        self._desk.live.discard(self)
        self.header, self._legs, self._gap, self._held = None, None, None, False

    def _settle(self) -> None:
        gap = Kind.PAUSED if self.state is Tape.PAUSED else Kind.HELD if self._held else None
        if self.header is not None and gap != self._gap:
            self._gap = gap
            self.worker.pause_recording(self.header.recording, gap)

    def _mark(self, what: Mark, by: str | None = None) -> None:
        if self.header is not None:
            taping = self._desk.taping
            if by is None:
                taping.mark(self.organization, self.header.recording, what)
            else:
                taping.mark(self.organization, self.header.recording, what, by)


class TapeDesk:
    """All recordings that this node makes. changed: see `Changed`; may be replaced."""

    def __init__(self, taping: Taping, tasks: Tasks) -> None:
        self.taping: Final = taping
        self.live: Final[set[CallTape]] = set()
        self.closing: Final[set[str]] = set()
        """Recordings that have been stopped and whose files are not complete yet."""
        self.changed: Changed = lambda _organization, _agent: None
        self._tasks = tasks
        taping.disk.on_low = self._disk_low

    def told(self, tape: CallTape) -> Callable[[RecordingReport], None]:
        """What a worker says of the recording that `tape` makes now."""
        organization, header = tape.organization, tape.header

        def take(report: RecordingReport) -> None:
            self.closing.discard(report.recording)
            if isinstance(report, RecordingClosed):
                self.taping.ended(organization, report.recording, report.samples, report.size)
                return
            _log.error("recording_not_writable", recording=report.recording, why=report.why)
            if tape.header is header:
                tape.give_up(Tape.FAILED, Mark.FAILED)
            self._recover(organization)

        return take

    async def settle(self) -> None:
        """Wait until all files that were stopped are complete, for `PATIENCE` seconds at most: what is not noted by
        then is found at the next start."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while self.closing:  # noqa: ASYNC110  # the end of a center may look again and again
                    await asyncio.sleep(0.01)

    def worker_died(self, worker: int) -> None:
        """What it was recording is closed by what is on the disk."""
        dead = [tape for tape in self.live if tape.worker.id == worker]
        self.live.difference_update(dead)
        self.closing.clear()
        for organization in {tape.organization for tape in dead}:
            self._recover(organization)

    def _recover(self, organization: str) -> None:
        living = frozenset(tape.header.recording for tape in self.live if tape.header is not None)
        self._tasks.start(self.taping.recover(organization, living=living), name="recover recordings")

    def _disk_low(self) -> None:
        for tape in list(self.live):
            tape.give_up(Tape.DISK_LOW, Mark.DISK_LOW)
