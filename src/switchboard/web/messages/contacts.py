"""What was: contacts with their records."""

from typing import Annotated, Literal

from pydantic import Field

from switchboard.conversations.model import ArrivalEnd
from switchboard.kit.pages import MOST
from switchboard.routing.model import PauseEnd
from switchboard.web.fields import BIGGEST, Answer, Asked, FilledLine, Id, Line
from switchboard.web.messages.desk import OfferWhy
from switchboard.web.messages.satisfaction import Satisfaction

When = Annotated[int, Field(ge=0, le=BIGGEST)]


class ContactSearch(Asked):
    """What contacts are looked for, as the query of an address. Ids everywhere but in number, name, disposition
    (a key) and end. A field left out leaves it open."""

    client: Id | None = None
    entrance: Annotated[FilledLine | None, Field(description="what was dialled")] = None
    queue: Id | None = None
    visit: Annotated[
        Literal["offered", "answered", "abandoned", "other", "full", "overflowed_out"] | None,
        Field(description="how it left the queue"),
    ] = None
    agent: Id | None = None
    team: Annotated[Id | None, Field(description="one of its agents talked to it")] = None
    customer: Id | None = None
    number: Annotated[Line | None, Field(description="a whole number, or its last digits")] = None
    name: Annotated[Line | None, Field(description="of the customer; words may be begun only")] = None
    disposition: Annotated[FilledLine | None, Field(description="its key")] = None
    end: Annotated[ArrivalEnd | None, Field(description="what became of it")] = None
    since: Annotated[When | None, Field(alias="from", description="arrived then or later")] = None
    until: Annotated[When | None, Field(alias="to", description="arrived before")] = None


class ContactsAsked(ContactSearch):
    after: Annotated[Id | None, Field(description="cursor of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50


class ContactRow(Answer):
    id: str
    channel: str
    client: str
    number: str | None
    customer: str | None
    customer_name: str | None
    arrived_at: int
    closed_at: int | None
    why: str | None
    """The flow's own word for the end, when it ended it."""
    how: str | None
    end: str | None
    """What became of it, once it is over."""
    queue_name: str | None
    """The last queue it stood in."""
    agent_name: str | None
    """The last agent it talked to."""
    agent: str | None
    entrance: str | None
    """What was dialled."""


class ContactList(Answer):
    contacts: list[ContactRow]
    after: str | None
    """The cursor of the next page; null when this was the last. A page may hold fewer than asked for, even none,
    and have one: what is looked for is rare, and further back."""
    total: int | None
    """How many there are in all, with the first page of a span of time; null where counting takes long."""


class VisitRecord(Answer):
    id: str
    queue: str
    queue_name: str
    entered_at: int
    left_at: int | None
    how: str | None
    paused: int = 0
    """How much of it its clock stood still: no part of its wait."""
    went_on: PauseEnd | None = None
    """Why its clock went on the last time, when it did by itself."""


class OfferRecord(Answer):
    offer: int
    visit: str
    agent: str
    agent_name: str
    made_at: int
    ended_at: int | None
    end: str | None
    """accepted, rejected, no answer, caller left, set-up failed, withdrawn, busy, unreachable, answered elsewhere"""
    why: OfferWhy | None


class SoundRecord(Answer):
    """How a talk has sounded."""

    bad_time: int
    """How much of the talk was bad; 0: all of it was good."""
    loss: float
    """Share of packets that were lost, 0 to 1, and, next, jitter in seconds: at worst, of either side."""
    jitter: float
    sides: list[str]
    """Of whom it was bad: agent, caller."""


class EngagementRecord(Answer):
    id: str
    agent: str
    agent_name: str
    role: str
    opened_at: int
    talk_ended_at: int | None
    closed_at: int | None
    ring_time: int
    talk_time: int | None
    """Null, as the next two, while it is not over."""
    hold_time: int | None
    wrap_up_time: int | None
    holds: int | None
    ended_by: str | None
    """Who or what ended the talk: agent, customer, media lost, signalling lost, signed out, flow, agent lost,
    dismissed, handed over."""
    wrap_up_end: str | None
    """none, finished, limit, signed out"""
    sound: SoundRecord | None
    """Null where nobody listened to that, or the talk goes on."""
    disposition: str | None
    """Its name."""
    note: str
    handed_to: str | None = None
    """The name of the queue to which this agent handed the customer over; null unless that ended the talk."""
    handed_note: str = ""
    """His words for whoever took the customer next."""


class StepRecord(Answer):
    """What the customer chose or was told in a flow."""

    at: int
    flow: str
    kind: str
    """menu, hours, announcement, broke out, longer wait, recording"""
    said: str


class PartRecord(Answer):
    name: str
    """before the line, in line, paused, talk, hold, with the flow again"""
    time: int


class ContactRecord(ContactRow):
    steps: list[StepRecord]
    visits: list[VisitRecord]
    offers: list[OfferRecord]
    engagements: list[EngagementRecord]
    parts: list[PartRecord]
    """What its whole time went into; they add up to it. Empty while it goes on."""
    satisfaction: Satisfaction | None = None
    """What the customer answered when he was asked how content he was; null when he did not."""


class EndCount(Answer):
    end: ArrivalEnd | None
    """Null: it still goes on."""
    count: int


class Ends(Answer):
    """What became of every arrival of a span of time: the counts add up to all there were."""

    ends: list[EndCount]
    total: int


class EndsAsked(Asked):
    client: Id | None = None
    since: Annotated[When, Field(alias="from")]
    until: Annotated[When, Field(alias="to")]
