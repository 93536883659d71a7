"""An agent's page: his state, offers, work, and what he asks for."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from switchboard.agents.model import AgentState, Reach
from switchboard.web.fields import Answer, Asked, Id, Note, Number, SessionDescription
from switchboard.web.messages.recordings import ShownRecording

ChosenState = Literal["available", "paused"]
"""The states an agent may ask for; the others come about by themselves."""


EngagementState = Literal["talking", "held", "wrap-up"]


class DeskAgent(Answer):
    id: str
    name: str
    state: AgentState
    reason: str | None
    """The key of the reason while paused."""
    since: int
    until: int | None
    """When this state ends by itself, if it does."""
    then: AgentState | None
    """Of a pause that ends by itself: what comes then."""
    next_state: AgentState | None
    """What was asked for while busy, and comes after the present work."""
    next_reason: str | None
    reach: Reach
    reachable: bool
    """Whether an offer could ring here now: the page's feed is alive, or the phone is registered."""
    helps: list[str] = Field(default_factory=list)
    """Names of queues that are not his own and in which his team, or that of another queue, helps just now."""


class DeskChoice(Answer):
    """One entry of the state menu; `state` and `reason` are what `POST /api/desk/state` takes."""

    state: ChosenState
    reason: str | None
    name: str


class OutcomeShown(Answer):
    """What an offer's choice by expected outcome rested on."""

    version: int
    """Number of the learned version."""
    group: str
    """`best`, `held out`, `exploring` or `nobody to explore`."""
    better_by: float | None
    """Seconds of handling that this agent is expected to save over the next; null where the group chose otherwise."""
    handling: int
    """Expected talk, hold and wrap-up."""
    resolution: float | None
    """Expected share of resolved contacts, 0 to 1."""
    satisfaction: float | None
    """Expected satisfaction, 0 to 1; null where no customer of the queue has answered."""
    count: int
    """Contacts that this was learned from."""


class OfferWhy(Answer):
    """Why this contact came to this agent."""

    strategy: str
    """For example `longest idle`."""
    score: float
    """What the strategy compared; for longest idle the seconds this agent had been idle."""
    others: int
    """How many other agents could have taken it, counted up to five."""
    excluded: dict[str, int]
    """How many could not, by reason."""
    waited: int
    """How long the contact had been in line."""
    ringing: int = 1
    """At how many agents it rings at the same time, this one included."""
    outcome: OutcomeShown | None = None
    """Of `best expected outcome`, where there was a choice."""
    because: str
    """Why this agent is preferred for this customer, as a sentence; empty when he is not."""
    helps: bool = False
    """Whether this agent is not one of the queue's own, but his team or queue helps there."""
    asks: list[str] = Field(default_factory=list)
    """What of the contact's needs and priority was set for its customer: `German 4`, `priority 20`."""


class Handed(Answer):
    """The customer was handed over by another agent."""

    agent_name: str
    """Who did; empty when he no longer works here."""
    queue_name: str
    """From which queue."""
    note: str
    """His words."""
    at: int


class DeskCallback(Answer):
    """The call-back that a contact is made for."""

    asked_at: int
    asked_by: str | None
    """The name of who entered it; null when the customer asked himself."""
    attempt: int
    """Which attempt this one is, from 1."""
    most_attempts: int | None
    note: str
    calling: bool
    """Whether the customer's phone is being called, or he waits for the agent already."""


class DeskOffer(Answer):
    offer: int
    fence: int
    contact: str
    queue_name: str
    client_name: str
    number: str | None
    """E.164; null when the caller hides it."""
    customer_name: str | None
    steps: list[str]
    """What the customer chose and was told in menus, oldest first: `1 Support`."""
    callback: DeskCallback | None
    """Null for a call that came in."""
    earlier: int
    """How many contacts this customer had before, counted up to five."""
    handed: Handed | None = None
    """By whom he was handed over last, if he was."""
    why: OfferWhy
    made_at: int
    deadline: int


class CustomerRef(Answer):
    id: str
    name: str | None
    note: str
    """What agents know of this customer, whatever the contact."""
    known_since: int
    personal_agent: str | None
    """The name of who looks after him; next, of the team that does."""
    branch: str | None
    needs: list[str]
    """Skills that whoever talks to him must have, in words: `German 2`."""
    priority: int
    """On top of what flows give his contacts; 0 for none."""


