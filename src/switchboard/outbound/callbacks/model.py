"""The nouns of call-backs: a call-back, its states, how attempts end."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.model import CallbackRule


class CallbackState(StrEnum):
    """Where a call-back stands."""

    ASKED = "asked"
    """Promised in a call that still goes on."""
    WAITING = "waiting"
    """Its place is kept and nothing rings: it is not yet its time, or between two attempts."""
    IN_LINE = "in line"
    """It stands in its queue at its place; an agent may be rung for it."""
    CALLING = "calling"
    """The customer's phone is dialled, or he has answered and an agent is still to take him."""
    DONE = "done"
    """Customer and agent talked."""
    SETTLED = "settled"
    """The customer rang himself meanwhile and took his old place."""
    CANCELLED = "cancelled"
    FAILED = "failed"
    """Every attempt was in vain."""
    EXPIRED = "expired"
    """It could not be made in the time for which it is kept."""


_S = CallbackState

CALLBACK_MOVES: Final[Mapping[CallbackState, Mapping[CallbackState, str]]] = {
    _S.ASKED: {
        _S.WAITING: "the caller hung up, or ten minutes have passed",
        _S.SETTLED: "the customer is in line himself",
        _S.CANCELLED: "a person cancels it",
    },
    _S.WAITING: {
        _S.IN_LINE: "agent first: within the hours for calls, somebody could take it",
        _S.CALLING: "customer first: his turn is near",
        _S.SETTLED: "the customer is in line himself",
        _S.CANCELLED: "a person cancels it, or its queue calls nobody back any more",
        _S.FAILED: "the rule allows no more attempts",
        _S.EXPIRED: "its time is over",
    },
    _S.IN_LINE: {
        _S.CALLING: "an agent has taken it",
        _S.WAITING: "the hours for calls end, nobody is signed in any more, or the center began anew",
        _S.SETTLED: "the customer is in line himself",
        _S.CANCELLED: "a person cancels it",
    },
    _S.CALLING: {
        _S.DONE: "customer and agent talk",
        _S.WAITING: "the attempt was in vain",
        _S.FAILED: "the last attempt was in vain",
        _S.CANCELLED: "a person cancels it",
    },
    _S.DONE: {},
    _S.SETTLED: {},
    _S.CANCELLED: {},
    _S.FAILED: {},
    _S.EXPIRED: {},
}
"""From each state, where a call-back can go and what leads there."""

OPEN: Final = frozenset(state for state, moves in CALLBACK_MOVES.items() if moves)

ASKED_LIMIT: Final = 600 * MICROSECONDS
"""How long the call in which it was promised may go on before it counts as ended."""
CALLING_LIMIT: Final = 7_200 * MICROSECONDS
"""How long an attempt may take, the wait of a customer who has answered included, before it counts as in vain."""
LINE_GRACE: Final = 60 * MICROSECONDS
"""How long after its end the Floor may take to say that it stands in line no longer."""


class Outcome(StrEnum):
    """How an attempt ended."""

    TALKED = "talked"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    """The carrier could not or would not connect, or there is no trunk that could."""
    NOT_CONFIRMED = "not confirmed"
    """Somebody or something answered, and nobody pressed the key."""
    LEFT = "left"
    """He confirmed and hung up before an agent took him."""
    AGENT_LEFT = "agent left"
    """The agent hung up before the customer had answered."""
    NOT_TRIED = "not tried"
    """It left the line before anybody was called: no attempt."""


@dataclass(frozen=True, slots=True)
class Callback:
    """A call-back. Times in UTC epoch microseconds.

    queue: id. number: E.164, None when it is over and forgotten. entrance: the number that he had called. place:
    since when it counts as waiting. queued: how it stands in line, a `routing.commands.ContactQueued` as
    `commands.encode` writes it. asked_in: contact in which it was asked for; asked_by: person who entered it.
    not_before: no attempt before. next_at: no attempt before, after one in vain. until: given up then. attempts:
    made so far; outcome: of the last. contact: that stands in line or is called for it. since: when its state began.
    note: what the agent should know who takes it; it goes with the number.
    """

    id: str
    organization: str
    client: str
    queue: str
    number: str | None = field(repr=False)
    customer: str | None
    language: str
    entrance: str
    state: CallbackState
    place: int
    priority: int
    queued: bytes = field(repr=False)
    asked_at: int
    until: int
    not_before: int
    next_at: int
    since: int
    attempts: int = 0
    outcome: Outcome | None = None
    asked_in: str | None = None
    asked_by: str | None = None
    contact: str | None = None
    note: str | None = field(default=None, repr=False)

    @property
    def open(self) -> bool:
        return self.state in OPEN

    @property
    def rank(self) -> tuple[int, int, str]:
        """Its order among those that wait for the same queue."""
        return (-self.priority, self.place, self.id)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a queue's call-backs go by. time_zone: of its client (IANA)."""

    rule: CallbackRule
    time_zone: str
    client: str
    region: str
    name: str


@dataclass(frozen=True, slots=True)
class Search:
    """Which call-backs are looked for; None leaves it open. clients, queue, asked_by: ids. digits: the last ones of the
    number."""

    clients: Collection[str]
    states: Collection[CallbackState] = tuple(CallbackState)
    queue: str | None = None
    asked_by: str | None = None
    digits: str | None = None
