"""What a leg tells its owner, by `Leg.on_event`. Session descriptions are passed on as the bytes that came.

Order of an inbound leg: `Acked`, or `Cancelled`, or (no ACK came) `Ended`; then, once answered, any number of
`Reoffered`, `Info`, `Referred`; at last exactly one of `Cancelled | Ended`. A leg that its owner rejects or hangs
up tells nothing more, except that `Ended` is never sent for what the owner ended himself.
Order of an outbound leg: any number of `Ringing`; then `Failed` (the end) or `Answered`; after that as inbound.
"""

import msgspec


class Ringing(msgspec.Struct, frozen=True):
    """Outbound: a provisional response. status: 180, 181, 182 or 183. sdp: early media, if any."""

    status: int
    sdp: bytes | None


class Answered(msgspec.Struct, frozen=True):
    """Outbound: the far end answered and has been acknowledged. sdp: its answer; empty when it sent none."""

    sdp: bytes


class Failed(msgspec.Struct, frozen=True):
    """Outbound: the call did not come about. The leg is over.

    status: the SIP status; 408 when nobody answered in time, 503 when nothing could be sent,
    487 only when it was the far end's own choice. contacts: where a 3xx points to. retry_after: seconds or None.
    """

    status: int
    reason: str
    contacts: tuple[str, ...] = ()
    retry_after: int | None = None


class Acked(msgspec.Struct, frozen=True):
    """Inbound: our answer arrived. sdp: the caller's answer when he had sent no offer, else None."""

    sdp: bytes | None


class Cancelled(msgspec.Struct, frozen=True):
    """Inbound: over before the answer. The leg is over.

    reason: the caller's Reason header, or empty; `connection lost`; `nobody answered` after ten minutes of ringing.
    """

    reason: str = ""


class Ended(msgspec.Struct, frozen=True):
    """An answered call is over. by_remote: a BYE came; otherwise the stack gave up (no ACK, far end gone).

    reason: the Reason header of the BYE, or what made the stack give up; may be empty.
    """

    by_remote: bool
    reason: str = ""


class Reoffered(msgspec.Struct, frozen=True):
    """The far end wants to change the session (hold, resume, move). Answer at once or a little later with
    `Leg.accept_reoffer(sdp)` or `Leg.refuse_reoffer(status)`. sdp: None asks us to make the offer.
    """

    sdp: bytes | None


class ReofferAnswered(msgspec.Struct, frozen=True):
    """Our `Leg.reinvite` was accepted with this answer."""

    sdp: bytes


class ReofferRefused(msgspec.Struct, frozen=True):
    """Our `Leg.reinvite` was refused; the session goes on as before. 481 and 408 are followed by `Ended`."""

    status: int
    reason: str


class Info(msgspec.Struct, frozen=True):
    """An INFO came (keys pressed, picture update); it has been answered 200."""

    body: bytes
    content_type: str


class Referred(msgspec.Struct, frozen=True):
    """The far end asks us to call somebody (REFER, RFC 3515). It has been answered 202 and notified "100 Trying".

    Report the outcome with `Leg.notify_referral(status)`; a refusal is 603.
    target: the URI to call. replaces: value of the Replaces it carries (`call-id;to-tag=..;from-tag=..`), or empty;
    `SipStack.leg_replaced_by` finds the leg it names, if that is ours. referred_by: as given, or empty.
    """

    target: str
    replaces: str = ""
    referred_by: str = ""


class ReferralProgress(msgspec.Struct, frozen=True):
    """How our own `Leg.refer` gets on. status: 100 to 699; final when `final`."""

    status: int
    reason: str
    final: bool


LegEvent = (
    Ringing
    | Answered
    | Failed
    | Acked
    | Cancelled
    | Ended
    | Reoffered
    | ReofferAnswered
    | ReofferRefused
    | Info
    | Referred
    | ReferralProgress
)
