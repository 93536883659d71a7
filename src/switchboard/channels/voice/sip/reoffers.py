"""Changing a running session, both ways: re-INVITE and UPDATE (RFC 3261 section 14, RFC 3311)."""

import random
from collections.abc import Callable
from typing import Final

from switchboard.channels.voice.sip.dialog_use import DialogUse
from switchboard.channels.voice.sip.events import Acked, LegEvent, ReofferAnswered, Reoffered, ReofferRefused
from switchboard.channels.voice.sip.final_answer import FinalAnswer
from switchboard.channels.voice.sip.node import ALLOW
from switchboard.protocols.sip.flow import Flow
from switchboard.protocols.sip.layer import ClientTransaction, ServerTransaction
from switchboard.protocols.sip.message import Request, Response
from switchboard.protocols.sip.reasons import REASONS
from switchboard.protocols.sip.timers import Timer

SDP: Final = "application/sdp"
LONGEST: Final = 32.0
"""Seconds the peer may take for our re-INVITE once it has said 100: nobody rings for it."""


class Reoffers:
    """Offers inside one dialog. At most one each way; `wanted` waits while another runs.

    we_called: whether we made the Call-ID, which decides who waits longer after glare (section 14.1).
    tell: the owner's ear. lost: called with a reason when the dialog turns out to be dead.
    """

    def __init__(
        self, use: DialogUse, tell: Callable[[LegEvent], None], lost: Callable[[str], None], *, we_called: bool
    ) -> None:
        self._use = use
        self._tell = tell
        self._lost = lost
        self._we_called = we_called
        self._incoming: ServerTransaction | None = None
        self._answer: FinalAnswer | None = None
        self._outgoing: bytes | None = None
        self._wanted: bytes | None = None
        self._transaction: ClientTransaction | None = None
        self._timer: Timer | None = None
        self._ack: tuple[str, tuple[Flow, bytes]] | None = None
        self._closed = False

    # -- the peer offers --

    def receive(self, transaction: ServerTransaction) -> None:
        """A re-INVITE or an UPDATE."""
        node = self._use.node
        request = transaction.request
        if self._incoming is not None:
            wait = str(node.entropy.randint(1, 10))
            node.reply(transaction, 500, headers={"retry-after": [wait]})
        elif self._outgoing is not None or (self._answer is not None and request.method == "INVITE"):
            node.reply(transaction, 491)
        elif request.method == "UPDATE" and not request.body:
            # A session refresh (RFC 4028) or a new Contact: nothing to negotiate.
            self._use.dialog.refresh(request)
            node.reply(transaction, 200, headers={"contact": node.contact(transaction.flow)})
        else:
            self._incoming = transaction
            if request.method == "INVITE":
                transaction.on_cancel = self._cancelled
                node.reply(transaction, 100)
            self._use.dialog.refresh(request)
            self._tell(Reoffered(request.body or None))

    def accept(self, sdp: bytes) -> None:
        transaction, self._incoming = self._incoming, None
        if transaction is None:
            return
        node = self._use.node
        headers = {"contact": node.contact(transaction.flow), "allow": [ALLOW], "content-type": [SDP]}
        response = node.response(transaction.request, 200, headers=headers, body=sdp)
        if transaction.request.method == "INVITE":
            self._answer = FinalAnswer(node.timers, transaction, response, lambda: self._lost("no ACK for re-INVITE"))
            transaction.on_ack = self.acknowledged
        else:
            transaction.respond(response)
        self._continue()

    def refuse(self, status: int, reason: str) -> None:
        transaction, self._incoming = self._incoming, None
        if transaction is not None:
            self._use.node.reply(transaction, status, reason)
            self._continue()

    def _cancelled(self, _: Request) -> None:
        self.refuse(487, "")

    def acknowledged(self, request: Request) -> None:
        """An ACK that may be for a 2xx of ours to a re-INVITE."""
        answer = self._answer
        if answer is not None and answer.cseq == request.cseq:
            answer.acknowledged()
            self._answer = None
            if request.body:
                self._tell(Acked(request.body))
            self._continue()

    # -- we offer --

    def offer(self, sdp: bytes) -> None:
        """Send a re-INVITE, now or when the one before has ended; the latest wish counts."""
        if self._outgoing is not None or self._incoming is not None or self._answer is not None:
            self._wanted = sdp
            return
        self._outgoing = sdp
        self._stop_timer()
        self._send()

    def _continue(self) -> None:
        self._stop_timer()
        if self._wanted is not None and not self._closed:
            sdp, self._wanted = self._wanted, None
            self.offer(sdp)

    def _send(self) -> None:
        if self._closed or self._outgoing is None:
            return
        self._transaction = self._use.send(
            "INVITE", self._answered, self._failed, headers={"allow": [ALLOW]}, body=self._outgoing, content_type=SDP
        )

    def _answered(self, response: Response) -> None:
        status = response.status
        if status < 200:
            if self._timer is None:
                self._timer = self._use.node.timers.after(LONGEST, self._too_long)
            return
        self._stop_timer()
        if status < 300:
            self._accepted(response)
        elif status == 491:
            # Both offered at once: neither does for a while, so that one of the two can (section 14.1).
            self._wanted = self._wanted or self._outgoing
            self._outgoing = None
            self._timer = self._use.node.timers.after(self._glare_pause(self._use.node.entropy), self._continue)
        else:
            self._failed(status, response.reason)

    def _accepted(self, response: Response) -> None:
        if self._ack is not None and self._ack[0] == response.headers["cseq"][0]:
            flow, data = self._ack[1]
            flow.send(data)
            return
        self._use.dialog.refresh(response)
        sent = self._use.acknowledge(response.cseq)
        if sent is not None:
            self._ack = (response.headers["cseq"][0], sent)
        if self._outgoing is None:
            return
        self._outgoing = None
        if not self._closed:
            self._tell(ReofferAnswered(response.body))
            self._continue()

    def _glare_pause(self, entropy: random.Random) -> float:
        return entropy.uniform(2.1, 4.0) if self._we_called else entropy.uniform(0.0, 2.0)

    def _too_long(self) -> None:
        self._timer = None
        if self._transaction is not None:
            self._transaction.abandon()
        self._failed(408)

    def _failed(self, status: int, reason: str = "") -> None:
        self._stop_timer()
        if self._outgoing is None or self._closed:
            return
        self._outgoing = None
        self._tell(ReofferRefused(status, reason or REASONS.get(status, "")))
        if status in (408, 481):
            # The dialog is gone (section 12.2.1.2).
            self._lost(f"re-INVITE answered {status}")
        else:
            self._continue()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def close(self) -> None:
        """The dialog ends: stop everything, answer what the peer still waits for."""
        self._closed = True
        self._stop_timer()
        if self._outgoing is not None and self._transaction is not None:
            # Its final response may be lost for good; what is over already does not mind.
            self._use.node.timers.after(LONGEST, self._transaction.abandon)
        if self._answer is not None:
            self._answer.acknowledged()
            self._answer = None
        self.refuse(487, "")
