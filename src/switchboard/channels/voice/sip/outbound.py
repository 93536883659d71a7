"""A call that we make: from the INVITE to the answer, forks and crossing CANCELs included. What follows is `Leg`'s."""

from typing import Final, NamedTuple

from switchboard.channels.voice.sip.dialog_use import DialogUse, authorized
from switchboard.channels.voice.sip.events import Answered, Failed, Ringing
from switchboard.channels.voice.sip.leg import Leg, LegState, silent
from switchboard.channels.voice.sip.node import Credentials, Node
from switchboard.protocols.sip.dialog import Dialog
from switchboard.protocols.sip.flow import Flow
from switchboard.protocols.sip.header import items, seconds
from switchboard.protocols.sip.layer import ClientTransaction
from switchboard.protocols.sip.message import Headers, Request, Response
from switchboard.protocols.sip.reasons import REASONS
from switchboard.protocols.sip.timers import Timer
from switchboard.protocols.sip.transaction import GIVE_UP
from switchboard.protocols.sip.uri import UriError, name_address


class Call(NamedTuple):
    """What `SipStack.dial` was asked, ready to be sent. headers: everything but Via and CSeq."""

    uri: str
    headers: Headers
    sdp: bytes
    flow: Flow
    pinned: bool
    credentials: Credentials | None
    ring_limit: float


_MAX_CHALLENGES: Final = 2
"""A proxy and a server may both ask (section 22.3)."""


