"""Call-backs: those that were asked for or entered, and what a person enters."""

from typing import Annotated, Literal

from pydantic import Field

from switchboard.kit.pages import MOST
from switchboard.outbound.model import CallbackState
from switchboard.web.fields import BIGGEST, Answer, Asked, FilledLine, Id, Line, Note

When = Annotated[int, Field(ge=0, le=BIGGEST)]
Level = Annotated[int, Field(ge=1, le=100)]


class CallbacksAsked(Asked):
    """Which call-backs are looked for, as the query of an address; a field left out leaves it open."""

    state: Annotated[CallbackState | Literal["open"] | None, Field(description="open: all that are not over")] = None
    queue: Id | None = None
    client: Id | None = None
    number: Annotated[Line | None, Field(description="a whole number, or its last digits")] = None
    after: Annotated[Id | None, Field(description="cursor of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50


class CallbackRow(Answer):
    id: str
    state: CallbackState
    since: int
    """When this state began."""
    queue: str
    queue_name: str
    client: str
    number: str | None
    """E.164; null once it is forgotten."""
    customer: str | None
    customer_name: str | None
    note: str
    asked_at: int
    asked_in: str | None
    """The contact in which the customer asked for it."""
    asked_by: str | None
    """The name of who entered it."""
    place: int
    """Since when it counts as waiting."""
    not_before: int
    until: int
    """Given up then."""
    next_at: int
    """No attempt before, after one in vain."""
    attempts: int
    most_attempts: int | None
    """How many the queue allows; null when it calls nobody back any more."""
    outcome: str | None
    """How the last attempt ended."""
    contact: str | None
    """That stands in line or is called for it."""


class CallbackList(Answer):
    callbacks: list[CallbackRow]
    after: str | None
    """The cursor of the next page; null when this was the last."""


class JoinedContact(Answer):
    """A contact that belongs to the same call-back: the call in which it was asked for, or an attempt."""

    id: str
    arrived_at: int
    end: str | None
    """What became of it, once it is over."""
    asked: bool
    """Whether it was asked for in this one."""


class JoinedContacts(Answer):
    contacts: list[JoinedContact]


class CallbackQueue(Answer):
    """A queue that calls back. first, last: minutes of its client's day between which customers are called."""

    id: str
    name: str
    client: str
    time_zone: str
    first: int
    last: int


class CallbackQueues(Answer):
    queues: list[CallbackQueue]


class CallbackAsked(Asked):
    """A call-back that a person enters. Times in UTC epoch microseconds: left out, it is made at once, and given up
    when the queue says so."""

    queue: Id
    number: FilledLine
    """As it is dialled where the queue's client is, or with its country code."""
    not_before: When | None = None
    until: When | None = None
    note: Note = ""
    priority: Annotated[int, Field(ge=-100, le=100)] = 0
    skills: dict[Id, Level] = Field(default_factory=dict)
    """Least level of skills, by key, that its agent needs besides what the queue wants."""
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    """Of the greeting, where the customer is called first."""


class CallbackChange(Asked):
    """What is left out stays; a new beginning without an end lasts as long as the queue keeps call-backs."""

    not_before: When | None = None
    until: When | None = None
    note: Note | None = None
