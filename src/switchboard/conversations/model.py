"""The spine's nouns: contact, queue visit, offer, engagement, and the distinct ways each of them ends.

Times live on these rows as UTC epoch microseconds; totals are derived from them.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class ContactStage(StrEnum):
    """Where a contact is on its way."""

    IN_FLOW = "in flow"
    """A flow (menu, announcement) has it."""
    WAITING = "waiting"
    OFFERED = "offered"
    ENGAGED = "engaged"
    CLOSED = "closed"


_C = ContactStage

STAGE_MOVES: Final[Mapping[ContactStage, Mapping[ContactStage, str]]] = {
    _C.IN_FLOW: {_C.WAITING: "enters a queue", _C.CLOSED: "left, or the flow ended it"},
    _C.WAITING: {
        _C.OFFERED: "an offer is made",
        _C.IN_FLOW: "maximum wait, nobody signed in, or broke out by a key",
        _C.CLOSED: "abandoned",
    },
    _C.OFFERED: {
        _C.ENGAGED: "accepted",
        _C.WAITING: "the offer ended otherwise: back to the old place in line",
        _C.CLOSED: "abandoned while offered",
    },
    _C.ENGAGED: {
        _C.IN_FLOW: "talk ended; back in line at once when the agent was lost",
        _C.CLOSED: "talk ended, and the contact with it",
    },
    _C.CLOSED: {},
}
"""From each stage, where a contact can go and what leads there."""


class ContactEnd(StrEnum):
    """How a contact ended: exactly one of these per contact."""

    ANSWERED = "answered"
    """An agent talked to the customer."""
    ABANDONED = "abandoned"
    """The customer left while waiting in line, ringing agent or not."""
    LEFT = "left"
    """The customer left while a flow had the contact."""
    FINISHED = "finished"
    """The flow came to its end and closed the contact."""
    MEDIA_LOST = "media lost"
    SIGNALLING_LOST = "signalling lost"
    """The process that held the call died."""


class VisitEnd(StrEnum):
    """How a contact left a queue."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    ABANDONED_WHILE_OFFERED = "abandoned while offered"
    MAX_WAIT = "max wait"
    NOBODY_SIGNED_IN = "nobody signed in"
    QUEUE_CLOSED = "queue closed"
    """The queue was retired while the contact waited."""
    BROKE_OUT = "broke out"
    """The customer left the line by a key; his flow has him again, and nobody counts him as abandoned."""
    FINISHED = "finished"
    """The flow took the contact out of line and closed it."""
    MEDIA_LOST = "media lost"
    SIGNALLING_LOST = "signalling lost"


class OfferEnd(StrEnum):
    """How an offer ended."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NO_ANSWER = "no answer"
    CALLER_LEFT = "caller left"
    SET_UP_FAILED = "set-up failed"
    WITHDRAWN = "withdrawn"
    BUSY = "busy"
    """The agent's phone said that it is in use (SIP 486)."""
    UNREACHABLE = "unreachable"
    """No page open, phone not registered, or no reply to the INVITE."""


FAILURES: Final = frozenset(
    {OfferEnd.BUSY, OfferEnd.UNREACHABLE, OfferEnd.NO_ANSWER, OfferEnd.SET_UP_FAILED, OfferEnd.REJECTED}
)
"""The ends that a channel may report for an offer (`OfferFailed.why`)."""


class TalkEnd(StrEnum):
    """Who or what ended the talk."""

    AGENT = "agent"
    CUSTOMER = "customer"
    MEDIA_LOST = "media lost"
    SIGNALLING_LOST = "signalling lost"
    SIGNED_OUT = "signed out"
    """A supervisor signed the agent out by force."""
    FLOW = "flow"
    """The flow closed the contact."""
    AGENT_LOST = "agent lost"
    """The agent's page was lost, sound and heartbeat; the customer is back in line."""
    DISMISSED = "dismissed"
    """The agent no longer works here; the customer is back in line."""


RETURNS: Final = frozenset({TalkEnd.AGENT_LOST, TalkEnd.DISMISSED})
"""The ends of a talk that take the agent away from his customer and leave the contact open
(`WorkReturned.why`)."""


class Role(StrEnum):
    """An agent's part in an engagement."""

    PRIMARY = "primary"
    CONSULTED = "consulted"
    ADVISER = "adviser"
    MONITOR = "monitor"


class WrapUpEnd(StrEnum):
    """How the work after the talk ended."""

    NONE = "none"
    """The queue has no wrap-up time."""
    FINISHED = "finished"
    LIMIT = "limit"
    SIGNED_OUT = "signed out"
