"""What the Floor decided. Events are saved in the journal, then told to channels, feeds and rows.

The Floor's memory changes only by applying these; folding them rebuilds it. An event happened at the
`now` of its batch, which is handed over beside it. References only: no name, number or text of a person.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import msgspec

from switchboard.agents.model import AgentState, Reach
from switchboard.conversations.model import ContactEnd, OfferEnd, Role, TalkEnd, VisitEnd, WrapUpEnd
from switchboard.routing.clock_events import ClockSet as ClockSet
from switchboard.routing.due import Clock, PauseEnd
from switchboard.routing.model import Configuration, Expected, Requirement, Scheme, Wanted, Why
from switchboard.routing.outcomes import Learned
from switchboard.routing.overflow import Passage
from switchboard.routing.relief_events import ReliefBegan as ReliefBegan
from switchboard.routing.relief_events import ReliefEnded as ReliefEnded

FORMAT: Final = 1
"""Version of the encoding. New fields get a default; a changed meaning raises this number."""


class _Event(msgspec.Struct, frozen=True, omit_defaults=True, tag=True, tag_field="is", gc=False):
    pass


class ConfigurationInForce(_Event, frozen=True):
    """Queues and agents are now as given."""

    configuration: Configuration


class LearnedInForce(_Event, frozen=True):
    """What is expected of agents is now as given. Whole, so that the journal alone can decide again."""

    learned: Learned


class AgentStateChanged(_Event, frozen=True):
    """The span of `before` ends now and one of `state` begins.

    since: when the span of `before` began. until: deadline of the new state, if it has one. idle_since:
    only with AVAILABLE: since when he counts as idle (earlier than now when he was not to blame for an
    offer that ended). contact, queue: what the new state is about. then: of a pause with a deadline, the state
    that comes at it, whatever is configured meanwhile. overran: `before` was a pause that its deadline ended.
    """

    agent: str
    state: AgentState
    before: AgentState
    since: int
    reason: str | None = None
    reason_before: str | None = None
    until: int | None = None
    idle_since: int | None = None
    contact: str | None = None
    queue: str | None = None
    contact_before: str | None = None
    queue_before: str | None = None
    then: AgentState | None = None
    overran: bool = False


class NextStateSet(_Event, frozen=True):
    """What the agent will be after his present work; None: available again."""

    agent: str
    state: AgentState | None
    reason: str | None = None


class AgentReachSet(_Event, frozen=True):
    """Where the agent is reached, and whether he can be just now."""

    agent: str
    reach: Reach
    reachable: bool
    node: str


class AgentRests(_Event, frozen=True):
    """An agent at work gets no offer before `until`, because the last one ended for this reason; None: he may again."""

    agent: str
    until: int | None = None
    reason: str | None = None


class WentInactive(_Event, frozen=True):
    """The customer has fallen silent: the conversation goes on, and its slot is free for another."""

    engagement: str
    contact: str
    agent: str


class BecameActive(_Event, frozen=True):
    """The customer writes again: the conversation has its slot back. silent: for how long he did not."""

    engagement: str
    contact: str
    agent: str
    silent: int


class ContactRegistered(_Event, frozen=True):
    """A contact came in. absent: nobody is there yet, he is called when an agent has taken it."""

    contact: str
    client: str
    channel: str
    node: str
    worker: int | None = None
    customer: str | None = None
    entrance: str | None = None
    absent: bool = False


class CustomerCame(_Event, frozen=True):
    """The customer of a contact that was registered without him is there."""

    contact: str


class QueueEntered(_Event, frozen=True):
    """A contact stands in line.

    place: since when it counts as waiting. number: order among equal places. requirements, wanted: the queue's
    and its own together. step: the one it begins with, `len(steps)` is behind the last; step_until: when it ends,
    None when there is none or the last one stays. leave_at: when its maximum wait is reached. returned: he had been
    talking to an agent and is back, or handed over, for this reason; place and number are then those before. passage:
    told where the queue may send it on, or another has.
    """

    visit: str
    contact: str
    queue: str
    place: int
    number: int
    priority: int = 0
    requirements: tuple[Requirement, ...] = ()
    preferred: tuple[str, ...] = ()
    leave_at: int | None = None
    returned: TalkEnd | None = None
    wanted: Wanted | None = None
    step: int = 0
    step_until: int | None = None
    scheme: Scheme = Scheme.CLASSES
    passage: Passage | None = None
    clock: Clock | None = None


class QueueRefused(_Event, frozen=True):
    """A contact was not let into a full line. how: FULL, and its flow goes on; or OVERFLOWED_FULL, and it enters
    another queue in the same batch."""

    visit: str
    contact: str
    queue: str
    how: VisitEnd
    priority: int = 0


class Widening(StrEnum):
    """Why a contact goes on to the next step of its requirements."""

    TIME = "time"
    """The step lasted as long as it should."""
    NOBODY = "nobody"
    """Nobody signed in could ever satisfy it."""


class Widened(_Event, frozen=True):
    """The next step of a contact's requirements begins, at its place in line; `len(steps)` is behind the last.
    until: when this one ends, if it does."""

    visit: str
    contact: str
    queue: str
    step: int
    why: Widening
    until: int | None = None


class WaitExpected(_Event, frozen=True):
    """What a contact that has just entered the line is expected to wait. Of some contacts: see `floor.expecting`."""

    visit: str
    contact: str
    queue: str
    expected: Expected


class QueueLeft(_Event, frozen=True):
    """The visit is over. Unless how is ANSWERED, or the contact is closed or (of the OVERFLOWED) enters another
    queue in the same batch, the contact is with its flow again, which decides what comes next. expected: what was
    expected as it entered, if that was written down. paused: microseconds of the visit during which its clock stood
    still: no part of its wait; went_on: why the last of these pauses ended, when it did by itself."""

    visit: str
    contact: str
    queue: str
    how: VisitEnd
    entered: int
    priority: int = 0
    expected: Expected | None = None
    paused: int = 0
    went_on: PauseEnd | None = None


class Offered(_Event, frozen=True):
    """Ring this agent now. It is a lease: valid until deadline, and only with this fence.

    node, worker: where the contact's signalling and media are. agent_node: where the agent's are. together: the
    contact may ring at others at the same time; the first who answers has it.
    """

    offer: int
    fence: int
    visit: str
    contact: str
    queue: str
    agent: str
    reach: Reach
    node: str
    agent_node: str
    deadline: int
    why: Why
    worker: int | None = None
    together: bool = False


class OfferEnded(_Event, frozen=True):
    """Stop ringing this agent (except when accepted). made: when it was offered."""

    offer: int
    visit: str
    contact: str
    queue: str
    agent: str
    end: OfferEnd
    made: int


class EngagementOpened(_Event, frozen=True):
    """Connect contact and agent. ring_time: from offered to accepted. fence: of the lease that was accepted; 0 is that
    of the last one made for this contact."""

    engagement: str
    contact: str
    agent: str
    queue: str
    offer: int
    visit: str
    ring_time: int
    role: Role = Role.PRIMARY
    customer: str | None = None
    fence: int = 0


class Held(_Event, frozen=True):
    """The customer is on hold."""

    engagement: str
    contact: str
    agent: str


class Resumed(_Event, frozen=True):
    """The customer is no longer on hold. held: how long this hold was."""

    engagement: str
    contact: str
    agent: str
    held: int


class EngagementTalkEnded(_Event, frozen=True):
    """Disconnect. talk: without the time on hold; hold: all holds together; holds: how many. wraps_up:
    whether wrap-up follows; otherwise the engagement is closed in the same batch."""

    engagement: str
    contact: str
    agent: str
    by: TalkEnd
    talk: int
    hold: int = 0
    holds: int = 0
    wraps_up: bool = False


class WrapUpStarted(_Event, frozen=True):
    """The agent finishes the record until `until` at the latest."""

    engagement: str
    contact: str
    agent: str
    until: int


class EngagementClosed(_Event, frozen=True):
    """All work of this agent on this contact is done. wrap_up: how long it took after the talk."""

    engagement: str
    contact: str
    agent: str
    how: WrapUpEnd
    wrap_up: int = 0
    disposition: str | None = None


class ContactClosed(_Event, frozen=True):
    """The contact is over: hang up what is still there. arrived: when it came in. why: the flow's own word,
    empty when the flow did not end it. visit: how its last stay in a queue ended, None when it stood in none.
    talked: whether an agent ever talked to the customer."""

    contact: str
    client: str
    channel: str
    how: ContactEnd
    arrived: int
    why: str = ""
    visit: VisitEnd | None = None
    talked: bool = False


Event = (
    ConfigurationInForce
    | LearnedInForce
    | AgentStateChanged
    | NextStateSet
    | AgentReachSet
    | ContactRegistered
    | CustomerCame
    | QueueEntered
    | QueueRefused
    | ClockSet
    | Widened
    | WaitExpected
    | QueueLeft
    | Offered
    | OfferEnded
    | EngagementOpened
    | Held
    | Resumed
    | EngagementTalkEnded
    | WrapUpStarted
    | EngagementClosed
    | ContactClosed
    | AgentRests
    | WentInactive
    | BecameActive
    | ReliefBegan
    | ReliefEnded
)


class UnknownFormat(ValueError):
    """The bytes are not events in a format that this version reads."""


class _Decisions(msgspec.Struct, array_like=True):
    format: int
    events: list[Event]


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(_Decisions)


def encode(events: Sequence[Event]) -> bytes:
    """The events of one batch, for the journal."""
    return _encoder.encode(_Decisions(FORMAT, list(events)))


def decode(body: bytes) -> list[Event]:
    """What `encode` wrote. Raises UnknownFormat for anything else.

    When FORMAT rises, events of the formats before are turned into today's here.
    """
    try:
        read = _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise UnknownFormat(str(error)) from None
    if read.format != FORMAT:
        raise UnknownFormat(f"format {read.format}, this is {FORMAT}")
    return read.events
