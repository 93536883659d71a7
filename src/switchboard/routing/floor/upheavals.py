"""What concerns many at once: another configuration, a node that began anew, a worker lost, time passed."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from switchboard.agents.model import AgentState, Reach
from switchboard.routing import commands
from switchboard.routing.events import AgentReachSet, ConfigurationInForce, LearnedInForce
from switchboard.routing.floor import agents, clocks, contacts, engagements, offers, relieving
from switchboard.routing.floor.deadlines import Deadline, Kind
from switchboard.routing.floor.indexes import pause_over_at, stands
from switchboard.routing.floor.staff import rest_over
from switchboard.routing.floor.state import AgentOnFloor, ContactOnFloor, FloorState
from switchboard.routing.floor.turn import Turn
from switchboard.routing.model import DONE, Answer, Refusal
from switchboard.routing.strategies import STRATEGIES


def take_configuration(turn: Turn, command: commands.ConfigurationTaken) -> Answer:
    """Queues and agents as given; who is no longer an agent is signed out when his work is done."""
    state = turn.state
    if command.configuration.version <= state.configuration.version:
        return Answer(Refusal.OLD_CONFIGURATION)
    if any(queue.strategy not in STRATEGIES for queue in command.configuration.queues):
        return Answer(Refusal.UNKNOWN_STRATEGY)
    stay = {queue.id for queue in command.configuration.queues}
    turn.retired = {queue.id: queue for queue in state.configuration.queues if queue.id not in stay}
    turn.tell(ConfigurationInForce(command.configuration))
    relieving.end_gone(turn)
    for agent in _by_id(state):
        if agent.id not in state.settings and agent.state is not AgentState.SIGNED_OUT:
            agents.let_go(turn, agent, forced=False)
    _end_pauses(turn)
    return DONE


def _end_pauses(turn: Turn) -> None:
    """Clocks that have stood still for longer than their queue now allows go on."""
    stopped = [one for one in turn.state.contacts.values() if one.clock is not None and one.clock.since is not None]
    for contact in sorted(stopped, key=lambda one: one.id):
        over = pause_over_at(turn.state, contact)
        if over is not None and over <= turn.now:
            clocks.pause_over(turn, contact.id)


def take_learned(turn: Turn, command: commands.LearnedVersionTaken) -> Answer:
    """Offers that ring go on: only choices from now on go by it."""
    now = turn.state.learned
    if now is not None and now.version == command.learned.version:
        return Answer(Refusal.OLD_LEARNED_VERSION)
    turn.tell(LearnedInForce(command.learned))
    return DONE


def lose_node(turn: Turn, command: commands.NodeLost) -> Answer:
    """What the node held before is dead."""
    for agent in _by_id(turn.state):
        # A phone is called anew for each offer; a page has to come back by itself.
        if agent.node == command.node and agent.reach is Reach.BROWSER and agent.reachable:
            turn.tell(AgentReachSet(agent.id, agent.reach, reachable=False, node=agent.node))
    lost = [contact for contact in turn.state.contacts.values() if contact.node == command.node]
    _end_all(turn, lost, contacts.Cause.SIGNALLING_LOST)
    return DONE


def lose_worker(turn: Turn, command: commands.WorkerLost) -> Answer:
    """The media of these contacts are gone."""
    place = (command.node, command.worker)
    lost = [contact for contact in turn.state.contacts.values() if (contact.node, contact.worker) == place]
    _end_all(turn, lost, contacts.Cause.MEDIA_LOST)
    return DONE


def _end_all(turn: Turn, lost: Iterable[ContactOnFloor], cause: contacts.Cause) -> None:
    for contact in sorted(lost, key=lambda contact: (contact.arrived, contact.id)):
        contacts.end(turn, contact, cause)


def _by_id(state: FloorState) -> list[AgentOnFloor]:
    """Agents in an order that a restored memory has as well: dictionaries keep the order of events."""
    return [state.agents[agent] for agent in sorted(state.agents)]


_DUE: Final[Mapping[Kind, Callable[[Turn, Deadline], None]]] = {
    Kind.OFFER: lambda turn, deadline: offers.expire(turn, deadline.number),
    Kind.WRAP_UP: lambda turn, deadline: engagements.wrap_up_over(turn, deadline.id),
    Kind.DELAY: lambda turn, deadline: agents.delay_over(turn, deadline.id),
    Kind.REST: lambda turn, deadline: rest_over(turn, deadline.id),
    Kind.CLOCK: lambda turn, deadline: clocks.pause_over(turn, deadline.id),
    Kind.PAUSE: lambda turn, deadline: agents.pause_over(turn, deadline.id),
    # `matching.settle` sees that its time, or its step's, is up.
    Kind.VISIT: lambda turn, deadline: turn.waiting.update({deadline.id: None}),
    Kind.STEP: lambda turn, deadline: turn.waiting.update({deadline.id: None}),
}


def time_passed(turn: Turn, _: commands.TimePassed) -> Answer:
    """End what is due, in order."""
    while (deadline := first_standing(turn.state)) is not None and deadline.at <= turn.now:
        turn.state.deadlines.drop_first()
        _DUE[deadline.kind](turn, deadline)
    return DONE


def first_standing(state: FloorState) -> Deadline | None:
    """The next deadline that still means something; outdated ones before it are dropped."""
    deadlines = state.deadlines
    while (deadline := deadlines.first()) is not None and not stands(state, deadline):
        deadlines.drop_first()
    return deadline
