"""What can be asked of the Floor, as data: every input that is journaled and replayed is one of these.

Several commands given together are one input: they are decided and saved as one batch. Each is answered
with a `model.Answer`. Ids are text except offers, which are numbered. No field holds a name, a telephone
number or a text of a person.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from switchboard.agents.model import AgentState, Reach
from switchboard.conversations.model import ContactEnd, OfferEnd, TalkEnd
from switchboard.routing.model import Configuration, Requirement, Wanted
from switchboard.routing.outcomes import Learned

FORMAT: Final = 1
"""Version of the encoding. New fields get a default; a changed meaning raises this number."""


class _Command(msgspec.Struct, frozen=True, omit_defaults=True, tag=True, tag_field="do", gc=False):
    pass


class ConfigurationTaken(_Command, frozen=True):
    """Queues and agents as they now stand, whole. Refused when its version is not newer."""

    configuration: Configuration


class LearnedVersionTaken(_Command, frozen=True):
    """What was learned of agents, from now on; an older version may come back. Refused as OLD_LEARNED_VERSION when it
    is in force already."""

    learned: Learned


class NodeLost(_Command, frozen=True):
    """A process begins anew or stops: calls whose signalling or media it held are dead. Their contacts are closed
    as "signalling lost"; agents who are reached by a page on that node are unreachable until they return.
    """

    node: str


class WorkerLost(_Command, frozen=True):
    """A media worker died: its contacts are closed as "media lost"."""

    node: str
    worker: int


class TimePassed(_Command, frozen=True):
    """Looks at every deadline that is due."""


class AgentSignedIn(_Command, frozen=True):
    """node: where his page or phone is held. state: AVAILABLE or PAUSED (then with a reason)."""

    agent: str
    node: str
    reach: Reach
    reachable: bool = True
    state: AgentState = AgentState.AVAILABLE
    reason: str | None = None


class AgentSignedOut(_Command, frozen=True):
    """Signs an agent out. While an offer rings it is withdrawn. While he talks or wraps up: not forced
    waits until the work is done; forced ends the work at once (his caller is hung up on)."""

    agent: str
    forced: bool = False


class AgentStateAsked(_Command, frozen=True):
    """The agent asks for AVAILABLE or PAUSED (with a reason's key). During an offer, talk or wrap-up it
    becomes his next state; AVAILABLE then takes an earlier wish back."""

    agent: str
    state: AgentState
    reason: str | None = None


class ReachChanged(_Command, frozen=True):
    """His page or phone connected or disconnected. reach, node: when these changed too."""

    agent: str
    reachable: bool
    reach: Reach | None = None
    node: str | None = None


class ContactArrived(_Command, frozen=True):
    """A new contact, held by a flow from now on.

    contact: a new id. node, worker: where its signalling and media live. customer: id of a recognised
    customer. entrance: id of the number (or form, or address) it came in by. absent: it is a call-back whose customer
    is called later, when an agent has taken it (`CustomerReached`).
    """

    contact: str
    client: str
    channel: str
    node: str
    worker: int | None = None
    customer: str | None = None
    entrance: str | None = None
    absent: bool = False


class CustomerReached(_Command, frozen=True):
    """The customer of an absent contact has answered his phone; saying so twice changes nothing."""

    contact: str


class ContactQueued(_Command, frozen=True):
    """The flow puts the contact in line. Its stage must be IN_FLOW.

    priority: as the queue's scheme has it. requirements, wanted: in addition to the queue's; steps stand in for the
    queue's. preferred: agents who get it first when one of them is free. preferred_for: microseconds during which
    nobody else gets it, unless none of them is signed in and has what is needed. max_wait: microseconds, overrides
    the queue's. place: since when the contact counts as waiting, to keep a place from an earlier queue; None is now.
    comes: it brings a place, but stands in line for the first time, so that a full line does not let it in.
    measured: write down what it is expected to wait, to be compared with its wait later.
    due: when it shall be done, UTC epoch microseconds; due_in: the same from its place, unless it has been due before;
    without both as the queue has it.
    """

    contact: str
    queue: str
    priority: int = 0
    requirements: tuple[Requirement, ...] = ()
    preferred: tuple[str, ...] = ()
    max_wait: int | None = None
    place: int | None = None
    wanted: Wanted | None = None
    preferred_for: int = 0
    comes: bool = False
    measured: bool = False
    due: int | None = None
    due_in: int = 0


class ClockPaused(_Command, frozen=True):
    """The contact's time stands still, for example while its customer has to answer something. Refused while an agent
    has it; doing it twice changes nothing. until: when it goes on by itself, UTC epoch microseconds; in line it
    does at the latest when it has stood still as long as its queue allows. It may be said anew meanwhile."""

    contact: str
    until: int | None = None


class ClockResumed(_Command, frozen=True):
    """The contact's time goes on."""

    contact: str


class ContactLeft(_Command, frozen=True):
    """The customer is gone (hung up), at whatever stage. Ends the talk when there is one. why: what the flow would
    have called its end just now; it counts only while the flow has him."""

    contact: str
    why: str = ""


class ContactBrokeOut(_Command, frozen=True):
    """The customer leaves the line by a key; his flow goes on with him. An agent who is being rung is no longer.
    Refused as NOT_WAITING when an agent has him already."""

    contact: str


class ContactFinished(_Command, frozen=True):
    """The flow ended the contact, for example after its last announcement. why: the flow's own word."""

    contact: str
    how: ContactEnd = ContactEnd.FINISHED
    why: str = ""


class OfferAccepted(_Command, frozen=True):
    """The agent took the contact. Refused as STALE_OFFER when the lease no longer holds. The answer
    carries the engagement's id."""

    offer: int
    fence: int


class OfferRejected(_Command, frozen=True):
    """The agent declined."""

    offer: int
    fence: int


class OfferFailed(_Command, frozen=True):
    """The channel could not complete the offer. why: one of `conversations.model.FAILURES`."""

    offer: int
    fence: int
    why: OfferEnd


class HoldAsked(_Command, frozen=True):
    """Puts the customer on hold or takes him back; asking for what already is changes nothing."""

    engagement: str
    on: bool


class ActivityTold(_Command, frozen=True):
    """The channel says that the customer has fallen silent, or writes again; saying so twice changes nothing. Only an
    agent with capacities gets others meanwhile."""

    engagement: str
    active: bool


class EngagementEnded(_Command, frozen=True):
    """The talk is over. by: AGENT or CUSTOMER, or what was lost. The contact is closed with it."""

    engagement: str
    by: TalkEnd


class WorkReturned(_Command, frozen=True):
    """This agent can no longer serve who is with him: his page was lost, or he was dismissed. What rings at
    him goes on to others; the customer he talks to is back in line at his old place, which is the head.

    why: one of `conversations.model.RETURNS`. sign_out: he is signed out at once, wrap-up included;
    otherwise who was at work is "not responding" until he asks for available, and others stay as they are.
    engagement: refused unless he is still at work on it; None is whatever he has.
    """

    agent: str
    why: TalkEnd = TalkEnd.AGENT_LOST
    sign_out: bool = False
    engagement: str | None = None


class ContactHandedOver(_Command, frozen=True):
    """The agent hands the customer he talks to over to another queue. Refused as NOT_A_TARGET unless his queue's
    `HandOver` names it. The answer carries the visit there and the engagement that ended."""

    engagement: str
    queue: str


class WrapUpFinished(_Command, frozen=True):
    """The agent is done with the record. disposition: its key, as set on the queue."""

    engagement: str
    disposition: str | None = None


Command = (
    ConfigurationTaken
    | LearnedVersionTaken
    | NodeLost
    | WorkerLost
    | TimePassed
    | AgentSignedIn
    | AgentSignedOut
    | AgentStateAsked
    | ReachChanged
    | ContactArrived
    | CustomerReached
    | ContactQueued
    | ClockPaused
    | ClockResumed
    | ContactLeft
    | ContactBrokeOut
    | ContactFinished
    | OfferAccepted
    | OfferRejected
    | OfferFailed
    | HoldAsked
    | EngagementEnded
    | WorkReturned
    | ContactHandedOver
    | WrapUpFinished
    | ActivityTold
)


class UnknownFormat(ValueError):
    """The bytes are not commands in a format that this version reads."""


class _Input(msgspec.Struct, array_like=True):
    format: int
    commands: list[Command]


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(_Input)


def encode(commands: Sequence[Command]) -> bytes:
    """One top-level list of commands, for the journal."""
    return _encoder.encode(_Input(FORMAT, list(commands)))


def decode(body: bytes) -> list[Command]:
    """What `encode` wrote. Raises UnknownFormat for anything else."""
    try:
        read = _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise UnknownFormat(str(error)) from None
    if read.format != FORMAT:
        raise UnknownFormat(f"format {read.format}, this is {FORMAT}")
    return read.commands
