"""The spine's nouns: contact, queue visit, offer, engagement, and the distinct ways each of them ends.

Times live on these rows as UTC epoch microseconds; totals are derived from them.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

NO_CLIENT: Final = ""
"""Whose a contact is that reached none of the organization's clients: it dialled a number that nobody has."""


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
        _C.IN_FLOW: "maximum wait, nobody signed in, or broke out by a key; at once in another line by overflow",
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
    NOT_REACHED = "not reached"
    """We called the customer back, and he could not be reached."""
    REFUSED = "refused"
    """It was turned away at the door and never had a flow."""


class VisitEnd(StrEnum):
    """How a contact left a queue."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    ABANDONED_WHILE_OFFERED = "abandoned while offered"
    MAX_WAIT = "max wait"
    NOBODY_SIGNED_IN = "nobody signed in"
    QUEUE_CLOSED = "queue closed"
    """The queue was retired while the contact waited."""
    FULL = "full"
    """The line was as long as it may be, and the contact never stood in it."""
    OVERFLOWED_FULL = "overflowed when full"
    """The same, and another queue has it."""
    OVERFLOWED_MAX_WAIT = "overflowed after max wait"
    OVERFLOWED_NOBODY = "overflowed with nobody signed in"
    OVERFLOWED_CLOSED = "overflowed when closed"
    BROKE_OUT = "broke out"
    """The customer left the line by a key; his flow has him again, and nobody counts him as abandoned."""
    FINISHED = "finished"
    """The flow took the contact out of line and closed it."""
    MEDIA_LOST = "media lost"
    SIGNALLING_LOST = "signalling lost"


NOT_LET_IN: Final = frozenset({VisitEnd.FULL, VisitEnd.OVERFLOWED_FULL})
"""The ends of a visit that never was: the contact did not stand in that line."""

OVERFLOWED: Final = frozenset(
    {
        VisitEnd.OVERFLOWED_FULL,
        VisitEnd.OVERFLOWED_MAX_WAIT,
        VisitEnd.OVERFLOWED_NOBODY,
        VisitEnd.OVERFLOWED_CLOSED,
    }
)
"""The ends of a visit after which the contact is in another queue, at its place in line."""


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
    ANSWERED_ELSEWHERE = "answered elsewhere"
    """It rang at several, and a colleague was faster."""


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
    NOT_REACHED = "not reached"
    """The customer of a call-back did not answer; there was no talk, and the agent is free at once."""
    DISMISSED = "dismissed"
    """The agent no longer works here; the customer is back in line."""
    HANDED_OVER = "handed over"
    """The agent handed his customer over to another queue; the customer stands in line there."""


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


class Refused(StrEnum):
    """Why an arrival was turned away at the door."""

    AT_A_LIMIT = "limit"
    """No capacity: media, rate of the trunk, or the center was stopping."""
    UNKNOWN_NUMBER = "unknown number"
    NOT_SET_UP = "not set up"
    """The number is known, but its client or flow is not in use."""
    NO_COMMON_CODEC = "no common codec"
    FAILED = "failed"
    """It could not be taken because of a fault of ours."""


LONGER_WAIT: Final = "longer wait"
"""Kind of the step of a contact that was told a longer wait, or a later place, than before."""

RECORDING: Final = "recording"
"""Kind of the step of a contact that was told that what is said may be recorded."""


class ArrivalEnd(StrEnum):
    """What became of an arrival: exactly one of these, so that their counts add up to all that arrived."""

    ANSWERED = "answered"
    """An agent talked to the customer, however that ended."""
    ABANDONED = "abandoned in line"
    ABANDONED_WHILE_OFFERED = "abandoned while offered"
    BROKE_OUT = "broke out"
    """He left the line by a key, and nobody talked to him afterwards."""
    LOST_IN_MENU = "lost in the menu"
    """He hung up before he had heard anything of use, or chose nothing until the menu gave up."""
    SERVED_BY_MENU = "served by the menu"
    """He heard what a key of the menu led to, or a flow without a menu to its end."""
    OUT_OF_HOURS = "out of hours"
    ANNOUNCEMENT = "announcement"
    NOBODY_SIGNED_IN = "nobody signed in"
    WAITED_TOO_LONG = "waited too long"
    QUEUE_CLOSED = "queue closed"
    QUEUE_FULL = "queue full"
    """No line had room for him."""
    CALL_BACK_ASKED = "call-back asked"
    """He left the line, or came too late for it, and is called back: that call is an arrival of its own."""
    CALL_BACK_NOT_REACHED = "call-back not reached"
    CALL_BACK_PUT_OFF = "call-back put off"
    """A call-back stood in line and left it before anybody was called: it is made later, or was settled otherwise."""
    REFUSED_AT_LIMIT = "refused at a limit"
    REFUSED_UNKNOWN_NUMBER = "refused unknown number"
    REFUSED_NOT_SET_UP = "refused not set up"
    REFUSED_NO_COMMON_CODEC = "refused no common codec"
    REFUSED_FAILED = "refused by a fault"
    MEDIA_LOST = "media lost"
    SIGNALLING_LOST = "signalling lost"


REFUSED_ENDS: Final = frozenset(end for end in ArrivalEnd if end.name.startswith("REFUSED_"))
"""Turned away at the door: the caller was never connected."""

_AFTER_LINE: Final[Mapping[VisitEnd, ArrivalEnd]] = {
    VisitEnd.ABANDONED: ArrivalEnd.ABANDONED,
    VisitEnd.ABANDONED_WHILE_OFFERED: ArrivalEnd.ABANDONED_WHILE_OFFERED,
    VisitEnd.MAX_WAIT: ArrivalEnd.WAITED_TOO_LONG,
    VisitEnd.NOBODY_SIGNED_IN: ArrivalEnd.NOBODY_SIGNED_IN,
    VisitEnd.QUEUE_CLOSED: ArrivalEnd.QUEUE_CLOSED,
    VisitEnd.FULL: ArrivalEnd.QUEUE_FULL,
    VisitEnd.BROKE_OUT: ArrivalEnd.BROKE_OUT,
}
"""What the end of the last visit makes of an arrival that nobody talked to."""

_FLOW_SAID: Final[Mapping[str, ArrivalEnd]] = {
    "out of hours": ArrivalEnd.OUT_OF_HOURS,
    "announcement": ArrivalEnd.ANNOUNCEMENT,
    "served": ArrivalEnd.SERVED_BY_MENU,
    "no choice": ArrivalEnd.LOST_IN_MENU,
    "flow went in circles": ArrivalEnd.LOST_IN_MENU,
    "call-back asked": ArrivalEnd.CALL_BACK_ASKED,
    "call-back not confirmed": ArrivalEnd.CALL_BACK_NOT_REACHED,
    "call-back put off": ArrivalEnd.CALL_BACK_PUT_OFF,
}
"""What the flow's own word for its end makes of an arrival that nobody talked to."""

