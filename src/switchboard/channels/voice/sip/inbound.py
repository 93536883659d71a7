"""A call that came in: from the INVITE to the ACK. What follows is `Leg`'s."""

from collections.abc import Sequence
from typing import Final

from switchboard.channels.voice.sip.events import Acked, Cancelled, Ended
from switchboard.channels.voice.sip.final_answer import FinalAnswer
from switchboard.channels.voice.sip.leg import Leg, LegState, silent
from switchboard.channels.voice.sip.node import ALLOW, SUPPORTED, Node
from switchboard.channels.voice.sip.reoffers import SDP
from switchboard.protocols.sip.dialog import Dialog
from switchboard.protocols.sip.header import items, parse_via
from switchboard.protocols.sip.layer import ServerTransaction
from switchboard.protocols.sip.message import Headers, Request, Response
from switchboard.protocols.sip.timers import Timer
from switchboard.protocols.sip.uri import NameAddress, Uri, UriError, name_address

RING_AGAIN: Final = 60.0
"""Seconds between repeated provisional responses, so that proxies keep the call (RFC 3261 section 13.3.1.1)."""
MOST_RINGING: Final = 10
"""Minutes after which an unanswered call is refused: its caller may have vanished without a word."""
TRYING_AFTER: Final = 0.1
"""Seconds after which 100 Trying is sent when nothing else was (section 17.2.1 allows 200 ms)."""


