"""The SIP endpoint without sockets: takes messages, makes legs, answers what needs no decision.

`SipStack` puts sockets and a clock under it; tests put a simulated network there.
"""

import random
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from switchboard.channels.voice.sip.dialog_use import authorized
from switchboard.channels.voice.sip.inbound import InboundLeg
from switchboard.channels.voice.sip.leg import Leg, capabilities
from switchboard.channels.voice.sip.node import ALLOW, SUPPORTED, Credentials, Node
from switchboard.channels.voice.sip.outbound import Call, OutboundLeg
from switchboard.channels.voice.sip.register_request import RegisterRequest
from switchboard.channels.voice.sip.reoffers import SDP
from switchboard.kit.errors import Invalid
from switchboard.protocols.sip.flow import Flow
from switchboard.protocols.sip.header import answer_port, stamped
from switchboard.protocols.sip.layer import ServerTransaction, TransactionLayer
from switchboard.protocols.sip.message import Headers, Request, Response, SipParseError, parse
from switchboard.protocols.sip.replaces import parse_replaces
from switchboard.protocols.sip.timers import Timers
from switchboard.protocols.sip.uri import Uri, UriError, quoted

_log = structlog.get_logger(__name__)

RING_LIMIT: Final = 180.0
"""Seconds a call of ours may ring."""


def _refuse_call(leg: InboundLeg) -> None:
    leg.reject(480)


def _refuse_registration(request: RegisterRequest) -> None:
    request.refuse(403)