_REFUSED: Final[Mapping[str, ArrivalEnd]] = {
    Refused.AT_A_LIMIT: ArrivalEnd.REFUSED_AT_LIMIT,
    Refused.UNKNOWN_NUMBER: ArrivalEnd.REFUSED_UNKNOWN_NUMBER,
    Refused.NOT_SET_UP: ArrivalEnd.REFUSED_NOT_SET_UP,
    Refused.NO_COMMON_CODEC: ArrivalEnd.REFUSED_NO_COMMON_CODEC,
}

_LOST: Final[Mapping[ContactEnd, ArrivalEnd]] = {
    ContactEnd.MEDIA_LOST: ArrivalEnd.MEDIA_LOST,
    ContactEnd.SIGNALLING_LOST: ArrivalEnd.SIGNALLING_LOST,
    ContactEnd.NOT_REACHED: ArrivalEnd.CALL_BACK_NOT_REACHED,
}


def arrival_end(how: ContactEnd, *, visit: VisitEnd | None = None, talked: bool = False, why: str = "") -> ArrivalEnd:
    """The one end of an arrival; boards, records and the ledger all use this.

    how: as the contact was closed. visit: how its last stay in a queue ended, None when it stood in none.
    talked: whether an agent ever talked to the customer. why: the flow's own word for its end, or, of one
    that was turned away, a `Refused`.
    """
    # An agent may have taken a call-back whose customer did not answer: nobody talked.
    if (talked and how is not ContactEnd.NOT_REACHED) or how is ContactEnd.ANSWERED:
        return ArrivalEnd.ANSWERED
    if how is ContactEnd.REFUSED:
        return _REFUSED.get(why, ArrivalEnd.REFUSED_FAILED)
    if how in _LOST:
        return _LOST[how]
    if how is ContactEnd.LEFT and visit is None:
        # Who hangs up once he has heard what he wanted was served.
        return _FLOW_SAID.get(why, ArrivalEnd.LOST_IN_MENU)
    if why in _FLOW_SAID:
        return _FLOW_SAID[why]
    if visit is not None and visit in _AFTER_LINE:
        return _AFTER_LINE[visit]
    if how is ContactEnd.ABANDONED:
        return ArrivalEnd.ABANDONED
    return ArrivalEnd.LOST_IN_MENU if how is ContactEnd.LEFT else ArrivalEnd.SERVED_BY_MENU
