"""One run: an event heap before the Floor. Callers and agents act, the Floor decides, the heap knows what is next."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import heappop, heappush
from math import isinf
from random import Random
from typing import Any, Final, TypeAlias

from switchboard.agents.model import AgentState, Reach
from switchboard.conversations.model import OVERFLOWED, TalkEnd, VisitEnd
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing import commands as asked
from switchboard.routing import events as told
from switchboard.routing.configured import settings_of
from switchboard.routing.floor import Floor
from switchboard.routing.model import AgentSettings, Configuration, Requirement
from switchboard.routing.outcomes import Learned
from switchboard.routing.simulation.callers import Call, callers
from switchboard.routing.simulation.counting import Counting, Outcome, Tally
from switchboard.routing.simulation.estimates import Estimate, History
from switchboard.routing.simulation.helping import Helping
from switchboard.routing.simulation.meeting import meet
from switchboard.routing.simulation.past import Past
from switchboard.routing.simulation.scenario import Group, Scenario, must_have_callers

NODE: Final = "simulation"
MIDNIGHT: Final = 1_767_571_200_000_000
"""The Floor's time at the beginning of the first day that can be simulated: a Monday, 2026-01-05 00:00 UTC."""

DAY: Final = 86_400 * MICROSECONDS

PROGRESS_EVERY: Final = 1_000
"""Callers between two reports of progress."""

Keep: TypeAlias = Callable[[Sequence[asked.Command], int, Sequence[told.Event]], None]
"""Is told every input, the Floor's time and what it decided: for a journal."""

Progress: TypeAlias = Callable[[int, int], None]
"""Is told callers who came and callers expected."""

Act: TypeAlias = Callable[[Any], None]