class UserAgent:
    """Every leg of a node and what else reaches it.

    timers, entropy: time and chance. route: finds the flow to a URI, raises UriError when there is none.
    on_invite: each new call, at once. on_register: each REGISTER. Both may answer later.
    """

    def __init__(
        self,
        timers: Timers,
        entropy: random.Random,
        route: Callable[[str], Flow],
        *,
        user_agent: str = "Switchboard",
    ) -> None:
        self.on_invite: Callable[[InboundLeg], None] = _refuse_call
        self.on_register: Callable[[RegisterRequest], None] = _refuse_registration
        self.closing = False
        self.layer = TransactionLayer(timers, entropy, on_request=self._request, on_ack=self._ack, on_stray=self._stray)
        self.node = Node(timers, entropy, self.layer, user_agent, route)

    @property
    def legs(self) -> int:
        """How many legs are not over."""
        return len(self.node.dialogs)

    # -- out --

    def dial(
        self,
        target_uri: str,
        *,
        from_user: str,
        sdp: bytes,
        from_name: str = "",
        from_host: str = "",
        credentials: Credentials | None = None,
        headers: Sequence[tuple[str, str]] = (),
        via_flow: Flow | None = None,
        ring_limit: float = RING_LIMIT,
    ) -> OutboundLeg:
        """Call `target_uri`, at once; set `on_event` on what is returned, no event comes before.

        from_host: host of our address, by default ours. headers: more for the INVITE. via_flow: where the call goes
        instead of the address in the URI (a phone's registration). ring_limit: seconds until `Failed(408)`.
        Raises Invalid for a URI that cannot be called, ValueError for a header that cannot be written.
        """
        try:
            Uri.parse(target_uri)
            flow = via_flow or self.node.route(target_uri)
        except UriError as error:
            raise Invalid(f"This address cannot be called: {error}", field="target_uri") from None
        if not target_uri.isprintable() or " " in target_uri or ">" in target_uri:
            raise Invalid("This address cannot be called: it contains blanks or brackets", field="target_uri")
        own = Uri("sip", from_user, from_host or flow.sent_by.rpartition(":")[0].strip("[]"))
        message = Request(
            "INVITE",
            target_uri,
            {
                # The first five keep this place when each attempt fills them in.
                "max-forwards": ["70"],
                "from": [f"{quoted(from_name) + ' ' if from_name else ''}<{own}>"],
                "to": [f"<{target_uri}>"],
                "call-id": [""],
                "cseq": [""],
                "contact": self.node.contact(flow),
                "allow": [ALLOW],
                "supported": [SUPPORTED],
                "user-agent": [self.node.user_agent],
            },
            cseq=0,
        )
        message.add(headers)
        if sdp:
            message.headers["content-type"] = [SDP]
        call = Call(target_uri, message.headers, sdp, flow, via_flow is not None, credentials, ring_limit)
        return OutboundLeg(self.node, self.layer.token() + self.layer.token(), call)

    def ask(
        self,
        method: str,
        uri: str,
        on_response: Callable[[Response], None],
        on_failure: Callable[[int], None],
        *,
        headers: Headers,
        credentials: Credentials | None = None,
        flow: Flow | None = None,
    ) -> Flow:
        """Send a request outside any dialog (REGISTER, OPTIONS) and answer one challenge.

        headers: must have from (with tag), to, call-id and cseq. Only final responses are told. Returns the flow used.
        Raises UriError when the URI leads nowhere.
        """
        way = flow or self.node.route(uri)

        def answered(response: Response) -> None:
            if response.status < 200:
                return
            extra = authorized(self.node, response, credentials, method, uri, b"")
            if extra is None:
                on_response(response)
                return
            again = _following(headers, method)
            self.layer.send(again_with(again, extra), way, final, on_failure)

        def again_with(request: Request, extra: Headers) -> Request:
            request.headers.update(extra)
            return request

        def final(response: Response) -> None:
            if response.status >= 200:
                on_response(response)

        def _following(first: Headers, method: str) -> Request:
            number = int(first["cseq"][0].partition(" ")[0]) + 1
            return Request(method, uri, {**first, "cseq": [f"{number} {method}"]}, cseq=number)

        number = int(headers["cseq"][0].partition(" ")[0])
        self.layer.send(Request(method, uri, dict(headers), cseq=number), way, answered, on_failure)
        return way

    def leg_replaced_by(self, replaces: str) -> Leg | None:
        """The leg that a Replaces value names (RFC 3891 section 3), if it is one of ours and not over."""
        named = parse_replaces(replaces)
        if named is None:
            return None
        leg = self.node.dialogs.get(named.to_tag)
        if isinstance(leg, Leg) and leg.call_id == named.call_id and leg.is_named(named.to_tag, named.from_tag):
            return leg
        return None

    # -- in --

    def receive(self, data: bytes, flow: Flow) -> bool:
        """Take one message. False when it was garbage (nothing came of it, or a 400)."""
        try:
            message = parse(data)
        except SipParseError as error:
            if error.request is not None:
                self._bad_request(error.request, str(error), flow)
            return False
        if isinstance(message, Request) and message.method != "ACK":
            try:
                flow = _way_back(message, flow)
            except UriError:
                return False
        self.layer.receive(message, flow)
        return True

    def _bad_request(self, request: Request, fault: str, flow: Flow) -> None:
        """Stateless 400: a broken request gets a clear answer and no memory (section 16.3 in spirit)."""
        try:
            flow = _way_back(request, flow)
        except UriError:
            return
        flow.send(self.node.response(request, 400, fault[:1].upper() + fault[1:]).encode())

    def _request(self, transaction: ServerTransaction) -> None:
        request = transaction.request
        if request.method == "CANCEL":
            self._cancel(transaction)
        elif tag := request.to_tag:
            owner = self.node.dialogs.get(tag)
            if owner is None:
                self.node.reply(transaction, 481)
            else:
                owner.receive(transaction)
        else:
            self._outside(transaction)

    def _outside(self, transaction: ServerTransaction) -> None:
        """A request that belongs to no dialog (section 8.2)."""
        method = transaction.request.method
        unknown = Leg.unknown_extensions(transaction.request)
        if self.layer.merged(transaction):
            self.node.reply(transaction, 482)
        elif unknown:
            self.node.reply(transaction, 420, headers={"unsupported": unknown})
        elif method == "INVITE":
            self._invite(transaction)
        elif method == "OPTIONS":
            self.node.reply(
                transaction, 200, headers={**capabilities(), "contact": self.node.contact(transaction.flow)}
            )
        elif method == "REGISTER":
            self.on_register(RegisterRequest(self.node, transaction))
        else:
            status = 481 if method in ("BYE", "INFO", "UPDATE", "NOTIFY", "PRACK") else 405
            self.node.reply(transaction, status, headers={"allow": [ALLOW]})

    def _invite(self, transaction: ServerTransaction) -> None:
        request = transaction.request
        kind = (request.get("content-type") or SDP).partition(";")[0].strip().lower()
        if self.closing:
            self.node.reply(transaction, 503, headers={"retry-after": ["10"]})
        elif request.body and kind != SDP:
            self.node.reply(transaction, 415, headers={"accept": [SDP]})
        elif not request.uri.lower().startswith(("sip:", "sips:", "tel:")):
            self.node.reply(transaction, 416)
        else:
            try:
                leg = InboundLeg(self.node, transaction)
            except UriError:
                self.node.reply(transaction, 400, "Contact Needed")
                return
            try:
                self.on_invite(leg)
            except Exception:  # noqa: BLE001 - one call that breaks must not take the others with it; it is logged
                _log.exception("invite_owner_failed")
                leg.reject(500)

    def _cancel(self, transaction: ServerTransaction) -> None:
        cancel = transaction.request
        invite = self.layer.invite_of(cancel)
        if invite is None:
            self.node.reply(transaction, 481)
            return
        self.node.reply(transaction, 200)
        if invite.on_cancel is not None and not invite.answered:
            invite.on_cancel(cancel)

    def _ack(self, request: Request) -> None:
        owner = self.node.dialogs.get(request.to_tag)
        if owner is not None and owner.call_id == request.call_id:
            owner.acknowledged(request)

    def _stray(self, response: Response, flow: Flow) -> None:
        """A response that nobody waits for; a repeated 2xx after 32 s has no reader either (RFC 6026 section 8.6)."""


def _way_back(request: Request, flow: Flow) -> Flow:
    """Note in Via where a request came from, and find where its responses go (section 18.2). Raises UriError."""
    vias = request.headers["via"]
    host, port = flow.remote
    written = vias[0]
    stamp = stamped(written, host, port)
    if stamp is not written:
        vias[0] = stamp
    if flow.reliable or f";rport={port}" in stamp:
        return flow
    asked = answer_port(stamp)
    return flow if asked == port else flow.with_port(asked)
