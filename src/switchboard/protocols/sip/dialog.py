"""A dialog: what both ends of a call agree on (RFC 3261 section 12)."""

from collections.abc import Sequence

from switchboard.protocols.sip.header import items
from switchboard.protocols.sip.message import Headers, Message, Request, Response
from switchboard.protocols.sip.uri import Uri, UriError, name_address


class Dialog:
    """Tags, sequence numbers, route set and remote target of one call, seen from one end.

    local, remote: From and To values as they stand in requests of ours, tags included. target: the URI that requests
    go to; it follows the peer's Contact. routes: Route values, nearest first. remote_seq: -1 before any request came.
    """

    __slots__ = ("call_id", "local", "local_seq", "local_tag", "remote", "remote_seq", "remote_tag", "routes", "target")

    def __init__(
        self,
        call_id: str,
        local: str,
        local_tag: str,
        remote: str,
        remote_tag: str,
        target: str,
        routes: Sequence[str] = (),
        *,
        local_seq: int = 0,
        remote_seq: int = -1,
    ) -> None:
        self.call_id = call_id
        self.local = local
        self.local_tag = local_tag
        self.remote = remote
        self.remote_tag = remote_tag
        self.target = target
        self.routes = list(routes)
        self.local_seq = local_seq
        self.remote_seq = remote_seq

    @classmethod
    def answering(cls, request: Request, local_tag: str) -> "Dialog":
        """The callee's side, made from the INVITE (section 12.1.1). Raises UriError without a usable Contact."""
        return cls(
            request.call_id,
            f"{request.headers['to'][0]};tag={local_tag}",
            local_tag,
            request.headers["from"][0],
            request.from_tag,
            contact_of(request),
            items(request.values("record-route")),
            remote_seq=request.cseq,
        )

    @classmethod
    def calling(cls, uri: str, response: Response) -> "Dialog":
        """The caller's side, made from a response with a To tag (section 12.1.2).

        uri: the Request-URI of the INVITE, the target when the response has no Contact that can be called.
        """
        try:
            target = contact_of(response)
        except UriError:
            target = uri
        return cls(
            response.call_id,
            response.headers["from"][0],
            response.from_tag,
            response.headers["to"][0],
            response.to_tag,
            target,
            items(response.values("record-route"))[::-1],
            local_seq=response.cseq,
        )

    def request(self, method: str, headers: Headers | None = None, body: bytes = b"", *, cseq: int = 0) -> Request:
        """The next request of ours (section 12.2.1.1). cseq: given for ACK and CANCEL, which repeat their INVITE's."""
        if not cseq:
            self.local_seq += 1
            cseq = self.local_seq
        all_headers: Headers = {
            "max-forwards": ["70"],
            "from": [self.local],
            "to": [self.remote],
            "call-id": [self.call_id],
            "cseq": [f"{cseq} {method}"],
        }
        uri = self.target
        if self.routes:
            uri, all_headers["route"] = self._routed()
        if headers:
            all_headers.update(headers)
        return Request(method, uri, all_headers, body, cseq=cseq)

    def next_hop(self) -> str:
        """The URI whose address the next request is sent to (section 8.1.2)."""
        return name_address(self.routes[0]).uri if self.routes else self.target

    def _routed(self) -> tuple[str, list[str]]:
        first = name_address(self.routes[0])
        if first.parsed().loose:
            return self.target, self.routes
        # A strict router of RFC 2543 wants itself as Request-URI and the target last.
        return first.uri, [*self.routes[1:], f"<{self.target}>"]

    def in_order(self, request: Request) -> bool:
        """Whether a request of the peer is newer than what came before (section 12.2.2); notes its number if so."""
        if request.cseq <= self.remote_seq:
            return False
        self.remote_seq = request.cseq
        return True

    def refresh(self, message: Message) -> None:
        """Follow the peer's Contact after a target refresh (re-INVITE, UPDATE); a broken one changes nothing."""
        if "contact" in message.headers:
            try:
                self.target = contact_of(message)
            except UriError:
                return


def contact_of(message: Message) -> str:
    """The URI of the first Contact. Raises UriError when there is none that can be called."""
    found = items(message.values("contact"))
    if not found:
        raise UriError("no Contact")
    uri = name_address(found[0]).uri
    Uri.parse(uri)
    return uri
