"""What the Floor is configured with, and the words it uses to say why.

Everything here is plain data that goes into the journal: references only, never a name or number of a
person. Durations and times are whole microseconds; times are UTC epoch.
"""

from enum import StrEnum
from typing import Final

import msgspec

from switchboard.agents.model import Capacity, Reach
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.due import LONGEST_PAUSE as LONGEST_PAUSE
from switchboard.routing.due import PauseEnd as PauseEnd
from switchboard.routing.outcomes import PLAIN_OUTCOME as PLAIN_OUTCOME
from switchboard.routing.outcomes import Group as Group
from switchboard.routing.outcomes import OutcomeRule as OutcomeRule
from switchboard.routing.outcomes import OutcomeWhy as OutcomeWhy
from switchboard.routing.overflow import LONGEST_LINE as LONGEST_LINE
from switchboard.routing.overflow import Overflow as Overflow
from switchboard.routing.overflow import Reason as Reason
from switchboard.routing.pauses import PauseLimit as PauseLimit
from switchboard.routing.ranking import PLAIN_RANKING as PLAIN_RANKING
from switchboard.routing.ranking import Ranking as Ranking
from switchboard.routing.ranking import Scheme as Scheme
from switchboard.routing.relief import HandOver as HandOver
from switchboard.routing.relief import Relief as Relief
from switchboard.routing.relief import ReliefRule as ReliefRule
from switchboard.routing.requirements import AfterSteps as AfterSteps
from switchboard.routing.requirements import Asks as Asks
from switchboard.routing.requirements import Preference as Preference
from switchboard.routing.requirements import Requirement as Requirement
from switchboard.routing.requirements import Step as Step
from switchboard.routing.requirements import Wanted as Wanted

RULES: Final = 6
"""Version of the Floor's rules, stored with every journal entry: a replay expects zero differences only
from entries of the same version. Raise it when the same input may lead to another decision."""


class WhenNobody(StrEnum):
    """What happens to a contact when nobody who could ever take it is signed in."""

    LEAVE = "leave"
    """It leaves the queue at once and its flow goes on."""
    STAY = "stay"


