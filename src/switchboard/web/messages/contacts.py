"""What was: contacts with their records."""

from switchboard.web.fields import Answer
from switchboard.web.messages.desk import OfferWhy


class ContactRow(Answer):
    id: str
    channel: str
    client: str
    number: str | None
    customer: str | None
    customer_name: str | None
    arrived_at: int
    closed_at: int | None
    how: str | None
    queue_name: str | None
    """The last queue it stood in."""
    agent_name: str | None
    """The last agent it talked to."""


class ContactList(Answer):
    contacts: list[ContactRow]
    after: str | None
    """The cursor of the next page; null when this was the last."""


class VisitRecord(Answer):
    id: str
    queue: str
    queue_name: str
    entered_at: int
    left_at: int | None
    how: str | None


class OfferRecord(Answer):
    offer: int
    visit: str
    agent: str
    agent_name: str
    made_at: int
    ended_at: int | None
    end: str | None
    """accepted, rejected, no answer, caller left, set-up failed, withdrawn, busy, unreachable"""
    why: OfferWhy | None


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
    disposition: str | None
    """Its name."""
    note: str


class ContactRecord(ContactRow):
    visits: list[VisitRecord]
    offers: list[OfferRecord]
    engagements: list[EngagementRecord]
