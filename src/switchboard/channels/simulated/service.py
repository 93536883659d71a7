"""Simulated callers and colleagues on a real Floor: they ring, answer, talk, write, pause and give up by chance."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from switchboard.agents.model import AgentState, Reach
from switchboard.conversations.model import OVERFLOWED, TalkEnd, VisitEnd
from switchboard.conversations.service import Conversations
from switchboard.kit.ids import IdSource
from switchboard.routing.commands import (
    AgentSignedIn,
    AgentSignedOut,
    AgentStateAsked,
    ClockPaused,
    ClockResumed,
    Command,
    ContactArrived,
    ContactFinished,
    ContactLeft,
    ContactQueued,
    EngagementEnded,
    OfferAccepted,
    WrapUpFinished,
)
from switchboard.routing.events import (
    AgentStateChanged,
    ContactClosed,
    EngagementClosed,
    EngagementOpened,
    Event,
    Offered,
    QueueLeft,
    QueueRefused,
    WrapUpStarted,
)
from switchboard.routing.service import Routing

CHANNEL: Final = "simulated"

ANSWER: Final = 4.0
"""Mean seconds until a colleague answers."""
TALK: Final = 55.0
"""Mean seconds of a talk: short, so that a board moves."""
WRAP_UP: Final = 10.0
PATIENCE: Final = 60.0
BREAK_EVERY: Final = 25
"""One in so many contacts is followed by a break."""
BREAK: Final = 45.0
"""Mean seconds of a break, and of what it takes to come back after a missed offer."""

REPLY: Final = 900.0
"""Mean seconds until somebody who wrote answers what he was asked."""

HANDLING: Final = ANSWER + TALK + WRAP_UP + BREAK / BREAK_EVERY
"""Mean seconds that a caller costs a colleague."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Those who write and can wait: they never give up. due_in: microseconds until each is due. asked: the share of
    them, 0 to 1, who are asked something as soon as they came; until they answer their clock stands still."""

    due_in: int
    asked: float = 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where callers ring. queue, client: ids. dispositions: keys that colleagues choose from. share: its weight.
    channel: what they count as; `chat` for those who write. deferred: of those who can wait, `mail`."""

    queue: str
    client: str
    dispositions: Sequence[str] = ()
    share: float = 1.0
    channel: str = CHANNEL
    deferred: Deferred | None = None


