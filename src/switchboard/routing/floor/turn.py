"""One command being decided: what was decided so far, and who must be looked at before it is over."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from switchboard.agents.model import AgentState
from switchboard.conversations.model import OfferEnd
from switchboard.routing import events as told
from switchboard.routing.floor.fallbacks import OPENS
from switchboard.routing.floor.fold import apply
from switchboard.routing.floor.room import Room
from switchboard.routing.floor.state import FloorState
from switchboard.routing.model import QueueSettings


class Turn:
    """Collects the events of one command; each is applied at once, so that the next rule sees it.

    free: agents who may now take someone. waiting: visits that may now be taken. left_alone: queues that
    an agent signed out of. in_vain: queues in which contacts may wait in vain that another might take now.
    `matching.settle` empties all of these. retired: settings of queues that are no longer, for
    those who still wait in them.
    """

    __slots__ = ("events", "free", "in_vain", "left_alone", "now", "retired", "state", "waiting")

    def __init__(self, state: FloorState, now: int) -> None:
        self.state = state
        self.now = now
        self.events: list[told.Event] = []
        self.free: dict[str, None] = {}
        self.waiting: dict[str, None] = {}
        self.left_alone: dict[str, None] = {}
        self.in_vain: dict[str, None] = {}
        self.retired: dict[str, QueueSettings] = {}

    def tell(self, event: told.Event) -> None:
        """Decide this: the memory changes, and whoever it concerns is looked at before the turn is over."""
        apply(self.state, event, self.now)
        self.events.append(event)
        if (concerns := _CONCERNS.get(type(event))) is not None:
            concerns(self, event)
        if self.state.fallbacks and type(event) in OPENS:
            self._opens(event)
        if self.state.sharing:
            agent: str = getattr(event, "agent", "")
            if isinstance(self.state.seats.get(agent), Room):
                # Whatever it was, it may have left room for more.
                self.free[agent] = None

    @property
    def unsettled(self) -> bool:
        """Whether anybody still has to be looked at."""
        return bool(self.free or self.waiting or self.left_alone or self.in_vain)

    def _opens(self, event: told.Event) -> None:
        """Something has changed in queues to which contacts go that wait in vain elsewhere."""
        changed = [queue.settings.id for queue in self.state.queues_of(getattr(event, "agent", ""))]
        for queue in (*changed, getattr(event, "queue", None) or ""):
            self.in_vain.update(dict.fromkeys(self.state.fallbacks.get(queue, ())))

    def look_at_everybody(self) -> None:
        """Queues, skills or members are not what they were: any idle agent and any waiting contact."""
        idle = sorted(self.state.agents.values(), key=lambda agent: (agent.idle_since, agent.id))
        sharing = self.state.sharing
        self.free.update((one.id, None) for one in idle if one.state is AgentState.AVAILABLE or one.id in sharing)
        self.waiting.update((visit.id, None) for visit in self.state.visits.values())


def _agent_changed(turn: Turn, event: told.AgentStateChanged) -> None:
    if event.state is AgentState.AVAILABLE:
        turn.free[event.agent] = None
    elif event.state is AgentState.SIGNED_OUT:
        turn.left_alone.update((queue.settings.id, None) for queue in turn.state.queues_of(event.agent))


def _reach_set(turn: Turn, event: told.AgentReachSet) -> None:
    if event.reachable:
        turn.free[event.agent] = None


def _entered(turn: Turn, event: told.QueueEntered) -> None:
    turn.waiting[event.visit] = None


def _clock_set(turn: Turn, event: told.ClockSet) -> None:
    if event.visit is not None and not event.clock.held:
        turn.waiting[event.visit] = None


def _offer_ended(turn: Turn, event: told.OfferEnded) -> None:
    if event.end is not OfferEnd.ACCEPTED:
        turn.waiting[event.visit] = None


def _relief_began(turn: Turn, event: told.ReliefBegan) -> None:
    helpers = [turn.state.agents[agent] for agent in turn.state.queues[event.queue].helpers]
    idle = sorted(helpers, key=lambda agent: (agent.idle_since, agent.id))
    turn.free.update((agent.id, None) for agent in idle if agent.state is AgentState.AVAILABLE)


def _relief_ended(turn: Turn, event: told.ReliefEnded) -> None:
    turn.left_alone[event.queue] = None


def _configured(turn: Turn, _: told.ConfigurationInForce) -> None:
    turn.look_at_everybody()


_CONCERNS: Final[Mapping[type, Callable[[Turn, Any], None]]] = {
    told.AgentStateChanged: _agent_changed,
    told.AgentReachSet: _reach_set,
    told.QueueEntered: _entered,
    told.OfferEnded: _offer_ended,
    told.ClockSet: _clock_set,
    told.ConfigurationInForce: _configured,
    told.ReliefBegan: _relief_began,
    told.ReliefEnded: _relief_ended,
}
"""Whom an event brings into play."""
