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

HANDLING: Final = ANSWER + TALK + WRAP_UP + BREAK / BREAK_EVERY
"""Mean seconds that a caller costs a colleague."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where callers ring. queue, client: ids. dispositions: keys that colleagues choose from. share: its weight.
    channel: what they count as; `chat` for those who write."""

    queue: str
    client: str
    dispositions: Sequence[str] = ()
    share: float = 1.0
    channel: str = CHANNEL


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
        self._next_caller()

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
            ContactQueued(contact, place.queue),
            along=self._conversations.came_from(self._routing.organization, place.client, contact, number),
        )
        self._later(self._choose.expovariate(1 / PATIENCE), lambda: self._gives_up(contact))

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
