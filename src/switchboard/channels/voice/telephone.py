"""SIP legs as sides of a call: the customer who rings in, and the agent's phone that is rung."""

from collections.abc import Callable
from functools import partial
from typing import Final

from switchboard.channels.voice.media.pool import Digit, MediaEvent, MediaLeg
from switchboard.channels.voice.session import Session
from switchboard.channels.voice.sides import unheard
from switchboard.channels.voice.sip.keys import key_in_info
from switchboard.channels.voice.sip.stack import (
    Acked,
    Answered,
    Cancelled,
    Ended,
    Failed,
    InboundLeg,
    Info,
    Leg,
    LegEvent,
    OutboundLeg,
    Referred,
    Reoffered,
    Ringing,
)
from switchboard.channels.voice.turns import Turns
from switchboard.conversations.model import OfferEnd
from switchboard.protocols.sdp.description import SdpError
from switchboard.protocols.sdp.negotiation import NoCommonCodec

_BUSY: Final = frozenset({486, 600})
_DECLINED: Final = frozenset({403, 603})
_NO_ANSWER: Final = frozenset({408, 487})
_CANNOT: Final = frozenset({406, 415, 420, 488, 606})


def failure(status: int, *, rang: bool) -> OfferEnd:
    """How an offer ended whose phone answered the INVITE with this final status."""
    if status in _BUSY:
        return OfferEnd.BUSY
    if status in _DECLINED:
        return OfferEnd.REJECTED
    if status in _NO_ANSWER and rang:
        return OfferEnd.NO_ANSWER
    return OfferEnd.SET_UP_FAILED if status in _CANNOT else OfferEnd.UNREACHABLE


class Telephone:
    """What both sides share: one SIP leg, one media leg, one session that the far end may change."""

    def __init__(self, leg: Leg, media: MediaLeg, session: Session) -> None:
        self.media = media
        self._leg = leg
        self._session = session
        self._over = False
        leg.on_event = self._heard

    def _heard(self, event: LegEvent) -> None:
        if isinstance(event, Info):
            self._info(event)
        else:
            self._happened(event)

    def _happened(self, event: LegEvent) -> None:
        raise NotImplementedError

    def _reoffered(self, event: Reoffered) -> bool | None:
        """Answer a changed session. Returns whether the far end put us on hold, None when it was refused."""
        try:
            answer = self._session.reoffered(event.sdp)
        except (SdpError, NoCommonCodec):
            self._leg.refuse_reoffer(488)
            return None
        self._session.connect(self.media)
        self._leg.accept_reoffer(answer)
        return self._session.held_by_far_end

    def _info(self, event: Info) -> None:
        if (key := key_in_info(event.content_type, event.body)) is not None:
            self.media.key_pressed(key)

    def _end(self) -> None:
        self._over = True
        self.media.close()


class SipCaller(Telephone):
    """A customer on a trunk or a phone. His offer has been accepted or ours is ready; 200 waits for `answer`."""

    def __init__(self, leg: InboundLeg, media: MediaLeg, session: Session) -> None:
        super().__init__(leg, media, session)
        self._inbound = leg
        self._answered = False
        self.codec = session.codec
        """What the customer speaks, None while that is open."""
        self.on_left: Callable[[], None] = unheard
        self.on_digit: Callable[[str], None] = unheard
        self.gone = False
        media.on_event = self._media

    def answer(self) -> None:
        if not self._answered and not self._over:
            self._answered = True
            self._session.connect(self.media)
            self._inbound.answer(self._session.ours)

    def hang_up(self, *, refused: int = 480) -> None:
        if self._over:
            return
        if self._answered:
            self._inbound.hangup()
        else:
            self._inbound.reject(refused)
        self._end()

    def _happened(self, event: LegEvent) -> None:
        match event:
            case Acked(sdp) if sdp is not None:
                self._late_answer(sdp)
            case Reoffered():
                self._reoffered(event)
            case Referred():
                # A customer cannot send our agents elsewhere.
                self._inbound.notify_referral(603, "Decline")
            case Cancelled() | Ended():
                self._left()
            case _:
                pass

    def _media(self, event: MediaEvent) -> None:
        if isinstance(event, Digit):
            self.on_digit(event.digit)

    def _late_answer(self, sdp: bytes) -> None:
        try:
            self._session.answered(sdp)
        except (SdpError, NoCommonCodec):
            self._inbound.hangup()
            self._left()
            return
        self._session.connect(self.media)

    def _left(self) -> None:
        if not self._over:
            self._end()
            self.gone = True
            self.on_left()


class PhoneAgent(Telephone):
    """An agent's SIP phone. answered: it took the call. failed: it did not. ended: it hung up. held: it put
    the customer on hold or took him back. silencing: hangs up many that rang together, a few at a time;
    None: at once.
    """

    def __init__(
        self,
        leg: OutboundLeg,
        media: MediaLeg,
        session: Session,
        *,
        answered: Callable[[], None],
        failed: Callable[[OfferEnd], None],
        ended: Callable[[], None],
        held: Callable[[bool], None],
        silencing: Turns | None = None,
    ) -> None:
        super().__init__(leg, media, session)
        self._silencing = silencing
        self._answered = answered
        self._failed = failed
        self._ended = ended
        self._held = held
        self._rang = False

    @property
    def listens(self) -> bool:
        return not self._session.held_by_far_end

    @property
    def speaks(self) -> bool:
        """A phone may send nothing while its user is silent: that says nothing."""
        return True

    def talking(self) -> None:
        """A phone that answered has sound already; one that hung up while that was being saved has ended."""
        if self._over:
            self._ended()

    def hang_up(self, *, elsewhere: bool = False) -> None:
        if not self._over:
            self._over = True
            # What it says from now on is too late.
            self._leg.on_event = unheard
            reason = 'SIP;cause=200;text="Call completed elsewhere"' if elsewhere else ""
            if self._silencing is None:
                self._silence(reason)
            else:
                self._silencing.do(partial(self._silence, reason))

    def _silence(self, reason: str) -> None:
        self._leg.hangup(reason)
        self.media.close()

    def _happened(self, event: LegEvent) -> None:
        match event:
            case Ringing():
                self._rang = True
            case Answered(sdp):
                self._took(sdp)
            case Failed(status):
                self._end()
                self._failed(failure(status, rang=self._rang))
            case Reoffered():
                on_hold = self._reoffered(event)
                if on_hold is not None:
                    self._held(on_hold)
            case Referred():
                self._leg.notify_referral(603, "Decline")
            case Ended():
                self._end()
                self._ended()
            case _:
                pass

    def _took(self, sdp: bytes) -> None:
        try:
            self._session.answered(sdp)
        except (SdpError, NoCommonCodec):
            self._leg.hangup()
            self._end()
            self._failed(OfferEnd.SET_UP_FAILED)
            return
        self._session.connect(self.media)
        self._answered()
