"""What each contact asked for and how long each agent rests, worked out from the journal alone and by brute force.

    book = restated(centre)                     # has read every input of this centre
    book.suits(settings, visit_id)              # whether this agent has what the contact needs just now

It knows nothing of lanes, steps or deadlines of the Floor: a contact that comes in line has parts, one after the other,
each with who is looked for and how long. Overflow, a lost agent, a hand-over and a stopped clock change them as the
documentation says. What it reads of events is only that something happened, never what follows from it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakKeyDictionary

from support.eligibility import holds
from support.floor import SECOND, Centre
from switchboard.agents.model import AgentState
from switchboard.conversations.model import RETURNS, OfferEnd, TalkEnd
from switchboard.routing import commands as asked
from switchboard.routing import events as told
from switchboard.routing.floor.state import Visit
from switchboard.routing.model import AgentSettings, Configuration, QueueSettings, Scheme, Wanted
from switchboard.routing.relief import ReliefGroup
from switchboard.routing.requirements import AfterSteps

Who = Callable[[AgentSettings], bool]


@dataclass(frozen=True)
class Alone:
    """Whom a customer's flow prefers: these agents, and the people of this team."""

    agents: tuple[str, ...] = ()
    team: str | None = None

    def has(self, who: AgentSettings) -> bool:
        return who.id in self.agents or (self.team is not None and who.team == self.team)


@dataclass(frozen=True)
class Part:
    """Who is looked for, so long (microseconds); None: for as long as it takes."""

    who: Who
    lasts: int | None


@dataclass(frozen=True)
class Own:
    """What a contact brought itself, without what its queue asks for."""

    always: tuple[Who, ...] = ()
    steps: tuple[Part, ...] = ()
    stay: bool = False


@dataclass
class Wait:
    """A contact in a line. part: the one it is in, since `began`; stopped: since when its clock stands still.
    ringing: at how many agents, together: by the queue's rule; back: when it last stopped to ring at one."""

    queue: str
    own: Own
    always: tuple[Who, ...]
    parts: tuple[Part, ...]
    place: int
    number: int
    priority: int
    scheme: Scheme
    preferred: tuple[str, ...] = ()
    part: int = 0
    began: int = 0
    stopped: int | None = None
    ringing: int = 0
    together: bool = False
    back: int = 0

    def over(self, now: int) -> bool:
        """Whether its part has lasted as long as it should."""
        lasts = self.parts[self.part].lasts
        return lasts is not None and self.stopped is None and self.began + lasts <= now

    @property
    def rank(self) -> tuple[int, int, int] | None:
        """Smaller comes first; None where that depends on when it is due."""
        if self.scheme is Scheme.DUE:
            return None
        if self.scheme is Scheme.MINUTES:
            return (0, self.place - 60 * SECOND * self.priority, self.number)
        return (-self.priority, self.place, self.number)


def anyone(_: AgentSettings) -> bool:
    return True


