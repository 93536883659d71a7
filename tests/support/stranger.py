"""Somebody on the network with a socket and an address of his own, who says in SIP whatever he likes."""

import asyncio
import contextlib
import hashlib
import re
import secrets
import socket
from collections.abc import Iterator, Sequence
from typing import Final

DATAGRAM: Final = 65_535
QUIET: Final = 1.0
"""Seconds without a word that count as being ignored; an answer takes a few milliseconds."""


def audio(address: str, payload_types: str = "0 8 101", port: int = 40_000) -> str:
    """A session description; nobody listens at its port unless one is given."""
    return (
        f"v=0\r\no=- 1 1 IN IP4 {address}\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP {payload_types}\r\n"
    )


class Response:
    """What came back: its status, its whole text, and single headers."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.status = int(text.split(" ", 2)[1]) if text.startswith("SIP/2.0 ") else 0

    def header(self, name: str) -> str:
        found = re.search(rf"^{name}:[ \t]*(.*?)\r?$", self.text, re.IGNORECASE | re.MULTILINE)
        assert found is not None, f"no {name} in {self.text}"
        return found[1]


class Request:
    """One request as the stranger writes it; `text` is what goes on the wire."""

    def __init__(
        self,
        method: str,
        uri: str,
        source: str,
        *,
        user: str,
        body: str = "",
        content_type: str = "application/sdp",
        headers: Sequence[str] = (),
        transport: str = "UDP",
        call: str = "",
        sequence: int = 1,
        to: str = "",
        branch: str = "",
        source_tag: str = "",
    ) -> None:
        self.method = method
        self.uri = uri
        self.call = call or secrets.token_hex(8)
        self.branch = branch or f"z9hG4bK{secrets.token_hex(8)}"
        self.tag = source_tag or secrets.token_hex(4)
        self.sequence = sequence
        content = [f"Content-Type: {content_type}"] if body else []
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/{transport} {source};branch={self.branch}",
            "Max-Forwards: 70",
            f"From: <sip:{user}@{source}>;tag={self.tag}",
            f"To: {to or f'<{uri}>'}",
            f"Call-ID: {self.call}",
            f"CSeq: {sequence} {method}",
            f"Contact: <sip:{user}@{source}>",
            *headers,
            *content,
            f"Content-Length: {len(body)}",
        ]
        self.text = "\r\n".join(lines) + "\r\n\r\n" + body


class Stranger:
    """A UDP socket at `address` (any of 127.0.0.0/8 will do). target: the center's SIP address, `host:port`."""

    def __init__(self, address: str, target: str, *, user: str = "+4930123456") -> None:
        host, _, port = target.rpartition(":")
        self.target = target
        self.user = user
        self._remote = (host, int(port))
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 0))
        self._socket.setblocking(False)
        self.address = address
        self.source = f"{address}:{self._socket.getsockname()[1]}"

    def close(self) -> None:
        self._socket.close()

    def request(
        self,
        method: str,
        number: str = "",
        *,
        body: str = "",
        headers: Sequence[str] = (),
        of: Request | None = None,
        answered: Response | None = None,
        content_type: str = "application/sdp",
    ) -> Request:
        """A request to the center; with `of` a later one of the same call, `answered` brings the other end's tag."""
        uri = f"sip:{number}@{self.target}" if number else f"sip:{self.target}"
        if of is None:
            return Request(method, uri, self.source, user=self.user, body=body, headers=headers)
        repeats = method == "CANCEL" or (method == "ACK" and (answered is None or answered.status >= 300))
        return Request(
            method,
            of.uri,
            self.source,
            user=self.user,
            body=body,
            content_type=content_type,
            call=of.call,
            sequence=of.sequence + (method not in {"ACK", "CANCEL"}),
            to=answered.header("To") if answered is not None else "",
            branch=of.branch if repeats else "",
            source_tag=of.tag,
        )

    def invite(self, number: str, *, payload_types: str = "0 8 101", headers: Sequence[str] = ()) -> Request:
        """A call to a number."""
        return self.request("INVITE", number, body=audio(self.address, payload_types), headers=headers)

    def send(self, request: "Request | bytes") -> None:
        """Say it; the loopback loses nothing."""
        data = request if isinstance(request, bytes) else request.text.encode()
        self._socket.sendto(data, self._remote)

    async def answer(self, request: Request, *, seconds: float = 20) -> Response:
        """Send it and wait for its final response; a refused INVITE is acknowledged."""
        self.send(request)
        return await self.final(request, seconds=seconds)

    async def final(self, request: Request, *, seconds: float = 20) -> Response:
        """The final response to a request that was sent."""
        async with asyncio.timeout(seconds):
            while True:
                response = await self.receive()
                theirs = response.status >= 200 and response.header("Call-ID") == request.call
                if theirs and response.header("CSeq") == f"{request.sequence} {request.method}":
                    break
        if request.method == "INVITE":
            self.send(self.request("ACK", of=request, answered=response))
        return response

    async def receive(self) -> Response:
        """The next message that comes, whatever it is about."""
        data = await asyncio.get_running_loop().sock_recv(self._socket, DATAGRAM)
        return Response(data.decode(errors="replace"))

    async def ignored(self, request: Request) -> bool:
        """Whether this request is not answered within `QUIET` seconds."""
        self.send(request)
        try:
            async with asyncio.timeout(QUIET):
                # An earlier refusal may come again: its ACK was ignored as well.
                while (await self.receive()).header("Call-ID") != request.call:
                    pass
        except TimeoutError:
            return True
        return False

    def authorization(self, challenge: Response, method: str, uri: str, user: str, password: str) -> str:
        """An Authorization line that answers a 401 (RFC 2617 with qop=auth, MD5)."""
        value = challenge.header("WWW-Authenticate")
        realm, nonce = (_parameter(value, name) for name in ("realm", "nonce"))
        secret, what = _md5(f"{user}:{realm}:{password}"), _md5(f"{method}:{uri}")
        response = _md5(f"{secret}:{nonce}:00000001:abcdef:auth:{what}")
        return (
            f'Authorization: Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", '
            f'response="{response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="abcdef"'
        )


def _parameter(value: str, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', value)
    assert found is not None, value
    return found[1]


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@contextlib.contextmanager
def stranger(address: str, target: str, *, user: str = "+4930123456") -> Iterator[Stranger]:
    """A stranger who is gone with the block."""
    made = Stranger(address, target, user=user)
    try:
        yield made
    finally:
        made.close()