class OutboundLeg(Leg):
    """A call that we made. target_uri: what was dialled."""

    __slots__ = (
        "_acks", "_authorization", "_call", "_cancel_reason", "_challenges", "_credentials", "_cseq", "_limit",
        "_pinned", "_rings", "_transaction", "target_uri",
    )  # fmt: skip

    def __init__(self, node: Node, call_id: str, call: Call) -> None:
        super().__init__(node, call_id, call.uri, call.flow)
        self.target_uri = call.uri
        self._call: Call | None = call
        self._pinned = call.flow if call.pinned else None
        self._credentials = call.credentials
        self._cseq = 0
        self._authorization: Headers = {}
        self._challenges = 0
        self._rings = False
        self._cancel_reason = ""
        # ACKs by the To tag of the fork they went to, for 2xx that come again.
        self._acks: dict[str, tuple[Flow, bytes]] = {}
        self._limit: Timer | None = node.timers.after(call.ring_limit, self._not_answered)
        self._transaction: ClientTransaction | None = self._invite(call)
        """Of the INVITE, for as long as it can be cancelled."""

    def _invite(self, call: Call) -> ClientTransaction:
        self._cseq += 1
        self._rings = False
        headers: Headers = {
            **call.headers,
            "from": [f"{call.headers['from'][0]};tag={self.id}"],
            "call-id": [self.call_id],
            "cseq": [f"{self._cseq} INVITE"],
            **self._authorization,
        }
        request = Request("INVITE", call.uri, headers, call.sdp, cseq=self._cseq)
        return self._node.layer.send(request, call.flow, self._answered, self._failed)

    # -- what its owner asks --

    def hangup(self, reason: str = "") -> None:
        self.on_event = silent
        if self.state is LegState.UP:
            self.send_bye(reason)
        elif self.state in (LegState.CALLING, LegState.RINGING):
            self._cancel(reason)

    def _cancel(self, reason: str = "") -> None:
        self.state = LegState.CANCELLING
        self._stop_limit()
        self._cancel_reason = reason
        if self._rings:
            self._send_cancel()
        # Otherwise CANCEL waits for the first provisional response (section 9.1); timer B ends it if none comes.

    def _send_cancel(self) -> None:
        transaction = self._transaction
        if transaction is None:
            return
        invite = transaction.request
        source = invite.headers
        headers: Headers = {
            "via": source["via"][:1],
            "max-forwards": ["70"],
            "from": source["from"],
            "to": source["to"],
            "call-id": source["call-id"],
            "cseq": [f"{invite.cseq} CANCEL"],
        }
        if "route" in source:
            headers["route"] = source["route"]
        if self._cancel_reason:
            headers["reason"] = [self._cancel_reason]
        cancel = Request("CANCEL", invite.uri, headers, cseq=invite.cseq)
        self._node.layer.send(cancel, transaction.flow, _sent, _sent)
        # A far end that never confirms is taken to have done so (section 9.1).
        self._limit = self._node.timers.after(GIVE_UP, self._unconfirmed)

    def _unconfirmed(self) -> None:
        self._limit = None
        if self._transaction is not None:
            self._transaction.abandon()
        self.end()

    def _not_answered(self) -> None:
        self._limit = None
        if self.state in (LegState.CALLING, LegState.RINGING):
            self._cancel()
            self.tell(Failed(408, "Nobody Answered"))
            self.on_event = silent

    # -- what arrives --

    def _answered(self, response: Response) -> None:
        status = response.status
        if status < 200:
            self._provisional(response)
        elif status < 300:
            self._success(response)
        elif not self._try_again(response):
            self._refused(response)

    def _provisional(self, response: Response) -> None:
        first = not self._rings
        self._rings = True
        if self.state is LegState.CANCELLING:
            if first:
                self._send_cancel()
        elif response.status > 100:
            self.state = LegState.RINGING
            self.tell(Ringing(response.status, response.body or None))

    def _success(self, response: Response) -> None:
        tag = response.to_tag
        again = self._acks.get(tag)
        if again is not None:
            flow, data = again
            flow.send(data)
            return
        dialog = Dialog.calling(self.target_uri, response)
        use = DialogUse(self._node, dialog, self._pinned, self._credentials)
        sent = use.acknowledge(response.cseq)
        if sent is not None:
            self._acks[tag] = sent
        if self.state in (LegState.CALLING, LegState.RINGING):
            self._stop_limit()
            self._call = self._transaction = None
            self._use = use
            self.state = LegState.UP
            self.tell(Answered(response.body))
            return
        # Another fork was first, or our CANCEL crossed this answer: no ghost call.
        use.send("BYE", _sent, _sent)
        if self.state is LegState.CANCELLING:
            self.end()

    def _try_again(self, response: Response) -> bool:
        """Answer a challenge by a new INVITE in the same call (section 22)."""
        call = self._call
        if call is None or self.state is LegState.CANCELLING or self._challenges >= _MAX_CHALLENGES:
            return False
        extra = authorized(self._node, response, call.credentials, "INVITE", call.uri, call.sdp)
        if extra is None or extra.keys() <= self._authorization.keys():
            # The same kind of challenge twice means that the secret is wrong.
            return False
        self._challenges += 1
        self._authorization.update(extra)
        self._transaction = self._invite(call)
        return True

    def _refused(self, response: Response) -> None:
        told = self.state is LegState.CANCELLING
        self.end()
        if not told:
            contacts = tuple(_uris(response)) if response.status < 400 else ()
            self.tell(Failed(response.status, response.reason, contacts, seconds(response.get("retry-after"))))

    def _failed(self, status: int) -> None:
        """Timer B or the transport gave up."""
        if self.state is LegState.ENDED:
            return
        told = self.state is LegState.CANCELLING
        self.end()
        if not told:
            # Never from inside `dial`: the owner has not had time to listen.
            self._node.timers.after(0.0, self.tell, Failed(status, REASONS.get(status, "")))

    def end(self) -> None:
        self._stop_limit()
        self._call = self._transaction = None
        super().end()

    def _stop_limit(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _we_called(self) -> bool:
        return True


def _uris(response: Response) -> list[str]:
    found: list[str] = []
    for value in items(response.values("contact")):
        try:
            found.append(name_address(value).uri)
        except UriError:
            continue
    return found


def _sent(_: object) -> None:
    """Nothing depends on how a CANCEL, or the BYE of an unwanted fork, is answered."""
