"""The indexes of the Floor made anew from its records: after a configuration change and after a snapshot."""

from collections.abc import Iterator, Mapping
from typing import Final

from switchboard.agents.model import AgentState, Capacity
from switchboard.conversations.model import ContactStage
from switchboard.routing.floor.deadlines import Deadline, Kind
from switchboard.routing.floor.fallbacks import fallbacks
from switchboard.routing.floor.helping import belongs, helped_by
from switchboard.routing.floor.line import QueueOnFloor
from switchboard.routing.floor.seating import leave_seat, seat_of, take_seat
from switchboard.routing.floor.state import NOBODY, ContactOnFloor, FloorState, Visit
from switchboard.routing.model import AgentSettings, Configuration
from switchboard.routing.relief import ReliefGroup

ENDS_BY_ITSELF: Final[Mapping[AgentState, Kind]] = {AgentState.DELAYED: Kind.DELAY, AgentState.PAUSED: Kind.PAUSE}
"""States of an agent whose deadline is his own, not that of an offer or a wrap-up."""

_OF_AGENTS: Final = frozenset(ENDS_BY_ITSELF.values())

SLACK: Final = 4_096
"""Outdated deadlines that may lie in the heap before it is made anew."""


def rebuild(state: FloorState) -> None:
    """Make queues, lines, idle agents and deadlines anew from configuration and records."""
    configuration = state.configuration
    state.settings = {agent.id: agent for agent in configuration.agents}
    state.queues = {settings.id: QueueOnFloor(settings) for settings in configuration.queues}
    state.fallbacks = fallbacks(configuration.queues)
    state.serving = {agent.id: _served_by(state, agent) for agent in configuration.agents}
    state.sharing = {agent.id: agent.capacity for agent in configuration.agents if agent.capacity is not None}
    state.seats = {id_: seat_of(state, state.agents[id_], capacity) for id_, capacity in state.sharing.items()}
    state.looks = {queue.id: 0 for queue in configuration.queues if queue.relief is not None}
    _take_seats(state)
    for visit in sorted(state.visits.values(), key=lambda visit: (visit.entered + visit.stood, visit.number)):
        if (line := state.queues.get(visit.queue)) is None:
            continue
        _count_wait(line, visit)
        # Snapshots of earlier versions do not have these.
        visit.needs = visit.needed()
        visit.channel = state.contacts[visit.contact].channel
        if visit.held:
            line.held.add(visit.id)
        elif not visit.offers:
            line.wait(visit.id, visit.order, visit.needs)
        elif visit.together:
            line.ring(visit.id, visit.order, visit.needs)
    state.deadlines.replace(standing(state))


def _count_wait(line: QueueOnFloor, visit: Visit) -> None:
    if not visit.held:
        line.entered[visit.id] = visit.entered + visit.stood
        if visit.stopped:
            line.stopped.add(visit.id)


def _take_seats(state: FloorState) -> None:
    """Everybody is a member of the queues that he serves, and counted there as he is."""
    for agent in state.agents.values():
        settings = state.settings.get(agent.id, NOBODY)
        for queue in state.queues_of(agent.id):
            queue.members[agent.id] = settings
            if queue.settings.id not in settings.queues:
                queue.helpers.add(agent.id)
            take_seat(state, queue, agent)


def _served_by(state: FloorState, agent: AgentSettings) -> tuple[QueueOnFloor, ...]:
    """His own queues, then those in which he helps."""
    own = [state.queues[queue] for queue in dict.fromkeys(agent.queues) if queue in state.queues]
    return tuple([*own, *helped_by(agent, state.queues, state.helping)] if state.helping else own)


def regroup(state: FloorState, queue_id: str, group: ReliefGroup) -> None:
    """A group has begun to help in a queue, or helps no longer: its people come in, or leave."""
    queue = state.queues.get(queue_id)
    if queue is None:
        return
    for settings in state.configuration.agents:
        if not belongs(settings, group) or queue_id in settings.queues:
            continue
        agent = state.agents[settings.id]
        was = settings.id in queue.helpers
        state.serving[settings.id] = served = _served_by(state, settings)
        if was and queue not in served:
            leave_seat(state, queue, agent)
            queue.part(agent.id)
        elif not was and queue in served:
            queue.join(settings)
            take_seat(state, queue, agent)