class SimulatedCalls:
    """Callers at a rate, and the colleagues who serve them.

    places: the queues they ring, which nobody else may ring: a colleague who is not there cannot talk to people.
    agents: ids of the colleagues. per_minute: callers. number: what is shown of a caller, by his place in the row.
    reason: key of the reason for a break.
    """

    def __init__(
        self,
        routing: Routing,
        *,
        node: str,
        ids: IdSource,
        choose: Random,
        conversations: Conversations,
        places: Sequence[Place],
        agents: Sequence[str],
        per_minute: float,
        number: Callable[[int], str],
        reason: str,
    ) -> None:
        self._routing = routing
        self._node = node
        self._ids = ids
        self._choose = choose
        self._conversations = conversations
        self._places = {place.queue: place for place in places}
        self._agents = tuple(agents)
        self._per_minute = per_minute
        self._number = number
        self._reason = reason
        self._came = 0
        self._waiting: dict[str, Place] = {}
        self._talking: dict[str, Place] = {}
        self._timers: set[asyncio.TimerHandle] = set()
        self._deaf: Callable[[], None] | None = None
        self._reactions: Mapping[type, Callable[[Any], object]] = {
            Offered: self._offered,
            EngagementOpened: self._talks,
            WrapUpStarted: self._writes,
            QueueLeft: self._leaves_line,
            QueueRefused: self._leaves_line,
            ContactClosed: lambda event: self._waiting.pop(event.contact, None),
            EngagementClosed: lambda event: self._talking.pop(event.contact, None),
            AgentStateChanged: self._misses,
        }

    @property
    def contacts(self) -> int:
        """Callers who are with us just now, and those whose record is still being written."""
        return len(self._waiting) + len(self._talking)

    async def begin(self) -> None:
        """Colleagues sign in, and the first caller rings soon."""
        self._deaf = self._routing.subscribe(self._hear)
        for agent in self._agents:
            await self._routing.command(
                AgentSignedIn(agent, self._node, Reach.BROWSER), AgentStateAsked(agent, AgentState.AVAILABLE)
            )
        self._take_over()
        self._next_caller()

    def _take_over(self) -> None:
        """Letters outlive us: those that the Floor still has are ours again, and we still wait for the answers."""
        for contact in self._routing.floor.state.contacts.values():
            visit = self._routing.floor.state.visits.get(contact.visit or "")
            place = None if visit is None else self._places.get(visit.queue)
            if place is None or place.deferred is None or contact.node != self._node:
                continue
            self._waiting[contact.id] = place
            if contact.clock is not None and contact.clock.since is not None:
                self._after(REPLY, ClockResumed(contact.id))
        for engagement in self._routing.floor.state.engagements.values():
            place = self._places.get(engagement.queue)
            if place is not None and place.deferred is not None and engagement.agent in self._agents:
                self._talking[engagement.contact] = place
                self._after(TALK, EngagementEnded(engagement.id, TalkEnd.AGENT))

    async def end(self) -> None:
        """Callers hang up, colleagues sign out; afterwards nothing of them is on the Floor."""
        if self._deaf is not None:
            self._deaf()
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        for contact in [*self._waiting, *self._talking]:
            await self._routing.command(ContactLeft(contact))
        for agent in self._agents:
            await self._routing.command(AgentSignedOut(agent, forced=True))

    # Time

    def _after(self, mean: float, *commands: Command) -> None:
        self._later(self._choose.expovariate(1 / mean), lambda: self._routing.tell(*commands))

    def _later(self, seconds: float, act: Callable[[], object]) -> None:
        def due() -> None:
            self._timers.discard(timer)
            act()

        timer = asyncio.get_running_loop().call_later(seconds, due)
        self._timers.add(timer)

    # Callers

    def _next_caller(self) -> None:
        self._later(self._choose.expovariate(self._per_minute / 60), self._ring)

    def _ring(self) -> None:
        self._next_caller()
        places = list(self._places.values())
        (place,) = self._choose.choices(places, [one.share for one in places])
        contact = self._ids.next()
        self._came += 1
        self._waiting[contact] = place
        number = self._number(self._came)
        self._routing.tell(
            ContactArrived(contact, place.client, place.channel, self._node),
            ContactQueued(contact, place.queue, due_in=0 if place.deferred is None else place.deferred.due_in),
            along=self._conversations.came_from(self._routing.organization, place.client, contact, number),
        )
        if place.deferred is None:
            self._later(self._choose.expovariate(1 / PATIENCE), lambda: self._gives_up(contact))
        elif self._choose.random() < place.deferred.asked:
            # Whoever stops a clock starts it again.
            self._routing.tell(ClockPaused(contact))
            self._after(REPLY, ClockResumed(contact))

    def _gives_up(self, contact: str) -> None:
        if contact in self._waiting:
            self._routing.tell(ContactLeft(contact))

    # What the Floor decides

    def _hear(self, events: Sequence[Event], _: int) -> None:
        for event in events:
            react = self._reactions.get(type(event))
            if react is not None:
                react(event)

    def _offered(self, event: Offered) -> None:
        if event.contact in self._waiting:
            self._after(ANSWER, OfferAccepted(event.offer, event.fence))

    def _talks(self, event: EngagementOpened) -> None:
        if event.contact in self._talking:
            by = self._choose.choice((TalkEnd.CUSTOMER, TalkEnd.CUSTOMER, TalkEnd.AGENT))
            self._after(TALK, EngagementEnded(event.engagement, by))

    def _misses(self, event: AgentStateChanged) -> None:
        if event.state is AgentState.NOT_RESPONDING and event.agent in self._agents:
            self._after(BREAK, AgentStateAsked(event.agent, AgentState.AVAILABLE))

    def _leaves_line(self, event: QueueLeft | QueueRefused) -> None:
        if event.how in OVERFLOWED:
            return
        place = self._waiting.pop(event.contact, None)
        if place is None:
            return
        if event.how is VisitEnd.ANSWERED:
            self._talking[event.contact] = place
        elif event.how not in (VisitEnd.ABANDONED, VisitEnd.ABANDONED_WHILE_OFFERED):
            # He has no menu to go back to.
            self._routing.tell(ContactFinished(event.contact))

    def _writes(self, event: WrapUpStarted) -> None:
        """The colleague finishes the record, and now and then goes for a break."""
        place = self._talking.get(event.contact)
        if place is None:
            return
        disposition = self._choose.choice(place.dispositions) if place.dispositions else None
        if self._choose.randrange(BREAK_EVERY) == 0:
            self._routing.tell(AgentStateAsked(event.agent, AgentState.PAUSED, self._reason))
            self._after(WRAP_UP + BREAK, AgentStateAsked(event.agent, AgentState.AVAILABLE))
        self._after(WRAP_UP, WrapUpFinished(event.engagement, disposition))