@dataclass
class Restatement:
    """Of one centre. alone: whom the flow of a contact prefers, where a test knows better than the command that it led
    to. waits: by visit. rests: until when an agent shall be left in peace."""

    alone: dict[str, Alone] = field(default_factory=dict)
    waits: dict[str, Wait] = field(default_factory=dict)
    rests: dict[str, int] = field(default_factory=dict)
    expected: dict[str, object] = field(default_factory=dict)
    _read: int = 0
    _now: int = 0
    _configuration: Configuration = field(default_factory=lambda: Configuration(0))
    _here: set[str] = field(default_factory=set)
    _reachable: dict[str, bool] = field(default_factory=dict)
    _helping: set[tuple[str, ReliefGroup]] = field(default_factory=set)
    _answered: dict[str, Wait] = field(default_factory=dict)
    _left: dict[str, Wait] = field(default_factory=dict)
    _channel: dict[str, str] = field(default_factory=dict)
    _numbers: int = 0
    _asked: asked.ContactQueued | None = None
    _wishes: set[str] = field(default_factory=set)

    def read(self, centre: Centre) -> None:
        """Take in what has happened since."""
        for entry in centre.entries[self._read :]:
            self._read += 1
            self._now = entry.at
            self._wishes = set()
            for command in asked.decode(entry.input):
                self._heard(command)
            for event in told.decode(entry.decisions):
                if (happened := getattr(self, f"_{type(event).__name__}", None)) is not None:
                    happened(event)

    # What is asked afterwards

    def suits(self, who: AgentSettings, visit: str) -> bool:
        """Whether this agent has what the contact needs in its part of now."""
        wait = self.waits[visit]
        return all(needed(who) for needed in (*wait.always, wait.parts[wait.part].who))

    def before(self, one: Visit, other: Visit) -> bool:
        """Whether it comes before the other one in their line. Of those that are ranked by when they are due the
        Floor's own rank counts."""
        first, second = self.waits[one.id].rank, self.waits[other.id].rank
        return one.order < other.order if first is None or second is None else first < second

    def somebody(self, visit: str, *, there: Callable[[AgentSettings], bool]) -> bool:
        """Whether one of those could take it in its part of now."""
        return any(there(one) and self.suits(one, visit) for one in self._configuration.agents)

    # What came in

    def _heard(self, command: asked.Command) -> None:
        match command:
            case asked.ContactArrived(contact=contact, channel=channel):
                self._channel.setdefault(contact, channel)
            case asked.ContactQueued():
                self._asked = command
            case asked.AgentStateAsked(agent=agent):
                self._wishes.add(agent)

    # What happened

    def _ConfigurationInForce(self, event: told.ConfigurationInForce) -> None:  # noqa: N802 - the event's name
        self._configuration = event.configuration

    def _QueueEntered(self, event: told.QueueEntered) -> None:  # noqa: N802
        if event.returned in RETURNS:
            # As he stood before the talk; who was looked for then is looked for again, for as long as then.
            wait = replace(self._answered[event.contact], ringing=0, stopped=None)
        elif event.returned is TalkEnd.HANDED_OVER:
            before = self._answered[event.contact]
            rule = self._queue(before.queue).hand_over
            assert rule is not None
            wait = self._in(
                self._queue(event.queue), Own(), before.place, before.number, before.priority + rule.priority
            )
        elif event.passage is not None and event.passage.passed:
            wait = self._sent_on(event, self._queue(event.queue))
        else:
            wait = self._by_flow(event, self._queue(event.queue))
        wait.began = self._now
        if event.clock is not None and event.clock.held:
            wait.stopped = self._now
        # However it came back or was sent on: its place and its points are those that it is due.
        assert (event.place, event.priority) == (wait.place, wait.priority), event
        self.waits[event.visit] = wait

    def _by_flow(self, event: told.QueueEntered, queue: QueueSettings) -> Wait:
        wait = self._first(queue, event.contact)
        command = self._asked
        assert command is not None
        alone = self._alone(command)
        if command.preferred_for > 0 and alone != Alone():
            wait.parts = (Part(alone.has, command.preferred_for), *wait.parts)
            if not queue.overflow:
                # Such a queue does not keep apart what he brought himself.
                wait.own = replace(wait.own, steps=(wait.parts[0], *wait.own.steps))
        return wait

    def _sent_on(self, event: told.QueueEntered, queue: QueueSettings) -> Wait:
        before = self._left.pop(event.contact, None)
        if before is not None:
            wait = self._in(queue, before.own, before.place, before.number, before.priority)
            wait.preferred = before.preferred
        else:
            # The line where it came first was full: it never stood there.
            wait = self._first(queue, event.contact)
            before = wait
        # What it brought itself it takes along wherever it goes.
        wait.own = before.own
        return wait

    def _first(self, queue: QueueSettings, contact: str) -> Wait:
        command = self._asked
        assert command is not None
        assert command.contact == contact
        self._numbers += 1
        place = self._now if command.place is None else min(command.place, self._now)
        wait = self._in(queue, _own(command), place, self._numbers, command.priority)
        wait.preferred = command.preferred
        return wait

    def _in(self, queue: QueueSettings, own: Own, place: int, number: int, priority: int) -> Wait:
        theirs = _of(queue.wanted)
        always = (*theirs.always, *own.always, *(_level(one.skill, one.level) for one in queue.requires))
        steps, stay = (own.steps, own.stay) if own.steps else (theirs.steps, theirs.stay)
        last = (Part(steps[-1].who, None),) if stay and steps else (Part(anyone, None),)
        parts = (*steps[:-1], *last) if stay and steps else (*steps, *last)
        kept = own if queue.overflow else Own(always, steps, stay and bool(steps))
        return Wait(queue.id, kept, always, parts, place, number, priority, queue.ranking.scheme)

    def _alone(self, command: asked.ContactQueued) -> Alone:
        branch = None if command.wanted is None else command.wanted.branch
        return self.alone.get(command.contact, Alone(command.preferred, branch))

    def _Widened(self, event: told.Widened) -> None:  # noqa: N802
        wait = self.waits[event.visit]
        time_is_up = wait.over(self._now)
        channel = self._channel[event.contact]
        nobody = not self.somebody(event.visit, there=lambda one: self._there(one, wait.queue, channel))
        assert time_is_up if event.why is told.Widening.TIME else nobody, event
        assert wait.parts[wait.part].lasts is not None, event
        wait.part, wait.began = wait.part + 1, self._now
        assert event.step == wait.part

    def _there(self, who: AgentSettings, queue: str, channel: str) -> bool:
        helps = any(
            line == queue and (group.team == who.team if group.team else group.queue in who.queues)
            for line, group in self._helping
        )
        takes = who.capacity is None or who.capacity.slots.get(channel, 1) > 0
        return who.id in self._here and takes and (queue in who.queues or helps)

    def _ClockSet(self, event: told.ClockSet) -> None:  # noqa: N802
        if event.visit is None:
            return
        wait = self.waits[event.visit]
        if event.clock.held and wait.stopped is None:
            wait.stopped = self._now
        elif not event.clock.held and wait.stopped is not None:
            wait.began += self._now - wait.stopped
            wait.stopped = None

    def _Offered(self, event: told.Offered) -> None:  # noqa: N802
        wait = self.waits[event.visit]
        (who,) = [one for one in self._configuration.agents if one.id == event.agent]
        assert self.suits(who, event.visit), event
        assert wait.stopped is None, event
        # Its part may run out while it rings; whoever is free when it is back in line is offered it as it stood.
        assert wait.ringing or wait.back == self._now or not wait.over(self._now - 1), event
        assert self.rests.get(event.agent, 0) <= self._now, event
        # What began to ring at all goes on to do so, though its queue's strategy may be another by now.
        assert not wait.ringing or wait.together, event
        wait.together = wait.together if wait.ringing else event.together
        if event.why.strategy == "preferred":
            assert event.agent in wait.preferred, event
        wait.ringing += 1

    def _OfferEnded(self, event: told.OfferEnded) -> None:  # noqa: N802
        self.waits[event.visit].ringing -= 1
        self.waits[event.visit].back = self._now
        delays = self._configuration.delays
        rest = {
            OfferEnd.REJECTED: delays.rejected,
            OfferEnd.NO_ANSWER: delays.no_answer,
            OfferEnd.BUSY: delays.busy,
            OfferEnd.UNREACHABLE: delays.unreachable,
            OfferEnd.SET_UP_FAILED: delays.set_up_failed,
        }.get(event.end, 0)
        if rest and self._reachable.get(event.agent):
            self.rests[event.agent] = self._now + rest

    def _QueueRefused(self, event: told.QueueRefused) -> None:  # noqa: N802
        self._left.pop(event.contact, None)

    def _QueueLeft(self, event: told.QueueLeft) -> None:  # noqa: N802
        wait = self.waits.pop(event.visit)
        self._left[event.contact] = wait
        assert event.expected == self.expected.pop(event.visit, None)

    def _EngagementOpened(self, event: told.EngagementOpened) -> None:  # noqa: N802
        self._answered[event.contact] = self._left[event.contact]

    def _WaitExpected(self, event: told.WaitExpected) -> None:  # noqa: N802
        wait = self.waits[event.visit]
        assert event.visit not in self.expected
        assert not wait.ringing
        found = event.expected
        assert 0 <= found.low <= found.likely <= found.high
        self.expected[event.visit] = found

    def _AgentStateChanged(self, event: told.AgentStateChanged) -> None:  # noqa: N802
        if event.state is AgentState.SIGNED_OUT:
            self._here.discard(event.agent)
        else:
            self._here.add(event.agent)
        by_wish = event.before is AgentState.DELAYED and event.agent in self._wishes
        if by_wish or event.state in (AgentState.SIGNED_OUT, AgentState.PAUSED, AgentState.NOT_RESPONDING):
            # As he asks, or had asked before the offer ended, or because he let too many ring.
            self.rests.pop(event.agent, None)

    def _AgentRests(self, event: told.AgentRests) -> None:  # noqa: N802
        if event.until is None and event.agent in self._wishes:
            # He asked to be available while he worked.
            self.rests.pop(event.agent, None)

    def _AgentReachSet(self, event: told.AgentReachSet) -> None:  # noqa: N802
        self._reachable[event.agent] = event.reachable

    def _ReliefBegan(self, event: told.ReliefBegan) -> None:  # noqa: N802
        self._helping.add((event.queue, event.group))

    def _ReliefEnded(self, event: told.ReliefEnded) -> None:  # noqa: N802
        self._helping.discard((event.queue, event.group))

    def _queue(self, queue: str) -> QueueSettings:
        (found,) = [one for one in self._configuration.queues if one.id == queue]
        return found


def _own(command: asked.ContactQueued) -> Own:
    brought = _of(command.wanted)
    levels = [_level(one.skill, one.level) for one in command.requirements]
    return replace(brought, always=(*brought.always, *levels))


def _of(wanted: Wanted | None) -> Own:
    if wanted is None:
        return Own()
    always = () if wanted.needs is None else (_needing(wanted.needs),)
    steps = tuple([Part(_needing(step.needs), step.lasts) for step in wanted.steps])
    return Own(always, steps, wanted.after is AfterSteps.STAY)


def _needing(needs: Any) -> Who:
    return lambda who: holds(needs, who)


def _level(skill: str, level: int) -> Who:
    return lambda who: who.skills.get(skill, -1) >= level


_BOOKS: WeakKeyDictionary[Centre, Restatement] = WeakKeyDictionary()


def restated(centre: Centre) -> Restatement:
    """The restatement of this centre, as of now."""
    book = _BOOKS.setdefault(centre, Restatement())
    book.read(centre)
    return book