class InboundLeg(Leg):
    """A call that came in. Facts are plain texts of the INVITE; what a caller says of himself is never proof.

    offer: his SDP; None when he wants ours (then `Acked.sdp` brings his answer). state: RINGING until answered.
    """

    __slots__ = ("_answer", "_bye_reason", "_provisional", "_rung", "_timer", "_transaction", "offer", "request")

    def __init__(self, node: Node, transaction: ServerTransaction) -> None:
        """Raises UriError when the INVITE has no Contact to call back to."""
        request = transaction.request
        super().__init__(node, request.call_id, request.from_address.uri, transaction.flow)
        self.state = LegState.RINGING
        self.request = request
        self.offer: bytes | None = request.body or None
        self.remote_sdp = self.offer
        self._transaction = transaction
        self._timer: Timer | None = None
        self._answer: FinalAnswer | None = None
        self._provisional: Response | None = None
        self._bye_reason = ""
        self._rung = 0
        try:
            dialog = Dialog.answering(request, self.id)
        except UriError:
            self.end()
            raise
        self.open_dialog(dialog, transaction.flow if _must_pin(transaction, dialog.target) else None)
        transaction.on_ack = self.acknowledged
        transaction.on_cancel = self.cancelled
        transaction.on_broken = self._connection_lost
        self._timer = node.timers.after(TRYING_AFTER, self._trying)

    # -- facts --

    @property
    def dialled(self) -> str:
        """User part of the Request-URI, unescaped: the number or name that was called. Empty when there is none."""
        try:
            return Uri.parse(self.request.uri).user
        except UriError:
            return ""

    @property
    def dialled_uri(self) -> str:
        return self.request.uri

    @property
    def from_user(self) -> str:
        """User part of From, unescaped; empty when unreadable."""
        return _user(self.request.from_address)

    @property
    def from_display(self) -> str:
        return self.request.from_address.display

    @property
    def from_uri(self) -> str:
        return self.request.from_address.uri

    @property
    def asserted_user(self) -> str:
        """User part of P-Asserted-Identity (RFC 3325) or Remote-Party-ID, or empty. Believe trunks only."""
        for name in ("p-asserted-identity", "remote-party-id"):
            for value in items(self.request.values(name)):
                try:
                    return _user(name_address(value))
                except UriError:
                    continue
        return ""

    @property
    def private(self) -> bool:
        """Whether the caller asked that his number be withheld (RFC 3323)."""
        wishes = {wish.strip().lower() for wish in (self.request.get("privacy") or "").split(";")}
        return bool(wishes & {"id", "user", "header", "session", "critical"}) or self.from_user.lower() == "anonymous"

    @property
    def replaces(self) -> str:
        """The dialog this call shall take over (RFC 3891), or empty; see `SipStack.leg_replaced_by`."""
        return self.request.get("replaces") or ""

    def header(self, name: str) -> str | None:
        """First value of a header of the INVITE; any case, long name."""
        return self.request.get(name.lower())

    def headers(self, name: str) -> Sequence[str]:
        """All values of a header of the INVITE."""
        return self.request.values(name.lower())

    # -- what its owner asks --

    def ring(self, sdp: bytes | None = None, status: int = 180) -> None:
        """Send a provisional response (180, 183 with SDP for early media); repeated every minute by the stack."""
        if self.state is not LegState.RINGING:
            return
        headers = self._answer_headers(sdp)
        self._provisional = self._node.reply(self._transaction, status, tag=self.id, headers=headers, body=sdp or b"")
        self._stop_timer()
        self._timer = self._node.timers.after(RING_AGAIN, self._ring_again)

    def answer(self, sdp: bytes) -> None:
        """Send 200 with this SDP; it is repeated until the ACK comes (`Acked`), at most 32 s (then `Ended`)."""
        if self.state is not LegState.RINGING:
            return
        self._stop_timer()
        self.state = LegState.ANSWERED
        headers = {**self._answer_headers(sdp), "allow": [ALLOW], "supported": [SUPPORTED]}
        response = self._node.response(self.request, 200, tag=self.id, headers=headers, body=sdp)
        self._answer = FinalAnswer(self._node.timers, self._transaction, response, self._never_acknowledged)

    def reject(self, status: int, reason: str = "", headers: Sequence[tuple[str, str]] = ()) -> None:
        """Send a final response from 300 to 699 and end. Does nothing once the leg was answered or is over.

        Raises ValueError for another status, or for a header that cannot be written.
        """
        if not 300 <= status <= 699:
            raise ValueError(f"{status} does not refuse a call")
        if self.state is not LegState.RINGING:
            return
        response = self._node.response(self.request, status, reason, tag=self.id)
        response.add(headers)
        self.on_event = silent
        self.end()
        self._transaction.respond(response)

    def ignore(self) -> None:
        """Say nothing at all, not even to retransmissions that come later: for senders who only want noise."""
        self.on_event = silent
        self.end()
        self._transaction.abandon()

    def hangup(self, reason: str = "") -> None:
        self.on_event = silent
        if self.state is LegState.RINGING:
            self.reject(480, headers=(("Reason", reason),) if reason else ())
        elif self.state is LegState.ANSWERED:
            # A callee must not send BYE before the ACK has come (section 15).
            self.state = LegState.LEAVING
            self._bye_reason = reason
        elif self.state is LegState.UP:
            self.send_bye(reason)

    # -- what arrives --

    def acknowledged(self, request: Request) -> None:
        answer = self._answer
        if answer is None or answer.cseq != request.cseq:
            super().acknowledged(request)
            return
        answer.acknowledged()
        self._answer = None
        if self.state is LegState.LEAVING:
            self.send_bye(self._bye_reason)
        elif self.state is LegState.ANSWERED:
            self.state = LegState.UP
            self.tell(Acked(request.body if self.offer is None and request.body else None))

    def cancelled(self, cancel: Request) -> None:
        """The caller's CANCEL, with its reason (RFC 3326)."""
        if self.state is LegState.RINGING:
            self._gone(cancel.get("reason") or "")

    def bye_arrived(self, reason: str) -> None:
        if self.state is LegState.RINGING:
            # Unusual but allowed for a caller in an early dialog (section 15).
            self._gone(reason)
        else:
            super().bye_arrived(reason)

    def _gone(self, reason: str) -> None:
        self.end()
        self._node.reply(self._transaction, 487, tag=self.id)
        self.tell(Cancelled(reason))

    def _never_acknowledged(self) -> None:
        self._answer = None
        told = self.state is LegState.LEAVING
        self.send_bye(self._bye_reason)
        if not told:
            self.tell(Ended(by_remote=False, reason="no ACK"))

    def _connection_lost(self) -> None:
        if self.state is LegState.RINGING:
            self.end()
            self._transaction.abandon()
            self.tell(Cancelled("connection lost"))

    def end(self) -> None:
        self._stop_timer()
        if self._answer is not None:
            self._answer.acknowledged()
            self._answer = None
        # What lingers of the transaction must not keep the leg.
        self._transaction.on_ack = self._transaction.on_broken = self._transaction.on_cancel = None
        super().end()

    # -- timers --

    def _trying(self) -> None:
        self._timer = None
        if self._provisional is None:
            self._node.reply(self._transaction, 100)
        self._timer = self._node.timers.after(RING_AGAIN, self._ring_again)

    def _ring_again(self) -> None:
        self._rung += 1
        if self._rung >= MOST_RINGING:
            self.end()
            self._node.reply(self._transaction, 480, tag=self.id)
            self.tell(Cancelled("nobody answered"))
            return
        if self._provisional is not None:
            self._transaction.respond(self._provisional)
        self._timer = self._node.timers.after(RING_AGAIN, self._ring_again)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _answer_headers(self, sdp: bytes | None) -> Headers:
        headers: Headers = {"contact": self._node.contact(self._transaction.flow)}
        routes = self.request.headers.get("record-route")
        if routes:
            headers["record-route"] = routes
        if sdp:
            headers["content-type"] = [SDP]
        return headers

    def _we_called(self) -> bool:
        return False


def _user(address: NameAddress) -> str:
    try:
        return address.parsed().user
    except UriError:
        return ""


def _must_pin(transaction: ServerTransaction, contact: str) -> bool:
    """Whether the caller, who wants to be called at `contact`, can only be reached the way his INVITE came.

    True for a connection he opened, and for a caller behind NAT: his Via and Contact name an address that his
    packets do not come from (RFC 3581, RFC 5626).
    """
    flow = transaction.flow
    if flow.reliable:
        return True
    host = Uri.parse(contact).host
    if host == flow.remote[0]:
        return False
    try:
        return parse_via(transaction.request.top_via).host == host
    except UriError:
        return True