class QueueSettings(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A queue as the Floor needs it.

    ring_time: how long one agent is rung. max_wait: None waits for ever. wrap_up: limit of the work
    after the talk, 0 for none. strategy: name in `routing.strategies.STRATEGIES`. requires: skills that
    every contact of this queue needs, in addition to its own requirements. wanted: who else is wanted for them; its
    steps are for contacts that bring none of their own. max_length: contacts that may stand in line, None for any
    number; overflow: where those go whom it does not keep, the first that takes them. relief: who helps
    here, and when. hand_over: None, its agents keep their customers. longest_pause: after it a clock that stands still
    goes on by itself.
    """

    id: str
    key: str
    name: str
    client: str
    ring_time: int = 20 * MICROSECONDS
    max_wait: int | None = None
    wrap_up: int = 0
    strategy: str = "longest idle"
    requires: tuple[Requirement, ...] = ()
    when_nobody: WhenNobody = WhenNobody.LEAVE
    wanted: Wanted | None = None
    ranking: Ranking = PLAIN_RANKING
    outcome: OutcomeRule = PLAIN_OUTCOME
    max_length: int | None = None
    overflow: tuple[Overflow, ...] = ()
    relief: Relief | None = None
    hand_over: HandOver | None = None
    longest_pause: int = LONGEST_PAUSE


class Disposition(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What an agent can say a contact came to. key is stable, name may change. resolved: whether the customer has
    what he wanted; None says nothing about it."""

    key: str
    name: str
    resolved: bool | None = None


class SkillItem(msgspec.Struct, frozen=True, gc=False):
    """A skill as configured."""

    key: str
    name: str


class Notice(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Something to say to callers: a text or the key of a sound. language: only for callers of flows in this
    language; None is for all, a text then in the language of each one's flow."""

    text: str | None = None
    sound: str | None = None
    language: str | None = None


class Announcements(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What those who wait are told: first after so long, then every so often, in microseconds. position, estimate:
    whether their place and the estimate of their wait are told. comfort: kind words, one of these each time, in
    turn."""

    first: int = 20 * MICROSECONDS
    every: int = 45 * MICROSECONDS
    position: bool = True
    estimate: bool = True
    comfort: tuple[Notice, ...] = ()


class RecordingRule(msgspec.Struct, frozen=True, gc=False):
    """Which of a queue's talks are recorded, and for whom.

    share: per cent of its contacts. retention: whole days after which a recording is deleted.
    agents_may_listen: whether an agent may listen to his own; supervisors and administrators may always.
    announce: what callers are told before they enter the line, one of these, by their language; who was not told
    is not recorded. Without any, nothing is told and all are recorded.
    """

    share: int = 100
    retention: int = 90
    agents_may_listen: bool = False
    announce: tuple[Notice, ...] = ()


class CallbackMode(StrEnum):
    """Who is called first when the turn of a call-back has come."""

    AGENT_FIRST = "agent first"
    """It stands in line for him; the customer is dialled when an agent has taken it."""
    CUSTOMER_FIRST = "customer first"
    """He is dialled when his turn is near, confirms by a key, and waits for an agent at his old place."""


class CallbackRule(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """How customers of a queue are called back.

    attempts: how often he is called at most. pause: microseconds between two attempts. first, last: minutes of the
    client's day, called from `first` until before `last`. keep: microseconds after which a call-back that could not
    be made is given up. ring: seconds his phone rings. lead: only customer first: microseconds before his turn at
    which he is dialled. key: the key by which he confirms then. trunk: key of the trunk, None is the only one there
    is. caller_id: number that his phone shows, None is the number he had called. retention: whole days after the end of
    a call-back until its number and note are forgotten.
    """

    mode: CallbackMode = CallbackMode.AGENT_FIRST
    attempts: int = 3
    pause: int = 600 * MICROSECONDS
    first: int = 8 * 60
    last: int = 20 * 60
    keep: int = 48 * 3600 * MICROSECONDS
    ring: int = 30
    lead: int = 45 * MICROSECONDS
    key: str = "1"
    trunk: str | None = None
    caller_id: str | None = None
    retention: int = 90


class Limits(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """From where on a figure asks for attention, and from where on it is an alarm; None never does. In the figure's
    own unit: contacts, microseconds, percent."""

    warn: int | None = None
    alarm: int | None = None


class Targets(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """How a queue's figures are judged.

    formula: key in `measures.answering.SERVICE_LEVELS`. level: percent of contacts that shall be served in time.
    short_call: a caller who gives up within it has misdialled, microseconds. waiting: contacts, more is worse.
    longest_wait: microseconds, more is worse. service_level: percent, less is worse.
    """

    formula: str = "offered"
    level: int = 80
    short_call: int = 5 * MICROSECONDS
    waiting: Limits = Limits()
    longest_wait: Limits = Limits()
    service_level: Limits = Limits()


PLAIN_TARGETS: Final = Targets()


class QueueItem(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A queue as configured: what the Floor needs (see `QueueSettings`) and what others do.

    client: id. requires: skill id -> level. wanted: by ids. service_level: threshold in microseconds.
    music: key of a sound, None for silence. announcements: None tells those who wait nothing.
    recording: None records nothing. callback: None calls nobody back. overflow: by key, because queues are put
    together; so are the queues of relief and hand_over. Durations in microseconds.
    """

    key: str
    name: str
    client: str
    ring_time: int = 20 * MICROSECONDS
    max_wait: int | None = None
    wrap_up: int = 0
    service_level: int = 20 * MICROSECONDS
    strategy: str = "longest idle"
    when_nobody: WhenNobody = WhenNobody.LEAVE
    music: str | None = None
    requires: dict[str, int] = {}
    dispositions: tuple[Disposition, ...] = ()
    announcements: Announcements | None = None
    recording: RecordingRule | None = None
    callback: CallbackRule | None = None
    targets: Targets = PLAIN_TARGETS
    wanted: Wanted | None = None
    ranking: Ranking = PLAIN_RANKING
    outcome: OutcomeRule = PLAIN_OUTCOME
    max_length: int | None = None
    overflow: tuple[Overflow, ...] = ()
    relief: tuple[ReliefRule, ...] = ()
    hand_over: HandOver | None = None
    longest_pause: int = LONGEST_PAUSE


class AgentSettings(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An agent as the Floor needs him: no name, that lives in a row that can be forgotten.

    id: the person's id. queues: ids. skills: skill id -> level. reach: where his calls ring by default.
    team: id, for boards, lists and requirements. tiers: queue id -> his tier there, 1 where none is given. cost: of
    an hour, in one unit for all. capacity: how many contacts of each channel at a time; None: one, of whatever channel.
    """

    id: str
    queues: tuple[str, ...] = ()
    skills: dict[str, int] = {}
    reach: Reach = Reach.BROWSER
    team: str | None = None
    tiers: dict[str, int] = {}
    cost: int = 0
    capacity: Capacity | None = None


class Delays(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """How long an agent rests after an offer that did not become a talk, by its end; and how many
    unanswered offers in a row make him "not responding" (no_answer is the rest before that)."""

    rejected: int = 5 * MICROSECONDS
    no_answer: int = 5 * MICROSECONDS
    busy: int = 10 * MICROSECONDS
    unreachable: int = 30 * MICROSECONDS
    set_up_failed: int = 5 * MICROSECONDS
    misses: int = 1


class Configuration(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """All that the Floor of one organization is configured with. version rises with every change. pauses: those whose
    longest time ends them."""

    version: int
    queues: tuple[QueueSettings, ...] = ()
    agents: tuple[AgentSettings, ...] = ()
    delays: Delays = Delays()
    pauses: tuple[PauseLimit, ...] = ()


class Exclusion(StrEnum):
    """Why an agent of the queue was not offered a contact."""

    SIGNED_OUT = "signed out"
    PAUSED = "paused"
    OFFERED = "offered"
    ENGAGED = "engaged"
    WRAP_UP = "wrap-up"
    DELAYED = "delayed"
    NOT_RESPONDING = "not responding"
    NOT_REACHABLE = "not reachable"
    """Available, but his page or phone is not connected."""
    LACKS_SKILL = "lacks skill"
    AT_CAPACITY = "at capacity"
    """He works on as many contacts of this channel as he may."""
    OTHER_CHANNEL = "other channel"
    """He takes no contacts of this channel at all."""


class Found(StrEnum):
    """Which side was waiting when an offer was made."""

    AGENT = "agent for contact"
    CONTACT = "contact for agent"


class RunnerUp(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An agent who would have been next; score in the strategy's unit."""

    agent: str
    score: float


class Why(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Why this agent got this contact.

    strategy: its name, or "preferred" when the contact asked for this agent. score: in the strategy's unit (longest
    idle: seconds idle), higher is better. runners_up: at most five, best first. excluded: how many agents of the queue
    could not be offered. waited: microseconds in line while its clock went on. ahead: contacts before it in this queue
    that he cannot take. outcome: what was expected, where that was chosen by. ringing: agents whom it rings together,
    him included. because: a `Preference`, "" when he is not preferred or was named. helps: he is of a group that
    relieves it. asks: see there.
    """

    strategy: str
    found: Found
    score: float
    runners_up: tuple[RunnerUp, ...] = ()
    excluded: dict[Exclusion, int] = {}
    waited: int = 0
    ahead: int = 0
    outcome: OutcomeWhy | None = None
    ringing: int = 1
    because: str = ""
    helps: bool = False
    asks: Asks | None = None


class Expected(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a contact is expected to wait, microseconds; low <= likely <= high: see `measures.waiting.Outlook`."""

    low: int
    likely: int
    high: int

    def parts(self) -> tuple[int, int, int]:
        """As columns."""
        return self.low, self.likely, self.high


class Refusal(StrEnum):
    """Why a command changed nothing."""

    UNKNOWN_CONTACT = "unknown contact"
    KNOWN_CONTACT = "contact is known already"
    UNKNOWN_QUEUE = "unknown queue"
    UNKNOWN_AGENT = "unknown agent"
    NOT_WAITING = "contact is not in line"
    NOT_IN_FLOW = "contact is in line or with an agent already"
    NOT_SIGNED_IN = "agent is not signed in"
    NOT_NOW = "agent cannot take this state now"
    STALE_OFFER = "offer has ended"
    UNKNOWN_ENGAGEMENT = "engagement has ended"
    NOT_TALKING = "the talk has ended"
    NOT_IN_WRAP_UP = "engagement is not in wrap-up"
    OLD_CONFIGURATION = "a newer configuration is in force"
    OLD_LEARNED_VERSION = "this learned version is in force already"
    UNKNOWN_STRATEGY = "a queue names a strategy that does not exist"
    WITH_AGENT = "contact is with an agent"
    NOT_A_FAILURE = "not a way in which an offer can fail"
    NOT_A_TARGET = "customers of this queue are not handed over to that one"
    NOT_A_RETURN = "not a reason to put a customer back in line"


class Answer(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What one command came to. refusal None: done. visit, engagement: ids of what it opened."""

    refusal: Refusal | None = None
    visit: str | None = None
    engagement: str | None = None

    @property
    def done(self) -> bool:
        return self.refusal is None


DONE: Final = Answer()
