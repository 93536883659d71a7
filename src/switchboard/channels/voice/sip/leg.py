"""What inbound and outbound legs share: everything that happens inside the dialog of one call."""

import enum
from collections.abc import Callable
from typing import Final

import structlog

from switchboard.channels.voice.sip.dialog_use import DialogUse
from switchboard.channels.voice.sip.events import Ended, Info, LegEvent
from switchboard.channels.voice.sip.node import ALLOW, EXTENSIONS, Credentials, Node
from switchboard.channels.voice.sip.referrals import Referrals
from switchboard.channels.voice.sip.reoffers import SDP, Reoffers
from switchboard.protocols.sip.dialog import Dialog
from switchboard.protocols.sip.flow import Address, Flow
from switchboard.protocols.sip.header import items
from switchboard.protocols.sip.layer import ServerTransaction
from switchboard.protocols.sip.message import Headers, Request, Response
from switchboard.protocols.sip.reasons import REASONS

_log = structlog.get_logger(__name__)


class LegState(enum.StrEnum):
    """Where a leg is.

    CALLING: outbound, no answer yet. RINGING: inbound, not answered yet; outbound, the far end rings.
    CANCELLING: outbound, given up, the far end has not confirmed yet. ANSWERED: inbound, answered, ACK not here yet.
    UP: both ends talk. LEAVING: inbound, hung up by us before the ACK came: the BYE waits for it. ENDED: final.
    """

    CALLING = "calling"
    RINGING = "ringing"
    CANCELLING = "cancelling"
    ANSWERED = "answered"
    UP = "up"
    LEAVING = "leaving"
    ENDED = "ended"


NEXT: Final = {
    LegState.CALLING: {LegState.RINGING, LegState.CANCELLING, LegState.UP, LegState.ENDED},
    LegState.RINGING: {LegState.CANCELLING, LegState.ANSWERED, LegState.UP, LegState.ENDED},
    LegState.CANCELLING: {LegState.ENDED},
    LegState.ANSWERED: {LegState.UP, LegState.LEAVING, LegState.ENDED},
    LegState.UP: {LegState.ENDED},
    LegState.LEAVING: {LegState.ENDED},
    LegState.ENDED: set[LegState](),
}
"""Which state may follow which. Every state but UP (a call may last) has a deadline: transaction timers, the ring limit
of either side, 32 s for an ACK."""


def silent(_: LegEvent) -> None:
    """Nobody listens (yet)."""


