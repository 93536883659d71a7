"""What the Floor knows: its records, and indexes over them that are rebuilt from the records.

Records refer to each other by id, so that they form no cycles and the garbage collector may leave them alone: with
tens of thousands of contacts it would hold everything up otherwise.
"""

from dataclasses import dataclass, field
from typing import Final

import msgspec

from switchboard.agents.model import AgentState, Capacity, Reach
from switchboard.conversations.model import ContactStage, VisitEnd
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.due import Clock
from switchboard.routing.events import QueueEntered
from switchboard.routing.floor.deadlines import Deadlines
from switchboard.routing.floor.helping import Helping
from switchboard.routing.floor.line import QueueOnFloor
from switchboard.routing.floor.recent import Recent
from switchboard.routing.floor.room import Room
from switchboard.routing.model import (
    AgentSettings,
    Configuration,
    Exclusion,
    Expected,
    Requirement,
    Scheme,
    Wanted,
    Why,
)
from switchboard.routing.outcomes import Learned
from switchboard.routing.overflow import Passage
from switchboard.routing.relief import ReliefGroup
from switchboard.routing.requirements import Needs, levels, together

MINUTE: Final = 60 * MICROSECONDS


class Visit(msgspec.Struct, omit_defaults=True, gc=False):
    """A contact in line, being offered or not.

    step: the one of `wanted.steps` that it is in, until step_until; `len(steps)` is behind the last. needs: all it
    needs just now (`needed`), its lane. offers: the leases that hold it just now: one, or several while it rings
    together at whoever is idle, and is open to those who become it. passed: whom it has rung in vain meanwhile; it
    does not ring at them again until it was back in line. channel: of its contact. passage: what it takes along when
    its queue sends it on. stood: microseconds of its pauses that are over, since it entered.
    """

    id: str
    contact: str
    queue: str
    entered: int
    place: int
    number: int
    priority: int
    requirements: tuple[Requirement, ...]
    preferred: tuple[str, ...]
    leave_at: int | None
    wanted: Wanted | None = None
    step: int = 0
    step_until: int | None = None
    needs: Needs | None = None
    scheme: Scheme = Scheme.CLASSES
    # Tuples: thousands of empty lists would be looked at by the garbage collector.
    offers: tuple[int, ...] = ()
    together: bool = False
    passed: tuple[str, ...] = ()
    channel: str = ""
    passage: Passage | None = None
    expected: Expected | None = None
    clock: Clock | None = None
    stood: int = 0

    @property
    def held(self) -> bool:
        """Whether its clock stands still and it is not offered meanwhile."""
        return self.clock is not None and self.clock.held

    @property
    def stopped(self) -> bool:
        """Whether its clock stands still."""
        return self.clock is not None and self.clock.since is not None

    def paused(self, now: int) -> int:
        """For how long its clock has stood still since it entered: no part of its wait."""
        clock = self.clock
        return self.stood if clock is None or clock.since is None else self.stood + now - max(clock.since, self.entered)

    def needed(self, at: int | None = None) -> Needs | None:
        """What follows for `needs` from the rest, in the step that it is in or in this one."""
        wanted = self.wanted
        if wanted is None:
            return levels(self.requirements) if self.requirements else None
        number = self.step if at is None else at
        step = wanted.steps[number].needs if number < len(wanted.steps) else None
        return together(levels(self.requirements), wanted.needs, step)

    @property
    def order(self) -> tuple[int, int, int]:
        """Its rank in line: smallest first."""
        if self.scheme is Scheme.MINUTES:
            return (0, self.place - self.priority * MINUTE, self.number)
        clock = self.clock
        if clock is not None and clock.due is not None and self.scheme is Scheme.DUE:
            # While it is paused it keeps the rank that it had.
            return (-self.priority, clock.due + clock.paused, self.number)
        return (-self.priority, self.place, self.number)


def visit_of(event: QueueEntered, at: int, channel: str) -> Visit:
    """The visit that this event begins, at this time, of a contact of this channel."""
    return Visit(
        event.visit,
        event.contact,
        event.queue,
        at,
        event.place,
        event.number,
        event.priority,
        event.requirements,
        event.preferred,
        event.leave_at,
        event.wanted,
        event.step,
        event.step_until,
        None,
        event.scheme,
        channel=channel,
        passage=event.passage,
        clock=event.clock,
    )


class ContactOnFloor(msgspec.Struct, omit_defaults=True, gc=False):
    """A contact that is not closed. visits, leases, engagements count what it had so far: they number
    its visits and engagements and are the fence of its offers. answered: during a talk the visit that led
    to it, whose place is kept for the case that the agent is lost. left_line: how its last visit ended. entrance: id
    of what it came in by, empty when that is not known. absent: the customer is not there yet; unmet: engagements in
    which he never was."""

    id: str
    client: str
    channel: str
    node: str
    worker: int | None
    customer: str | None
    arrived: int
    stage: ContactStage = ContactStage.IN_FLOW
    visit: str | None = None
    engagement: str | None = None
    visits: int = 0
    leases: int = 0
    engagements: int = 0
    answered: Visit | None = None
    left_line: VisitEnd | None = None
    entrance: str = ""
    clock: Clock | None = None
    absent: bool = False
    unmet: int = 0

    @property
    def talked(self) -> bool:
        """Whether an agent has talked to the customer."""
        return self.engagements > self.unmet


