"""Sends requests inside one dialog: right flow, right Contact, one answer to a challenge."""

from collections.abc import Callable

from switchboard.channels.voice.sip.node import Credentials, Node
from switchboard.protocols.sip.dialog import Dialog
from switchboard.protocols.sip.digest import answer_value, choose
from switchboard.protocols.sip.flow import Flow
from switchboard.protocols.sip.layer import ClientTransaction
from switchboard.protocols.sip.message import Headers, Request, Response
from switchboard.protocols.sip.uri import UriError

CHALLENGES = {401: ("www-authenticate", "authorization"), 407: ("proxy-authenticate", "proxy-authorization")}


def authorized(
    node: Node, response: Response, credentials: Credentials | None, method: str, uri: str, body: bytes
) -> Headers | None:
    """The header that answers the challenge in a 401 or 407, or None when we cannot answer it."""
    names = CHALLENGES.get(response.status)
    if credentials is None or names is None:
        return None
    challenge = choose(response.values(names[0]))
    if challenge is None:
        return None
    value = answer_value(
        challenge, credentials.user, credentials.secret, method, uri, cnonce=node.layer.token(), body=body
    )
    return {names[1]: [value]}


class DialogUse:
    """A dialog and the way to its peer.

    pinned: the flow that must be used as long as it lives (a phone behind NAT, RFC 5626), else None.
    """

    __slots__ = ("credentials", "dialog", "node", "pinned")

    def __init__(self, node: Node, dialog: Dialog, pinned: Flow | None, credentials: Credentials | None) -> None:
        self.node = node
        self.dialog = dialog
        self.pinned = pinned
        self.credentials = credentials

    def flow(self) -> Flow:
        """Where the next request goes. Raises UriError when its address is of no use."""
        pinned = self.pinned
        if pinned is not None and not self.dialog.routes and not pinned.closed:
            return pinned
        return self.node.route(self.dialog.next_hop())

    def send(
        self,
        method: str,
        on_response: Callable[[Response], None],
        on_failure: Callable[[int], None],
        *,
        headers: Headers | None = None,
        body: bytes = b"",
        content_type: str = "",
    ) -> ClientTransaction | None:
        """Send a request; a challenge is answered once. Failures (408, 503) are told later, never from inside."""
        headers = dict(headers or {})
        if body:
            headers["content-type"] = [content_type]

        def answered(response: Response) -> None:
            extra = authorized(self.node, response, self.credentials, method, self.dialog.target, body)
            if extra is None:
                on_response(response)
            else:
                self._send(method, {**headers, **extra}, body, on_response, on_failure)

        return self._send(method, headers, body, answered if self.credentials else on_response, on_failure)

    def _send(
        self,
        method: str,
        headers: Headers,
        body: bytes,
        on_response: Callable[[Response], None],
        on_failure: Callable[[int], None],
    ) -> ClientTransaction | None:
        try:
            flow = self.flow()
            if method in ("INVITE", "UPDATE", "REFER"):
                headers["contact"] = self.node.contact(flow)
            request = self.dialog.request(method, headers, body)
        except UriError:
            self.node.timers.after(0.0, on_failure, 503)
            return None
        return self.node.layer.send(request, flow, on_response, on_failure)

    def acknowledge(self, invite_seq: int, headers: Headers | None = None) -> tuple[Flow, bytes] | None:
        """Send the ACK of a 2xx, a transaction of its own (section 13.2.2.4).

        Returns what to send again when the 2xx is repeated; None when the peer cannot be reached.
        """
        try:
            flow = self.flow()
            request: Request = self.dialog.request("ACK", headers, cseq=invite_seq)
        except UriError:
            return None
        self.node.layer.put_via(request, flow)
        data = request.encode()
        flow.send(data)
        return flow, data
