"""The Floor itself: one command in, its decisions out."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgspec

from switchboard.routing import commands
from switchboard.routing.events import Event
from switchboard.routing.floor import (
    agents,
    clocks,
    contacts,
    engagements,
    handing_over,
    offers,
    relieving,
    returning,
    snapshot,
    stuck,
    upheavals,
)
from switchboard.routing.floor.expecting import expect
from switchboard.routing.floor.fold import apply
from switchboard.routing.floor.idling import WhyIdle, why_idle
from switchboard.routing.floor.indexes import trim_deadlines
from switchboard.routing.floor.matching import settle
from switchboard.routing.floor.standing import Standing, standing, standing_at
from switchboard.routing.floor.state import FloorState
from switchboard.routing.floor.stuck import Stuck
from switchboard.routing.floor.turn import Turn
from switchboard.routing.floor.waiting import WhyWaiting, in_line, why_waiting
from switchboard.routing.model import Answer, Configuration

DECIDE: Final[Mapping[type, Callable[[Turn, Any], Answer]]] = {
    commands.ConfigurationTaken: upheavals.take_configuration,
    commands.LearnedVersionTaken: upheavals.take_learned,
    commands.NodeLost: upheavals.lose_node,
    commands.WorkerLost: upheavals.lose_worker,
    commands.TimePassed: upheavals.time_passed,
    commands.AgentSignedIn: agents.sign_in,
    commands.AgentSignedOut: agents.sign_out,
    commands.AgentStateAsked: agents.ask_state,
    commands.ReachChanged: agents.change_reach,
    commands.ContactArrived: contacts.arrive,
    commands.CustomerReached: contacts.reach,
    commands.ContactQueued: contacts.enter_queue,
    commands.ClockPaused: clocks.pause,
    commands.ClockResumed: clocks.resume,
    commands.ContactLeft: contacts.leave,
    commands.ContactBrokeOut: contacts.break_out,
    commands.ContactFinished: contacts.finish,
    commands.OfferAccepted: offers.accept,
    commands.OfferRejected: offers.reject,
    commands.OfferFailed: offers.fail,
    commands.HoldAsked: engagements.hold,
    commands.EngagementEnded: contacts.end_engagement,
    commands.WorkReturned: returning.return_work,
    commands.ContactHandedOver: handing_over.hand_over,
    commands.WrapUpFinished: engagements.finish_wrap_up,
    commands.ActivityTold: engagements.tell_activity,
}
"""Every command and the rule that decides it."""


class Decided(msgspec.Struct, frozen=True, gc=False):
    """events: what is now so, in order, already applied. answer: what the command came to."""

    events: list[Event]
    answer: Answer


class Floor:
    """All queues, waiting contacts, agents and offers of one organization.

    Synchronous, deterministic, without I/O. Its owner gives it the time, saves what it decides before
    anything is done about it, and rebuilds it when that fails.
    """

    def __init__(self) -> None:
        self._state = FloorState()

    @property
    def state(self) -> FloorState:
        """Its memory, to be read only."""
        return self._state

    @property
    def configuration(self) -> Configuration:
        """Queues and agents in force."""
        return self._state.configuration

    def handle(self, command: commands.Command, now: int) -> Decided:
        """Decide one command. now: UTC epoch microseconds; an earlier time than the last counts as the
        last. A refused command changes nothing."""
        state = self._state
        state.now = max(now, state.now)
        turn = Turn(state, state.now)
        answer = DECIDE[type(command)](turn, command)
        if turn.unsettled:
            settle(turn)
        if type(command) is commands.ContactQueued and command.measured and answer.done:
            expect(turn, command.contact)
        if state.looks:
            relieving.relieve(turn)
            if turn.unsettled:
                settle(turn)
        trim_deadlines(state)
        return Decided(turn.events, answer)

    def apply(self, event: Event, at: int) -> None:
        """Take over an event that was decided before. Folding a journal's events rebuilds the Floor."""
        self._state.now = max(at, self._state.now)
        apply(self._state, event, at)

    def next_deadline(self) -> int | None:
        """When `TimePassed` is due next, in UTC epoch microseconds; None: nothing is."""
        deadline = upheavals.first_standing(self._state)
        look = relieving.next_look(self._state) if self._state.looks else None
        if deadline is None or (look is not None and look < deadline.at):
            return look
        return deadline.at

    def lease_holds(self, offer: int, fence: int) -> bool:
        """Whether this offer still rings, and this is its fence."""
        return offers.holds(self._state, offer, fence) is not None

    def why_waiting(self, contact: str) -> WhyWaiting | None:
        """Who could take this contact and what stops each of them; None when it is not in line."""
        return why_waiting(self._state, contact)

    def in_line(self, queue: str, most: int) -> list[WhyWaiting]:
        """The first of those who wait in this queue or ring at somebody, in order, and why they still do."""
        return in_line(self._state, queue, most)

    def why_idle(self, agent: str) -> WhyIdle | None:
        """What waits and why this agent does not get it; None when there is no such agent."""
        return why_idle(self._state, agent)

    def stuck(self, now: int) -> list[Stuck]:
        """What nobody will ever end: a watchdog's view, always empty. Costs a look at everything."""
        return stuck.found(self._state, now)

    def stuck_parts(self, now: int) -> Iterator[list[Stuck]]:
        """The same kind by kind, for whoever must not hold others up."""
        return stuck.parts(self._state, now)

    def standing(self, contact: str, now: int) -> Standing | None:
        """How this contact stands in line; None when it does not. Costs a look at each agent of its queue."""
        return standing(self._state, contact, now)

    def standing_at(self, queue: str, place: int, priority: int, before: int, now: int) -> Standing | None:
        """How one would stand who has kept a place and is not in line; None without such a queue."""
        return standing_at(self._state, queue, place, priority, before, now)

    def snapshot(self) -> bytes:
        """Its memory as bytes; equal memories give equal bytes."""
        return snapshot.dump(self._state)

    def restore(self, body: bytes) -> None:
        """Take over a snapshot. Raises `snapshot.UnknownFormat`; the memory is then as before."""
        self._state = snapshot.load(body)