class Lease(msgspec.Struct, omit_defaults=True, gc=False):
    """An offer that rings."""

    offer: int
    fence: int
    visit: str
    contact: str
    queue: str
    agent: str
    reach: Reach
    made: int
    deadline: int
    why: Why


class EngagementOnFloor(msgspec.Struct, omit_defaults=True, gc=False):
    """An agent at work on a contact. held_since: set while on hold; resumed: when the last hold ended.
    talk_ended: set in wrap-up, whose limit is wrap_up_until. offer, fence: the lease that he accepted.
    cut_short: the talk ended because something was lost, so that its length says nothing. inactive_since: since when
    the customer has been silent, as his channel says, until the talk ends."""

    id: str
    contact: str
    client: str
    channel: str
    customer: str | None
    agent: str
    queue: str
    opened: int
    ring_time: int
    held_since: int | None = None
    resumed: int | None = None
    hold: int = 0
    holds: int = 0
    talk_ended: int | None = None
    wrap_up_until: int | None = None
    offer: int = 0
    fence: int = 0
    cut_short: bool = False
    inactive_since: int | None = None


class Handling(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a queue's contacts have taught (`floor.handling`), moving means in microseconds. mean: from the beginning of
    the talk until the agent is free again; count: how many, up to their weight; ringing: before the talk; wrap_up: at
    the end of it. waited, gave_up: time in line of those who left it lately, and how many gave up, in millionths."""

    mean: int
    count: int
    ringing: int = 0
    wrap_up: int = 0
    waited: int = 0
    gave_up: int = 0


class AgentOnFloor(msgspec.Struct, omit_defaults=True, gc=False):
    """An agent. since: when the state began; until: when it ends by itself. idle_since: his rank among
    the idle. misses: unanswered offers in a row. contact, queue: what the state is about. worked,
    available: microseconds with contacts and without, since he signed in. last_offer: the last made to him. then: what
    comes at the deadline of his pause. resting_until: while he works, no offer before that, because of how the last
    one ended (resting_for). taken_offer: the last that a colleague answered before him."""

    id: str
    state: AgentState = AgentState.SIGNED_OUT
    reason: str | None = None
    since: int = 0
    until: int | None = None
    idle_since: int = 0
    reach: Reach = Reach.BROWSER
    reachable: bool = False
    node: str = ""
    misses: int = 0
    next_state: AgentState | None = None
    next_reason: str | None = None
    contact: str | None = None
    queue: str | None = None
    offers: list[int] = []
    engagements: list[str] = []
    worked: int = 0
    available: int = 0
    last_offer: int = 0
    then: AgentState | None = None
    resting_until: int | None = None
    resting_for: str | None = None
    taken_offer: int = 0


NOBODY = AgentSettings("")
"""Settings of an agent who is no longer configured but still at work: no queues, no skills."""


@dataclass(slots=True)
class FloorState:
    """Records by id, and the indexes over them (`indexes.rebuild`). now: the latest time it was told, which
    never goes back. serving: the queues of each configured agent, his own first, then those in which he helps.
    sharing: capacities of the agents who have some, and seats: what keeps each of them from offers, or his room.
    handling: by queue, of those that have handled something; only queues that rank by it are decided by it. helping:
    groups that relieve a queue just now. recent: how those queues were served lately whose relief looks at it. looks:
    of each queue with relief when it is looked at next (`floor.relieving`); 0: that has to be worked out. learned:
    the version in force. fallbacks: see `floor.fallbacks`."""

    configuration: Configuration = field(default_factory=lambda: Configuration(0))
    contacts: dict[str, ContactOnFloor] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)
    leases: dict[int, Lease] = field(default_factory=dict)
    engagements: dict[str, EngagementOnFloor] = field(default_factory=dict)
    agents: dict[str, AgentOnFloor] = field(default_factory=dict)
    handling: dict[str, Handling] = field(default_factory=dict)
    learned: Learned | None = None
    helping: dict[tuple[str, ReliefGroup], Helping] = field(default_factory=dict)
    recent: dict[str, Recent] = field(default_factory=dict)
    last_offer: int = 0
    last_number: int = 0
    now: int = 0

    queues: dict[str, QueueOnFloor] = field(default_factory=dict)
    settings: dict[str, AgentSettings] = field(default_factory=dict)
    serving: dict[str, tuple[QueueOnFloor, ...]] = field(default_factory=dict)
    sharing: dict[str, Capacity] = field(default_factory=dict)
    seats: dict[str, Exclusion | Room] = field(default_factory=dict)
    looks: dict[str, int | None] = field(default_factory=dict)
    deadlines: Deadlines = field(default_factory=Deadlines)
    fallbacks: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def queues_of(self, agent: str) -> tuple[QueueOnFloor, ...]:
        """The queues in force that this agent serves."""
        return self.serving.get(agent, ())
