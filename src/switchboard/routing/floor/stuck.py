"""Nothing sticks: who ends each state and when, and what is in a state longer than that.

`found` is a watchdog's view. It must always be empty: whatever stands in it is a fault of ours, never of a caller or
an agent. It looks at everything, so it is asked every now and then and not with every input.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import msgspec

from switchboard.agents.model import AgentState
from switchboard.conversations.model import ContactStage
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.floor.indexes import pause_over_at, standing
from switchboard.routing.floor.line import Lane, QueueOnFloor
from switchboard.routing.floor.state import AgentOnFloor, ContactOnFloor, FloorState

GRACE: Final = 5 * MICROSECONDS
"""How late a deadline may be served before that is a fault: timers come a little later than they are due."""


class Owner(NamedTuple):
    """Who ends a state, and the deadline that does at the latest; None: it lasts as long as its owner wants."""

    who: str
    deadline: str | None = None


OF_AGENTS: Final[Mapping[AgentState, Owner]] = {
    AgentState.AVAILABLE: Owner("the Floor, with the first contact that he can take; he himself"),
    AgentState.OFFERED: Owner("he accepts or declines, the caller, the channel", "the offer's ring time"),
    AgentState.ENGAGED: Owner("both who talk; the channel, when sound or signalling is lost"),
    AgentState.WRAP_UP: Owner("he himself", "the queue's wrap-up limit"),
    AgentState.PAUSED: Owner(
        "he himself, or a supervisor", "the longest time of its reason, where that is set to end it"
    ),
    AgentState.DELAYED: Owner("he himself", "the delay"),
    AgentState.NOT_RESPONDING: Owner("he himself, or a supervisor"),
}
"""Every state of an agent but signed out."""

OF_CONTACTS: Final[Mapping[ContactStage, Owner]] = {
    ContactStage.IN_FLOW: Owner("its flow, whose every wait ends; the customer; the channel, when it is lost"),
    ContactStage.WAITING: Owner("the Floor, with the first agent who can take it; the customer", "the maximum wait"),
    ContactStage.OFFERED: Owner("the agent; the customer", "the offer's ring time"),
    ContactStage.ENGAGED: Owner("both who talk; the channel, when sound or signalling is lost"),
}
"""Every stage of a contact but closed."""

OF_HELD: Final = Owner(
    "whoever stopped its clock; a supervisor; the customer",
    "the time until which it was stopped, the queue's longest pause",
)
"""Of a contact in line that is offered to nobody because its clock stands still. Its maximum wait does too."""

FLOOR: Final = "the Floor"
"""Owner of what no state of an agent or a contact owns: deadlines, and who is brought together with whom."""


class Stuck(msgspec.Struct, frozen=True, order=True, gc=False):
    """Something that nobody ends. kind: `agent`, `contact`, `deadline` or `pair`. id: whose; of a pair the contact's.
    why: in words that name nobody. since: when it should have ended, or 0. owner: who should have ended it."""

    kind: str
    id: str
    why: str
    since: int = 0
    owner: str = FLOOR


def found(state: FloorState, now: int) -> list[Stuck]:
    """What sticks, each thing once; empty unless the rules are broken."""
    return sorted([one for part in parts(state, now) for one in part])


def parts(state: FloorState, now: int) -> Iterator[list[Stuck]]:
    """The same, one kind at a time, each looked for when it is asked for."""
    yield list(_overdue(state, now))
    yield list(_agents(state))
    yield list(_contacts(state))
    yield list(_pairs(state))


def _overdue(state: FloorState, now: int) -> Iterator[Stuck]:
    for deadline in standing(state):
        if deadline.at + GRACE < now:
            name = deadline.id or str(deadline.number)
            yield Stuck("deadline", name, f"a deadline passed ({deadline.kind.name.lower()})", deadline.at)
    for queue, look in state.looks.items():
        if look is not None and 0 < look < now - GRACE:
            yield Stuck("deadline", queue, "a deadline passed (relief)", look)


def _agents(state: FloorState) -> Iterator[Stuck]:
    for agent in state.agents.values():
        if (why := _ownerless(state, agent)) is not None:
            yield Stuck("agent", agent.id, why, agent.since, OF_AGENTS[agent.state].who)


def _ownerless(state: FloorState, agent: AgentOnFloor) -> str | None:
    if agent.state is AgentState.OFFERED and not any(offer in state.leases for offer in agent.offers):
        return "offered, but nothing rings"
    at_work = agent.state in (AgentState.ENGAGED, AgentState.WRAP_UP)
    if at_work and not any(one in state.engagements for one in agent.engagements):
        return f"{agent.state.value}, but with nobody"
    if agent.state is AgentState.DELAYED and agent.until is None:
        return "delayed, but for ever"
    return None


def _contacts(state: FloorState) -> Iterator[Stuck]:
    for contact in state.contacts.values():
        if (why := _phantom(state, contact)) is not None:
            yield Stuck("contact", contact.id, why, contact.arrived, _owner(state, contact).who)


def _owner(state: FloorState, contact: ContactOnFloor) -> Owner:
    visit = state.visits.get(contact.visit or "")
    return OF_HELD if visit is not None and visit.held else OF_CONTACTS[contact.stage]


def _phantom(state: FloorState, contact: ContactOnFloor) -> str | None:
    visit = state.visits.get(contact.visit or "")
    if contact.stage in (ContactStage.WAITING, ContactStage.OFFERED):
        if visit is None:
            return "in line, but nowhere"
        if contact.stage is ContactStage.OFFERED and not any(offer in state.leases for offer in visit.offers):
            return "offered, but rings at nobody"
        if visit.held and (visit.clock is None or visit.clock.since is None or visit.offers):
            return "held, though its clock goes on"
        if visit.held and pause_over_at(state, contact) is None:
            return "held, but for ever"
        if contact.stage is ContactStage.WAITING and visit.queue not in state.queues:
            return "in the line of a queue that is not there"
    if contact.stage is ContactStage.ENGAGED and contact.engagement not in state.engagements:
        return "talks, but with nobody"
    return None


def _pairs(state: FloorState) -> Iterator[Stuck]:
    """Waiting contacts beside idle agents who could take them."""
    for queue in state.queues.values():
        for _, visit, lane in queue.heads:
            first = visit if queue.somebody_idle(lane) else _beside_room(state, queue, lane)
            if first is not None:
                waiting = state.visits[first]
                yield Stuck("pair", waiting.contact, "waits beside an idle agent who could take it", waiting.entered)


def _beside_room(state: FloorState, queue: QueueOnFloor, lane: Lane) -> str | None:
    """The first of this lane for whose channel an agent has room who could take it."""
    rooms = [room for agent, room in queue.rooms.items() if agent in lane.eligible]
    if not rooms:
        return None
    return next(
        (visit for _, visit in lane.line if any(room.stop(state.visits[visit].channel) is None for room in rooms)),
        None,
    )