def same_places(before: Configuration, after: Configuration, *, teams: bool) -> bool:
    """Whether queues and who serves which, how many at a time, are as before: then only skills, teams and the like can
    be others. teams: whether teams serve queues as well just now, because they help there."""
    return before.queues == after.queues and _places(before, teams) == _places(after, teams)


def _places(
    configuration: Configuration, teams: bool
) -> list[tuple[str, tuple[str, ...], Capacity | None, str | None]]:
    return [(agent.id, agent.queues, agent.capacity, agent.team if teams else None) for agent in configuration.agents]


def change_people(state: FloorState) -> None:
    """Take over other settings of people who serve the queues that they served. Only those who changed are looked at:
    a supervisor changes a skill while thousands wait."""
    for settings in state.configuration.agents:
        if state.settings[settings.id] != settings:
            state.settings[settings.id] = settings
            for queue in state.queues_of(settings.id):
                queue.change(settings)


def standing(state: FloorState) -> Iterator[Deadline]:
    """Every deadline that still means something."""
    for lease in state.leases.values():
        yield Deadline(lease.deadline, Kind.OFFER, lease.offer, "")
    for engagement in state.engagements.values():
        if engagement.wrap_up_until is not None:
            yield Deadline(engagement.wrap_up_until, Kind.WRAP_UP, 0, engagement.id)
    yield from _of_agents(state)
    for visit in state.visits.values():
        if not visit.offers:
            yield from of_waiting(visit)
    for contact in state.contacts.values():
        if contact.clock is not None and (at := pause_over_at(state, contact)) is not None:
            yield Deadline(at, Kind.CLOCK, 0, contact.id)


def pause_over_at(state: FloorState, contact: ContactOnFloor) -> int | None:
    """When its clock, which stands still, goes on by itself, by the rules of the queue in whose line it stands; None
    when nothing says so: it stands in none."""
    clock = contact.clock
    if clock is None or clock.since is None:
        return None
    visit = state.visits.get(contact.visit or "")
    queue = None if visit is None else state.queues.get(visit.queue)
    return clock.goes_on_at(None if queue is None else queue.settings.longest_pause)


def _of_agents(state: FloorState) -> Iterator[Deadline]:
    for agent in state.agents.values():
        if agent.until is not None and (kind := ENDS_BY_ITSELF.get(agent.state)) is not None:
            yield Deadline(agent.until, kind, 0, agent.id)
        if agent.resting_until is not None:
            yield Deadline(agent.resting_until, Kind.REST, 0, agent.id)


def of_waiting(visit: Visit) -> Iterator[Deadline]:
    """What a visit in line waits for; one that is held waits for nothing but its clock."""
    if visit.held:
        return
    if visit.leave_at is not None:
        yield Deadline(visit.leave_at, Kind.VISIT, 0, visit.id)
    if visit.step_until is not None:
        yield Deadline(visit.step_until, Kind.STEP, 0, visit.id)


def stands(state: FloorState, deadline: Deadline) -> bool:
    """Whether this entry of the heap still means something."""
    if deadline.kind is Kind.OFFER:
        return deadline.number in state.leases
    if deadline.kind is Kind.WRAP_UP:
        engagement = state.engagements.get(deadline.id)
        return engagement is not None and engagement.wrap_up_until == deadline.at
    if deadline.kind in _OF_AGENTS:
        agent = state.agents.get(deadline.id)
        return agent is not None and ENDS_BY_ITSELF.get(agent.state) is deadline.kind and agent.until == deadline.at
    if deadline.kind is Kind.REST:
        agent = state.agents.get(deadline.id)
        return agent is not None and agent.resting_until == deadline.at
    if deadline.kind is Kind.CLOCK:
        contact = state.contacts.get(deadline.id)
        return contact is not None and pause_over_at(state, contact) == deadline.at
    visit = state.visits.get(deadline.id)
    if visit is None or visit.held or state.contacts[visit.contact].stage is not ContactStage.WAITING:
        return False
    return deadline.at == (visit.leave_at if deadline.kind is Kind.VISIT else visit.step_until)


def trim_deadlines(state: FloorState) -> None:
    """Make the heap anew when most of it is outdated."""
    if len(state.deadlines) <= SLACK:
        return
    living = len(state.leases) + len(state.engagements) + len(state.agents) + 2 * len(state.visits)
    if len(state.deadlines) > 2 * living + SLACK:
        state.deadlines.replace(standing(state))
