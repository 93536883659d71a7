"""What is read of a contact: its line in a list, and the parts of its record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from switchboard.conversations.decide import Part
from switchboard.conversations.satisfaction import Answered


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact in a list. number: where it came from, None when hidden or forgotten. queue, agent: ids of
    the last queue it left and the last agent who talked; ended_by: how that talk ended, a `TalkEnd`; bad_sound_time:
    how much of it sounded badly. end: an `ArrivalEnd`. why: the flow's own word when the
    flow ended it (`out of hours`, `served`, ...). parts: what its time went into, None while it goes on; wrap_up:
    of all agents, after their talks; microseconds. satisfaction: None when the customer did not answer. Times in UTC
    epoch microseconds."""

    id: str
    client: str
    channel: str
    customer: str | None
    number: str | None
    entrance: str | None
    arrived_at: int
    closed_at: int | None
    how: str | None
    end: str | None
    queue: str | None
    agent: str | None
    disposition: str | None
    note: str | None
    why: str | None = None
    parts: Mapping[Part, int] | None = None
    wrap_up: int = 0
    ended_by: str | None = None
    bad_sound_time: int | None = None
    satisfaction: Answered | None = None


@dataclass(frozen=True, slots=True)
class StepLine:
    """What the customer chose or was told at one place of a flow. number: 1 for the first one of the contact.
    flow: its key; place: `steps[0].menu`. kind: `menu`, `hours`, `announcement`, `broke out`, `longer wait` or
    `recording`; said: the key with its label, the answer, the name, the reason."""

    number: int
    at: int
    flow: str
    place: str
    kind: str
    said: str


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One stay in a queue. how: a `VisitEnd`. paused: microseconds during which its clock stood still, None for none;
    went_on: why it went on, a `routing.due.PauseEnd`, when it did by itself."""

    id: str
    queue: str
    priority: int
    entered_at: int
    left_at: int
    how: str
    paused: int | None = None
    went_on: str | None = None


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One offer. end: an `OfferEnd`, None while it rings. why: a `routing.model.Why` as a mapping."""

    offer: int
    visit: str
    queue: str
    agent: str
    reach: str
    made_at: int
    ended_at: int | None
    end: str | None
    why: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ClosedWork:
    """An engagement that is over, as far as a late note needs it."""

    engagement: str
    contact: str
    client: str
    queue: str
    closed_at: int


@dataclass(frozen=True, slots=True)
class EngagementLine:
    """One agent's work on the contact. Durations in microseconds, None while they are not over; talk_time
    is without hold_time. ended_by: a `TalkEnd`; wrap_up_end: a `WrapUpEnd`. bad_sound_time: how much of the talk
    sounded badly; sound: `loss` (0-1), `jitter` (seconds) at worst and the `sides` of whom it was bad; None where
    nobody listened to that."""

    id: str
    agent: str
    queue: str
    role: str
    offer: int
    opened_at: int
    ring_time: int
    talk_ended_at: int | None
    ended_by: str | None
    talk_time: int | None
    hold_time: int | None
    holds: int | None
    closed_at: int | None
    wrap_up_time: int | None
    wrap_up_end: str | None
    bad_sound_time: int | None
    sound: Mapping[str, Any] | None
    disposition: str | None
    note: str | None
    handed_to: str | None = None
    """Id of the queue to which this agent handed the customer over; handed_note: his words for the next one."""
    handed_note: str | None = None


@dataclass(frozen=True, slots=True)
class HandOverLine:
    """An agent handed the customer over, from queue to queue (ids), with a note for whoever takes him next."""

    engagement: str
    agent: str
    queue: str
    to_queue: str
    note: str
    at: int


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """A contact's whole route, each part in order of time."""

    contact: ContactLine
    visits: Sequence[VisitLine]
    offers: Sequence[OfferLine]
    engagements: Sequence[EngagementLine]
    steps: Sequence[StepLine] = ()