class Leg:
    """One side of a call. Everything is synchronous; what happens comes by `on_event`: set it at once.

    id: our tag, unique on this node. remote_uri: the peer's address of record. source: where its packets come from or
    ours go to. remote_sdp: the last session description the peer sent. dialog facts exist from the first tag on.
    """

    __slots__ = (
        "__weakref__", "_node", "_referrals", "_reoffers", "_use", "call_id", "flow", "id", "on_event", "remote_sdp",
        "remote_uri", "state",
    )  # fmt: skip

    def __init__(self, node: Node, call_id: str, remote_uri: str, flow: Flow) -> None:
        self.id = node.layer.token()
        self.call_id = call_id
        self.remote_uri = remote_uri
        self.flow = flow
        self.remote_sdp: bytes | None = None
        self.state = LegState.CALLING
        self.on_event: Callable[[LegEvent], None] = silent
        self._node = node
        self._use: DialogUse | None = None
        self._reoffers: Reoffers | None = None
        self._referrals: Referrals | None = None
        node.dialogs[self.id] = self

    @property
    def source(self) -> Address:
        """The peer's network address, as seen from here."""
        return self.flow.remote

    @property
    def over(self) -> bool:
        """Whether its owner has nothing more to expect of it."""
        return self.state in (LegState.ENDED, LegState.CANCELLING, LegState.LEAVING)

    @property
    def dialog_id(self) -> str:
        """This leg as a Replaces value for its peer (RFC 3891), or empty before there is a dialog."""
        if self._use is None:
            return ""
        dialog = self._use.dialog
        return f"{dialog.call_id};to-tag={dialog.remote_tag};from-tag={dialog.local_tag}"

    def is_named(self, to_tag: str, from_tag: str) -> bool:
        """Whether a Replaces with these tags means this leg (to_tag: ours)."""
        return to_tag == self.id and self._use is not None and self._use.dialog.remote_tag == from_tag

    # -- what its owner asks --

    def hangup(self, reason: str = "") -> None:
        """End the leg by what fits its state: BYE, CANCEL or a final response (480). Idempotent; tells nothing more.

        reason: value of a Reason header, for example `SIP;cause=200;text="Call completed elsewhere"`.
        """
        raise NotImplementedError

    def reinvite(self, sdp: bytes) -> None:
        """Offer a changed session; ends in `ReofferAnswered` or `ReofferRefused`.

        Glare (491) is retried inside; of several wishes made while one runs, the latest is sent. Ignored unless UP.
        """
        if self.state is LegState.UP and (reoffers := self._offers()) is not None:
            reoffers.offer(sdp)

    def accept_reoffer(self, sdp: bytes) -> None:
        """Answer the pending `Reoffered`. Does nothing when none is pending."""
        if self._reoffers is not None:
            self._reoffers.accept(sdp)

    def refuse_reoffer(self, status: int = 488, reason: str = "") -> None:
        """Refuse the pending `Reoffered`; the session stays as it was."""
        if self._reoffers is not None:
            self._reoffers.refuse(status, reason)

    def send_info(self, body: bytes, content_type: str) -> None:
        """Send an INFO (RFC 6086), for example keys as `application/dtmf-relay`. Ignored unless UP."""
        if self.state is LegState.UP and self._use is not None:
            self._use.send("INFO", self._checked, self._unanswered, body=body, content_type=content_type)

    def refer(self, target_uri: str, *, replaces: str = "") -> None:
        """Ask the far end to call `target_uri`; outcomes come as `ReferralProgress`. Ignored unless UP.

        replaces: the `dialog_id` of the leg whose far end shall be connected (attended transfer).
        """
        if self.state is LegState.UP and (referrals := self._refers()) is not None:
            referrals.refer(target_uri, replaces)

    def notify_referral(self, status: int, reason: str = "") -> None:
        """Tell whoever sent the `Referred` how it gets on; a status from 200 on is the last word."""
        if self._referrals is not None and self.state is LegState.UP:
            self._referrals.notify(status, reason)

    # -- what arrives --

    def receive(self, transaction: ServerTransaction) -> None:
        """A request inside this dialog."""
        request = transaction.request
        use = self._use
        if use is None or self.state in (LegState.ENDED, LegState.CANCELLING) or not self._fits(use.dialog, request):
            self._node.reply(transaction, 481)
        elif not use.dialog.in_order(request):
            self._node.reply(transaction, 500, "Out Of Order")
        elif unknown := self.unknown_extensions(request):
            self._node.reply(transaction, 420, headers={"unsupported": unknown})
        else:
            receiver = _RECEIVERS.get(request.method)
            if receiver is None:
                self._node.reply(transaction, 405, headers={"allow": [ALLOW]})
            else:
                receiver(self, transaction)

    @staticmethod
    def _fits(dialog: Dialog, request: Request) -> bool:
        return dialog.call_id == request.call_id and dialog.remote_tag == request.from_tag

    @staticmethod
    def unknown_extensions(request: Request) -> list[str]:
        """Option tags required of us that we do not know (section 8.2.2.3)."""
        return [tag for tag in items(request.values("require")) if tag.lower() not in EXTENSIONS]

    def acknowledged(self, request: Request) -> None:
        """An ACK of its own arrived for this dialog."""
        if self._reoffers is not None:
            self._reoffers.acknowledged(request)

    def _bye(self, transaction: ServerTransaction) -> None:
        reason = transaction.request.get("reason") or ""
        self._node.reply(transaction, 200)
        self.bye_arrived(reason)

    def bye_arrived(self, reason: str) -> None:
        """The far end has hung up."""
        self.end()
        self.tell(Ended(by_remote=True, reason=reason))

    def _info(self, transaction: ServerTransaction) -> None:
        request = transaction.request
        self._node.reply(transaction, 200)
        self.tell(Info(request.body, (request.get("content-type") or "").partition(";")[0].strip().lower()))

    def _options(self, transaction: ServerTransaction) -> None:
        self._node.reply(transaction, 200, headers=capabilities())

    def _offer(self, transaction: ServerTransaction) -> None:
        request = transaction.request
        reoffers = self._offers()
        if reoffers is None or not self._may_reoffer(request):
            # Offers before the answer would need early-dialog UPDATE rules, and an INVITE cannot be re-sent then.
            self._node.reply(transaction, 491)
        elif request.body and (request.get("content-type") or "").partition(";")[0].strip().lower() != SDP:
            self._node.reply(transaction, 415, headers={"accept": [SDP]})
        else:
            if request.body:
                self.remote_sdp = request.body
            reoffers.receive(transaction)

    def _may_reoffer(self, request: Request) -> bool:
        return self.state is LegState.UP or (request.method == "UPDATE" and not request.body)

    def _refer(self, transaction: ServerTransaction) -> None:
        referrals = self._refers()
        if referrals is None or self.state is not LegState.UP:
            self._node.reply(transaction, 603)
        else:
            referrals.receive(transaction)

    def _notify(self, transaction: ServerTransaction) -> None:
        referrals = self._refers()
        if referrals is None:
            self._node.reply(transaction, 481)
        else:
            referrals.notified(transaction)

    # -- shared ground --

    def tell(self, event: LegEvent) -> None:
        """Hand an event to the owner; his mistake must not damage the signalling."""
        sdp = getattr(event, "sdp", None)
        if sdp:
            self.remote_sdp = sdp
        try:
            self.on_event(event)
        except Exception:  # noqa: BLE001 - whatever the owner does wrong, this call goes on; it is logged
            _log.exception("leg_owner_failed", leg_event=type(event).__name__)
        if self.state is LegState.ENDED:
            # What lingers for retransmissions must not keep the owner alive.
            self.on_event = silent

    def open_dialog(self, dialog: Dialog, pinned: Flow | None, credentials: Credentials | None = None) -> DialogUse:
        """From now on there is somebody to send requests to."""
        self._use = DialogUse(self._node, dialog, pinned, credentials)
        return self._use

    def send_bye(self, reason: str = "") -> None:
        """BYE and the end, whatever the far end answers."""
        use = self._use
        self.end()
        if use is not None:
            headers: Headers = {"reason": [reason]} if reason else {}
            use.send("BYE", _over, _over, headers=headers)

    def lost(self, reason: str) -> None:
        """The dialog has turned out to be dead on the far side: tidy up and tell."""
        if self.state is LegState.UP:
            self.send_bye()
            self.tell(Ended(by_remote=False, reason=reason))

    def end(self) -> None:
        """Nothing of this leg remains but what its transactions still repeat."""
        self.state = LegState.ENDED
        self._node.leave(self.id)
        if self._reoffers is not None:
            self._reoffers.close()
            self._reoffers = None
        self._use = self._referrals = None

    def _offers(self) -> Reoffers | None:
        if self._reoffers is None and self._use is not None:
            self._reoffers = Reoffers(self._use, self.tell, self.lost, we_called=self._we_called())
        return self._reoffers

    def _refers(self) -> Referrals | None:
        if self._referrals is None and self._use is not None:
            self._referrals = Referrals(self._use, self.tell)
        return self._referrals

    def _we_called(self) -> bool:
        raise NotImplementedError

    def _checked(self, response: Response) -> None:
        if response.status == 481:
            self.lost("far end does not know the call")

    def _unanswered(self, status: int) -> None:
        if status == 408:
            self.lost(f"far end does not answer ({REASONS[status]})")


def capabilities() -> Headers:
    """What an OPTIONS answer says of us (section 11.2)."""
    return {
        "allow": [ALLOW],
        "accept": [f"{SDP}, application/dtmf-relay, message/sipfrag"],
        "supported": ["replaces"],
    }


def _over(_: object) -> None:
    """Whatever a BYE is answered, the call is over (section 15.1.1)."""


_RECEIVERS: Final[dict[str, Callable[[Leg, ServerTransaction], None]]] = {
    "INVITE": Leg._offer,  # noqa: SLF001 - the table of this class
    "UPDATE": Leg._offer,  # noqa: SLF001
    "BYE": Leg._bye,  # noqa: SLF001
    "INFO": Leg._info,  # noqa: SLF001
    "OPTIONS": Leg._options,  # noqa: SLF001
    "REFER": Leg._refer,  # noqa: SLF001
    "NOTIFY": Leg._notify,  # noqa: SLF001
}