class Run:
    """A scenario with one seed. The same scenario and seed give the same outcome, to the microsecond."""

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        *,
        keep: Keep | None = None,
        learned: Learned | None = None,
        day: int = 0,
    ) -> None:
        """learned: what is in force from the beginning; entrances are kinds of callers. day: days after the first,
        where that matters, as for which hours are held out. Raises Invalid for a stream of which nobody can say when
        its callers come."""
        must_have_callers(scenario)
        self.scenario = scenario
        self.floor = Floor()
        self.counting = Counting(scenario, seed)
        self._helping = Helping(self.counting.outcome.relief)
        self._seed = seed
        self._keep = keep
        self._learned = learned
        self.past = Past()
        self._midnight = MIDNIGHT + day * DAY
        self._now = scenario.start * MICROSECONDS
        self._heap: list[tuple[int, int, Act, Any]] = []
        self._pushed = 0
        self._came = 0
        self._calls: dict[str, Call] = {}
        self._groups: dict[str, Group] = {}
        self._history = {queue.key: History() for queue in scenario.queues}
        self._clients = {queue.key: queue.client for queue in scenario.queues}
        self._requirements = [
            [tuple(Requirement(skill, level) for skill, level in sorted(kind.requires.items())) for kind in one.kinds]
            for one in scenario.streams
        ]
        expected = sum(map(scenario.expected, scenario.streams))
        self._expected = round(expected)
        # Every so many callers one is asked about, or nobody.
        self._thinning = max(1, -int(-expected // scenario.estimates)) if scenario.estimates else 0
        self._answers = Random(0)  # noqa: S311 - seeded anew for each offer
        self._react: Mapping[type, Callable[[Any], None]] = {
            told.Offered: self._offered,
            told.EngagementOpened: self._talks,
            told.WrapUpStarted: self._wraps_up,
            told.EngagementTalkEnded: self.past.talk_ended,
            told.EngagementClosed: self._handled,
            told.QueueEntered: self._entered,
            told.QueueLeft: self._left,
            told.QueueRefused: self._refused,
            told.ContactClosed: self._closed,
            told.AgentStateChanged: self._changed,
            told.ReliefBegan: lambda event: self._helping.began(event, self._now),
            told.ReliefEnded: lambda event: self._helping.ended(event, self._now),
        }

    def go(self, progress: Progress | None = None) -> Outcome:
        """Run to the end: until everybody has left, or the scenario's overrun is over."""
        self._begin()
        last = (self.scenario.end + self.scenario.overrun) * MICROSECONDS
        while True:
            deadline = self.floor.next_deadline()
            due = None if deadline is None else deadline - self._midnight
            if self._heap and (due is None or self._heap[0][0] < due):
                at, _, act, what = heappop(self._heap)
                if at > last:
                    break
                self._now = at
                act(what)
            elif due is not None and due <= last:
                self._now = due
                self._tell(asked.TimePassed())
            else:
                break
            if progress is not None and self._came % PROGRESS_EVERY == 0:
                progress(self._came, self._expected)
        return self._end(min(self._now, last))

    # Beginning and end

    def _begin(self) -> None:
        agents = list(self._agents())
        keys = {one.key: one.key for one in self.scenario.queues}
        queues = sorted((settings_of(one.key, one, {}, keys) for one in self.scenario.queues), key=lambda one: one.id)
        self._tell(asked.ConfigurationTaken(Configuration(1, tuple(queues), tuple(agents))))
        if self._learned is not None:
            self._tell(asked.LearnedVersionTaken(self._learned))
        for agent in agents:
            shifts = self._groups[agent.id].shifts
            if not shifts:
                self._push(self._now, self._come, agent.id)
            for shift in shifts:
                if shift.end > self.scenario.start:
                    self._push(max(shift.start * MICROSECONDS, self._now), self._come, agent.id)
                    self._push(shift.end * MICROSECONDS, self._go_home, agent.id)
        for place in range(len(self.scenario.streams)):
            self._next(callers(self.scenario, self._seed, place))

    def _agents(self) -> Iterator[AgentSettings]:
        for group in self.scenario.groups:
            for number in range(1, group.count + 1):
                agent = group.key if group.named else f"{group.key}-{number:04}"
                self._groups[agent] = group
                team = group.team if group.named else group.key
                yield AgentSettings(
                    agent,
                    group.queues,
                    dict(group.skills),
                    team=team,
                    tiers=dict(group.tiers),
                    cost=group.cost,
                    capacity=group.capacity,
                )

    def _end(self, at: int) -> Outcome:
        for call in self._calls.values():
            if call.entered is not None:
                rung, kind = self._where(call)
                self.counting.never_left(call.queue, kind, call.entered, at)
                self.counting.gone(rung, kind, call.since or 0, at, None, call.queue)
        for little in self.counting.outcome.little.values():
            little.count(little.in_line, at)
        self._helping.over(at)
        for agent in self.floor.state.agents.values():
            self.counting.spent(self._groups[agent.id].key, agent.state, agent.since - self._midnight, at)
        return self.counting.outcome

    # The heap

    def _push(self, at: int, act: Act, what: Any) -> None:
        # The number keeps equal times in the order in which they were planned.
        self._pushed += 1
        heappush(self._heap, (at, self._pushed, act, what))

    def _after(self, seconds: float, act: Act, what: Any) -> None:
        self._push(self._now + round(seconds * MICROSECONDS), act, what)

    def _tell(self, *commands: asked.Command) -> None:
        """One input: decided as one, then everybody reacts."""
        now = self._midnight + self._now
        events: list[told.Event] = []
        for command in commands:
            events += self.floor.handle(command, now).events
        self.counting.outcome.decided += 1
        if self._keep is not None and events:
            self._keep(commands, now, events)
        for event in events:
            react = self._react.get(type(event))
            if react is not None:
                react(event)

    # Callers

    def _next(self, stream: Iterator[Call]) -> None:
        call = next(stream, None)
        if call is not None:
            self._push(call.at, self._arrives, (call, stream))

    def _arrives(self, what: tuple[Call, Iterator[Call]]) -> None:
        call, stream = what
        self._next(stream)
        self._came += 1
        contact = f"c{self._came}"
        self._calls[contact] = call
        queue = self.scenario.streams[call.stream].queue
        kind = self.scenario.streams[call.stream].kinds[call.kind]
        needed = self._requirements[call.stream][call.kind]
        channel = self.scenario.streams[call.stream].channel
        looked_at = self._thinning > 0 and self._came % self._thinning == 0
        arrived = asked.ContactArrived(contact, self._clients[queue], channel, NODE, entrance=kind.key)
        due_in, place = kind.due_in * MICROSECONDS, _place(call)
        queued = asked.ContactQueued(contact, queue, kind.priority, needed, due_in=due_in, place=place)
        if call.menu is not None:
            self._tell(arrived)
            self._after(call.menu, self._is_through, (queued, looked_at))
            return
        self._tell(arrived, queued)
        if looked_at and call.entered is not None:
            self._estimate(contact, call)

    def _is_through(self, what: tuple[asked.ContactQueued, bool]) -> None:
        """He has heard the menu to its end."""
        queued, looked_at = what
        call = self._calls[queued.contact]
        if call.solved:
            self.counting.never_in_line(*self._where(call), self._now, full=False, whole=True)
            self._tell(asked.ContactFinished(queued.contact, why="served"))
            return
        self._tell(queued)
        if looked_at and call.entered is not None:
            self._estimate(queued.contact, call)

    def _estimate(self, contact: str, call: Call) -> None:
        """What he would be told now, if he has to wait at all."""
        standing = self.floor.standing(contact, self._midnight + self._now)
        visit = self.floor.state.contacts[contact].visit
        if standing is None or visit is None or self.floor.state.visits[visit].offers:
            return
        history = self._history[call.queue]
        call.estimate = Estimate(standing.likely, standing.low, standing.high, history.average(self._now), history.last)

    def _gives_up(self, contact: str) -> None:
        call = self._calls.get(contact)
        if call is not None and call.entered is not None:
            leaves = call.real is not None and call.real.leaves
            self._tell(asked.ContactBrokeOut(contact) if leaves else asked.ContactLeft(contact))

    def _is_sent_home(self, contact: str) -> None:
        self._tell(asked.ContactFinished(contact))

    def _entered(self, event: told.QueueEntered) -> None:
        call = self._calls[event.contact]
        call.entered, call.queue = self._now, event.queue
        rung, kind = self._where(call)
        self.counting.entered(event.queue, kind, self._now)
        self._count_line(event.queue)
        if call.since is None:
            call.since = self._now
            self.counting.came(rung, kind, self._now)
            if not isinf(call.patience):
                self._after(call.patience, self._gives_up, event.contact)

    def _refused(self, event: told.QueueRefused) -> None:
        call = self._calls[event.contact]
        alone = event.how not in OVERFLOWED
        self.counting.never_in_line(event.queue, self._where(call)[1], self._now, full=True, whole=alone)
        if alone:
            self._push(self._now, self._is_sent_home, event.contact)

    def _left(self, event: told.QueueLeft) -> None:
        call = self._calls[event.contact]
        entered, call.entered = call.entered, None
        if entered is None:
            return
        rung, kind = self._where(call)
        cell = self.counting.left(event.queue, kind, entered, self._now, event.how)
        self._count_line(event.queue)
        if event.how in OVERFLOWED:
            self._is_sent_on(call, rung, kind)
            return
        whole = self.counting.gone(rung, kind, call.since or 0, self._now, event.how, event.queue)
        if event.how is VisitEnd.ANSWERED:
            self._answered(event, self._now - entered, [one for one in (cell, whole) if one is not None])
        elif event.how not in (VisitEnd.ABANDONED, VisitEnd.ABANDONED_WHILE_OFFERED):
            # His flow has him again, and has nothing more for him.
            self._push(self._now, self._is_sent_home, event.contact)

    def _closed(self, event: told.ContactClosed) -> None:
        self._calls.pop(event.contact, None)

    def _where(self, call: Call) -> tuple[str, str]:
        stream = self.scenario.streams[call.stream]
        return stream.queue, stream.kinds[call.kind].key

    def _answered(self, event: told.QueueLeft, wait: int, cells: list[Tally]) -> None:
        """He talks, after so many microseconds in this line."""
        self._history[event.queue].answered(self._now, wait)
        self._calls[event.contact].counted = cells
        estimate, overdue = self._calls[event.contact].estimate, self._is_overdue(event.contact)
        for cell in cells:
            cell.overdue += overdue
            if isinstance(estimate, Estimate):
                cell.errors.take(estimate, wait / MICROSECONDS)

    def _is_overdue(self, contact: str) -> bool:
        clock, now = self.floor.state.contacts[contact].clock, self._midnight + self._now
        due = None if clock is None else clock.due_at(now)
        return due is not None and due < now

    def _is_sent_on(self, call: Call, rung: str, kind: str) -> None:
        """What was announced in the line that he leaves is not what he waits for now."""
        call.estimate = None
        if not call.moved:
            call.moved = True
            self.counting.overflowed(rung, kind, call.since or 0)

    def _count_line(self, queue: str) -> None:
        self.counting.outcome.little[queue].count(len(self.floor.state.queues[queue].entered), self._now)

    # Agents

    def _come(self, agent: str) -> None:
        self._tell(asked.AgentSignedIn(agent, NODE, Reach.BROWSER))

    def _go_home(self, agent: str) -> None:
        self._tell(asked.AgentSignedOut(agent))

    def _is_back(self, agent: str) -> None:
        self._tell(asked.AgentStateAsked(agent, AgentState.AVAILABLE))

    def _offered(self, event: told.Offered) -> None:
        call = self._calls[event.contact]
        call.offers += 1
        self.past.offered(event, self._midnight + self._now)
        # Not from one row of numbers for all: who is offered to whom differs between scenarios.
        self._answers.seed(f"{self._seed}/{call.stream}/{call.number}/{call.offers}")
        seconds = self._groups[event.agent].answer.sample(self._answers)
        if self._now + seconds * MICROSECONDS < event.deadline - self._midnight:
            self._after(seconds, self._accepts, (event.offer, event.fence))

    def _accepts(self, lease: tuple[int, int]) -> None:
        self._tell(asked.OfferAccepted(*lease))

    def _talks(self, event: told.EngagementOpened) -> None:
        call, group = self._calls[event.contact], self._groups[event.agent]
        _, kind = self._where(call)
        met = meet(self.scenario, self._seed, call, group, event.agent)
        self.past.opened(event, kind, met.resolved, met.satisfaction)
        if met.satisfaction is not None:
            for cell in call.counted:
                cell.said(met.satisfaction)
        self._after(met.talk, self._hangs_up, event.engagement)

    def _hangs_up(self, engagement: str) -> None:
        self._tell(asked.EngagementEnded(engagement, TalkEnd.CUSTOMER))

    def _wraps_up(self, event: told.WrapUpStarted) -> None:
        call, group = self._calls[event.contact], self._groups[event.agent]
        seconds = meet(self.scenario, self._seed, call, group, event.agent).wrap_up
        if self._now + seconds * MICROSECONDS < event.until - self._midnight:
            self._after(seconds, self._is_done, event.engagement)

    def _is_done(self, engagement: str) -> None:
        self._tell(asked.WrapUpFinished(engagement))

    def _handled(self, event: told.EngagementClosed) -> None:
        self.past.closed(event)
        self.counting.handled(self._groups[event.agent].key, self._now)

    def _changed(self, event: told.AgentStateChanged) -> None:
        group = self._groups[event.agent]
        self.counting.spent(group.key, event.before, event.since - self._midnight, self._now)
        if event.state is AgentState.NOT_RESPONDING:
            self._after(group.back_after, self._is_back, event.agent)


def _place(call: Call) -> int | None:
    """Since when he counts as waiting, by the Floor's clock; None when from now on."""
    place = None if call.real is None else call.real.place
    return None if place is None else MIDNIGHT + round(place * MICROSECONDS)
