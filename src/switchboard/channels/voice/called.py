"""A customer whom we call: his side of a call, before he is dialled, while his phone rings, and when he is there."""

from collections.abc import Callable
from typing import Final

from switchboard.channels.voice.media.pool import Digit, MediaEvent, MediaLeg
from switchboard.channels.voice.session import Session
from switchboard.channels.voice.sides import unheard
from switchboard.channels.voice.sip.stack import (
    Answered,
    Ended,
    Failed,
    LegEvent,
    OutboundLeg,
    Referred,
    Reoffered,
    Ringing,
)
from switchboard.channels.voice.telephone import Telephone, failure
from switchboard.conversations.model import OfferEnd
from switchboard.protocols.sdp.description import SdpError
from switchboard.protocols.sdp.negotiation import NoCommonCodec


class CalledCustomer:
    """Satisfies `sides.Caller`. His media leg is there from the start; `dialled` gives him a line."""

    def __init__(self, media: MediaLeg) -> None:
        self.media: MediaLeg = media
        self.codec: int | None = None
        self.on_left: Callable[[], None] = unheard
        self.on_digit: Callable[[str], None] = unheard
        self.gone = False
        self._line: _Line | None = None
        self._over = False
        media.on_event = self._media

    def dialled(
        self, leg: OutboundLeg, session: Session, *, here: Callable[[], None], failed: Callable[[OfferEnd], None]
    ) -> None:
        """His phone is being called. here: he has answered. failed: he has not, and how; one of both is told once."""

        def answered() -> None:
            self.codec = session.codec
            here()

        self._line = _Line(leg, self.media, session, here=answered, failed=failed, left=self._left)

    def answer(self) -> None:
        """It is he who answers."""

    def hang_up(self, *, refused: int = 480) -> None:  # noqa: ARG002 - the contract's signature
        if self._over:
            return
        self._over = True
        if self._line is not None:
            self._line.hang_up()
            # They know each other: without this both would wait for the garbage collector.
            self._line = None
        self.media.close()

    def _media(self, event: MediaEvent) -> None:
        if isinstance(event, Digit):
            self.on_digit(event.digit)

    def _left(self) -> None:
        if not self._over:
            self._over = True
            self._line = None
            self.gone = True
            self.media.close()
            self.on_left()


class _Line(Telephone):
    """The leg to his phone."""

    def __init__(
        self,
        leg: OutboundLeg,
        media: MediaLeg,
        session: Session,
        *,
        here: Callable[[], None],
        failed: Callable[[OfferEnd], None],
        left: Callable[[], None],
    ) -> None:
        super().__init__(leg, media, session)
        self._here: Final = here
        self._failed: Final = failed
        self._left: Final = left
        self._rang = False

    def hang_up(self) -> None:
        """End it, or stop ringing; nothing is told afterwards."""
        self._leg.hangup()

    def _happened(self, event: LegEvent) -> None:
        match event:
            case Ringing():
                self._rang = True
            case Answered(sdp):
                self._took(sdp)
            case Failed(status):
                self._failed(failure(status, rang=self._rang))
            case Reoffered():
                self._reoffered(event)
            case Referred():
                # A customer cannot send our agents elsewhere.
                self._leg.notify_referral(603, "Decline")
            case Ended():
                self._left()
            case _:
                pass

    def _took(self, sdp: bytes) -> None:
        try:
            self._session.answered(sdp)
        except (SdpError, NoCommonCodec):
            self._leg.hangup()
            self._failed(OfferEnd.SET_UP_FAILED)
            return
        self._session.connect(self.media)
        self._here()