class Disposition(Answer):
    key: str
    name: str


class EarlierContact(Answer):
    contact: str
    arrived_at: int
    queue_name: str | None
    agent_name: str | None
    how: str | None
    """How it ended, in the record's words."""
    disposition: str | None
    """Its name."""
    note: str


class LineTrouble(Answer):
    """Something that is wrong with a talk just now. Gone when it is over."""

    kind: Literal["no sound", "page silent", "bad sound"]
    """No sound comes from the agent's page; his page does not answer; sound is lost or comes unevenly."""
    side: Literal["agent", "caller"]
    """Whose line it is."""
    since: int
    loss: float | None
    """Of bad sound: the highest share of packets lost so far, 0 to 1."""
    jitter: float | None
    """Of bad sound: the highest jitter so far, in seconds."""


class DeskEngagement(Answer):
    engagement: str
    contact: str
    offer: int
    """The offer that was accepted, and its fence: a page that was loaded anew asks for its sound by them."""
    fence: int
    queue_name: str
    client_name: str
    number: str | None
    customer: CustomerRef | None
    state: EngagementState
    since: int
    """When this state began."""
    started_at: int
    """When the two began to talk."""
    ring_time: int
    wrap_up_deadline: int | None
    """When wrap-up ends by itself; null while talking, or when it has no limit."""
    dispositions: list[Disposition]
    disposition: str | None
    note: str
    muted: bool
    steps: list[str]
    """As on the offer."""
    callback: DeskCallback | None
    """Until customer and agent talk; null after that and for a call that came in."""
    troubles: list[LineTrouble]
    recording: ShownRecording
    earlier: list[EarlierContact]
    """The latest ones, newest first."""
    handed: Handed | None = None
    """By whom he was handed over to this agent's queue, if he was."""
    hands_over: bool = False
    """Whether this agent may hand his customer over to another queue now."""


class DeskWork(Answer):
    """Another contact of an agent who may have several."""

    engagement: str
    contact: str
    channel: str
    queue_name: str
    number: str | None
    customer_name: str | None
    state: EngagementState
    since: int
    silent: bool
    """The customer has not written for a while: he takes no place of the agent's capacity until he does."""


class DeskState(Answer):
    """Everything an agent's page shows."""

    agent: DeskAgent
    states: list[DeskChoice]
    offer: DeskOffer | None
    engagement: DeskEngagement | None
    also: list[DeskWork] = Field(default_factory=list)
    """What else he works on, the latest first."""
    server_now: int
    taken_offer: int = 0
    """The last offer that a colleague answered before him, 0 for none."""


class DeskSignIn(Asked):
    reach: Reach | None = None
    """How calls shall reach the agent from now on; null keeps what the profile says."""


class StateAsked(Asked):
    state: ChosenState
    reason: Id | None = None


class ProfileAsked(Asked):
    reach: Reach


class Fenced(Asked):
    fence: Number


class MediaAsked(Asked):
    fence: Number
    sdp: SessionDescription
    """The page's offer, ICE gathering complete."""


class MediaAnswer(Answer):
    sdp: str | None
    """Null when that call is over: its caller may hang up before the page has got its microphone."""


class KeysPressed(Asked):
    digits: Annotated[str, StringConstraints(pattern=r"^[0-9*#]{1,32}$")]
    """The keys of a telephone, in the order in which they were pressed."""


class HandOverTarget(Answer):
    """A queue to which a customer may be handed over."""

    queue: str
    """Its id."""
    name: str
    signed_in: int
    """Agents there, the one who asks not counted; of them free just now: `available`."""
    available: int
    waiting: int
    nobody: str | None
    """What happens to him there while nobody is signed in, in words; null when somebody is."""


class HandOverTargets(Answer):
    targets: list[HandOverTarget]


class HandOverAsked(Asked):
    queue: Id
    note: Note = ""
    """For whoever takes the customer there."""


class WrapUp(Asked):
    disposition: Id | None = None
    note: Note | None = None
    """Null leaves what is there."""
    finish: bool = False
    """Whether the wrap-up is over; false saves a draft."""
