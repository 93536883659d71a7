"""What goes over the wire between the page and us: REST bodies and the desk's and board's states.

Times are UTC epoch microseconds and durations are microseconds, both whole numbers below 2**53, so that
a page can hold them. Ids are text; an offer's number and its fence are whole numbers. `None` is null.
What was is in `contact_messages.py`, the live feed's frames in `frames.py`. All of it is part of
`/api/openapi.json`.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from switchboard.agents.model import AgentState, Reach
from switchboard.tenancy.model import Role
from switchboard.web.fields import Answer, Asked, FilledLine, Id, Line, Note, Number, SessionDescription

ChosenState = Literal["available", "paused"]
"""The states an agent may ask for; the others come about by themselves."""
EngagementState = Literal["talking", "held", "wrap-up"]


# -- errors and session


class Problem(Answer):
    code: str
    """For programs: `invalid`, `not_found`, `refused`, `sign_in_needed`, `conflict`, `too_many`, ..."""
    text: str
    """For people: one clear line."""
    field: str | None = None
    """Which field of the request is wrong, with dots for what lies inside another: `steps.0.say`."""


class ErrorAnswer(Answer):
    error: Problem


class SignIn(Asked):
    user_name: FilledLine
    password: Annotated[str, StringConstraints(min_length=1, max_length=1_024)] = Field(repr=False)
    organization: Line | None = None
    """Its key; only needed where one server holds several organizations."""


class SessionPerson(Answer):
    id: str
    name: str
    roles: list[Role]
    organization: str


class Session(Answer):
    person: SessionPerson
    csrf: str = Field(repr=False)
    """To be sent back as `X-CSRF` with every request that changes something."""


# -- the desk


class DeskAgent(Answer):
    id: str
    name: str
    state: AgentState
    reason: str | None
    """The key of the reason while paused."""
    since: int
    until: int | None
    """When this state ends by itself, if it does."""
    next_state: AgentState | None
    """What was asked for while busy, and comes after the present work."""
    next_reason: str | None
    reach: Reach
    reachable: bool
    """Whether an offer could ring here now: the page's feed is alive, or the phone is registered."""


class DeskChoice(Answer):
    """One entry of the state menu; `state` and `reason` are what `POST /api/desk/state` takes."""

    state: ChosenState
    reason: str | None
    name: str


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


class DeskOffer(Answer):
    offer: int
    fence: int
    contact: str
    queue_name: str
    client_name: str
    number: str | None
    """E.164; null when the caller hides it."""
    customer_name: str | None
    why: OfferWhy
    made_at: int
    deadline: int


class CustomerRef(Answer):
    id: str
    name: str | None
    known_since: int


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
    earlier: list[EarlierContact]


class DeskState(Answer):
    """Everything an agent's page shows."""

    agent: DeskAgent
    states: list[DeskChoice]
    offer: DeskOffer | None
    engagement: DeskEngagement | None
    server_now: int


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
    sdp: str


class WrapUp(Asked):
    disposition: Id | None = None
    note: Note | None = None
    """Null leaves what is there."""
    finish: bool = False
    """Whether the wrap-up is over; false saves a draft."""


# -- the board


class BoardQueue(Answer):
    id: str
    name: str
    client: str
    waiting: int
    longest_since: int | None
    """Since when the longest waiting contact waits; null when nobody does."""
    offered: int
    signed_in: int
    available: int


class BoardAgent(Answer):
    id: str
    name: str
    state: AgentState
    reason: str | None
    """The name of the reason while paused."""
    since: int
    reachable: bool
    """Whether an offer could ring at him now; somebody available who is not gets none."""
    queue: str | None
    """The name of the queue whose contact he has."""


class Board(Answer):
    """The line and the people. The order of rows carries no meaning."""

    queues: list[BoardQueue]
    agents: list[BoardAgent]
    server_now: int


# -- lists for the administrator, configuration, sounds


class ListedItem(Answer):
    """Something configured, as a list shows it."""

    id: str
    key: str
    name: str
    client: str | None = None
    roles: list[Role] = Field(default_factory=list)
    user_name: str | None = None
    version: int | None = None
    retired: bool = False


class ListedItems(Answer):
    items: list[ListedItem]


class ConfigurationChange(Answer):
    kind: str
    """client, queue, person, flow, ..."""
    key: str
    what: Literal["created", "changed", "retired"]
    fields: list[str]
    """Which fields a changed item changed in."""


class ConfigurationResult(Answer):
    applied: bool
    """False for a dry run."""
    changes: list[ConfigurationChange]


class SoundItem(Answer):
    id: str
    key: str
    name: str
    seconds: float


class SoundItems(Answer):
    sounds: list[SoundItem]


# -- the try-it page


class TryItNumber(Answer):
    number: str
    name: str


class TryIt(Answer):
    open: bool
    """Whether calls may be placed from the page without signing in."""
    numbers: list[TryItNumber]


class TryItAsked(Asked):
    number: FilledLine
    sdp: SessionDescription


class TryItCall(Answer):
    call: str
    sdp: str
    secret: str = Field(repr=False)
    """Shows that whoever hangs up is who called."""


class TryItHangUp(Asked):
    secret: FilledLine = Field(repr=False)


# -- operation


class PartHealth(Answer):
    part: str
    ok: bool


class Health(Answer):
    status: Literal["ok", "degraded"]
    version: str
    parts: list[PartHealth]
