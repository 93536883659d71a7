"""A caller and a callee on real UDP sockets, written without the code under test: it must not judge itself."""

import hashlib
import itertools
import json
import re
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Address = tuple[str, int]
Match = Callable[["Message"], bool]

SDP = (
    "v=0\r\no=- 1 {version} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na={direction}\r\n"
)
_numbers = itertools.count(1)


def sdp(port: int = 40_000, *, version: int = 1, direction: str = "sendrecv") -> str:
    return SDP.format(version=version, port=port, direction=direction)


def token() -> str:
    """Unique within this test process and, by the clock, between processes."""
    return f"{time.monotonic_ns():x}{next(_numbers):x}"


@dataclass
class Message:
    """One datagram, read by the simplest means."""

    first: str
    headers: list[tuple[str, str]]
    body: str
    source: Address

    @classmethod
    def read(cls, data: bytes, source: Address) -> "Message":
        head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        pairs = [line.partition(":") for line in lines]
        return cls(first, [(name.strip().lower(), value.strip()) for name, _, value in pairs], body, source)

    @property
    def method(self) -> str:
        return "" if self.first.startswith("SIP/2.0") else self.first.split()[0]

    @property
    def status(self) -> int:
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0") else 0

    @property
    def uri(self) -> str:
        return self.first.split()[1]

    @property
    def cseq_method(self) -> str:
        return self["cseq"].split()[1]

    @property
    def cseq(self) -> int:
        return int(self["cseq"].split()[0])

    def __getitem__(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    def tag(self, name: str) -> str:
        found = re.search(r";tag=([^;>\s]+)", self[name])
        return found.group(1) if found else ""

    @property
    def branch(self) -> str:
        found = re.search(r"branch=([^;,\s]+)", self["via"])
        return found.group(1) if found else ""

    @property
    def contact_uri(self) -> str:
        found = re.search(r"<([^>]+)>", self["contact"])
        return found.group(1) if found else ""


def is_request(method: str) -> Match:
    return lambda message: message.method == method


def is_response(status: int, method: str = "INVITE") -> Match:
    return lambda message: message.status == status and message.cseq_method == method


def is_final(method: str = "INVITE") -> Match:
    return lambda message: message.status >= 200 and message.cseq_method == method


class Peer:
    """A UDP socket on a free port."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]

    def send(self, data: str | bytes, to: Address) -> None:
        self.socket.sendto(data.encode() if isinstance(data, str) else data, to)

    def receive(self, within: float) -> Message | None:
        ready, _, _ = select.select([self.socket], [], [], max(0.0, within))
        if not ready:
            return None
        data, source = self.socket.recvfrom(65_535)
        return Message.read(data, source)

    def expect(self, match: Match, within: float = 3.0) -> Message:
        """The first message that matches; others before it are dropped. Fails when none comes in time."""
        seen: list[str] = []
        deadline = time.monotonic() + within
        while (message := self.receive(deadline - time.monotonic())) is not None:
            if match(message):
                return message
            seen.append(message.first)
        raise AssertionError(f"nothing matched within {within} s, but there came {seen}")

    def listen(self, seconds: float) -> list[Message]:
        """Everything that arrives in this time: to see that something does not, or how often it does."""
        heard: list[Message] = []
        deadline = time.monotonic() + seconds
        while (message := self.receive(deadline - time.monotonic())) is not None:
            heard.append(message)
        return heard

    def drain(self) -> None:
        while self.receive(0.0) is not None:
            continue

    def respond(
        self,
        request: Message,
        status: int,
        *,
        tag: str = "",
        body: str = "",
        extra: tuple[str, ...] = (),
        contact: bool = True,
    ) -> str:
        to = request["to"]
        if tag and "tag=" not in to:
            to += f";tag={tag}"
        lines = [
            f"SIP/2.0 {status} X",
            *(f"Via: {via}" for via in request.all("via")),
            f"From: {request['from']}",
            f"To: {to}",
            f"Call-ID: {request['call-id']}",
            f"CSeq: {request['cseq']}",
            *extra,
        ]
        if contact:
            lines.append(f"Contact: <sip:bcontact@127.0.0.1:{self.port}>")
        data = finished(lines, body)
        self.send(data, request.source)
        return data

    def close(self) -> None:
        self.socket.close()


def finished(lines: list[str], body: str, content_type: str = "application/sdp") -> str:
    if body:
        lines.append(f"Content-Type: {content_type}")
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body])


@dataclass
class Caller:
    """The calling end of one call."""

    peer: Peer
    target: Address
    user: str = "service"
    call_id: str = field(default_factory=lambda: token() + "@a")
    tag: str = field(default_factory=token)
    remote_tag: str = ""
    remote_target: str = ""
    cseq: int = 0
    branch: str = ""
    last: str = ""
    invite_data: str = ""

    def request(
        self,
        method: str,
        body: str = "",
        *,
        extra: tuple[str, ...] = (),
        branch: str = "",
        content_type: str = "application/sdp",
    ) -> str:
        """Send a request; returns its branch."""
        if method not in ("ACK", "CANCEL"):
            self.cseq += 1
        branch = branch or f"z9hG4bK{token()}"
        own = f"<sip:{self.user}@127.0.0.1:{self.target[1]}>"
        lines = [
            f"{method} {self.remote_target or own.strip('<>')} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.peer.port};branch={branch}",
            f'From: "T" <sip:tester@127.0.0.1:{self.peer.port}>;tag={self.tag}',
            f"To: {own}{';tag=' + self.remote_tag if self.remote_tag else ''}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {self.cseq} {method}",
            f"Contact: <sip:tester@127.0.0.1:{self.peer.port}>",
            "Max-Forwards: 70",
            *extra,
        ]
        self.last = finished(lines, body, content_type)
        self.peer.send(self.last, self.target)
        return branch

    def invite(self, body: str = "", *, extra: tuple[str, ...] = ()) -> "Caller":
        self.branch = self.request("INVITE", body or sdp(), extra=extra)
        self.invite_data = self.last
        return self

    def cancel(self) -> None:
        self.request("CANCEL", branch=self.branch)

    def answered(self, response: Message) -> None:
        self.remote_tag = response.tag("to")
        self.remote_target = response.contact_uri

    def ack(self) -> None:
        """For a 2xx."""
        self.request("ACK")

    def ack_failure(self, response: Message | None = None) -> None:
        """For a 300-699: the INVITE's branch, the response's To tag, the same Request-URI."""
        if response is not None:
            self.remote_tag = response.tag("to")
        self.request("ACK", branch=self.branch)


@dataclass
class Call:
    """A call that both ends have answered."""

    caller: Caller
    invite: Message
    tag: str
    answer: str
    ok: Message
    ack: Message


class Wire:
    """Caller side a, callee side b, and the back-to-back user agent between them."""

    def __init__(self, a: Peer, b: Peer, target: Address) -> None:
        self.a = a
        self.b = b
        self.target = target

    def caller(self, **facts: str) -> Caller:
        return Caller(self.a, self.target, **facts)

    def drain(self) -> None:
        self.a.drain()
        self.b.drain()

    def established(self, *, ack: bool = True, extra: tuple[str, ...] = ()) -> Call:
        """INVITE, 180, 200 and the ACKs."""
        caller = self.caller().invite()
        invite = self.b.expect(is_request("INVITE"))
        tag = token()
        self.b.respond(invite, 180, tag=tag)
        self.a.expect(is_response(180))
        answer = self.b.respond(invite, 200, tag=tag, body=sdp(41_000), extra=extra)
        ok = self.a.expect(is_response(200))
        caller.answered(ok)
        b_ack = self.b.expect(is_request("ACK"))
        if ack:
            caller.ack()
        return Call(caller, invite, tag, answer, ok, b_ack)

    def hang_up(self, call: Call) -> tuple[Message, Message]:
        """The caller hangs up: his answer to BYE, and the BYE that the callee gets."""
        call.caller.request("BYE")
        answered = self.a.expect(is_final("BYE"))
        bye = self.b.expect(is_request("BYE"))
        self.b.respond(bye, 200)
        return answered, bye


PROGRAM = """
import json, sys
import uvloop
from switchboard.bench.sip import serve
host, port, route = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
uvloop.run(serve((host, port), (host, route), ("user", "secret")))
"""


@contextmanager
def b2bua() -> Iterator[Wire]:
    """`bench sip` in a process of its own, on a free port."""
    a, b = Peer(), Peer()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "127.0.0.1", "0", str(b.port)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        yield Wire(a, b, ("127.0.0.1", int(ready["sip"].rpartition(":")[2])))
    finally:
        process.terminate()
        assert process.wait(10) == 0
        a.close()
        b.close()


def digest_fields(value: str) -> dict[str, str]:
    found = re.findall(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))', value)
    return {name.lower(): quoted or bare for name, quoted, bare in found}


def digest_response(fields: dict[str, str], method: str, secret: str, algorithm: str) -> str:
    """What RFC 7616 section 3.4.1 wants, computed once more by hand."""

    def hashed(text: str) -> str:
        return (hashlib.md5 if algorithm == "MD5" else hashlib.sha256)(text.encode()).hexdigest()

    ha1 = hashed(f"{fields['username']}:{fields['realm']}:{secret}")
    ha2 = hashed(f"{method}:{fields['uri']}")
    return hashed(f"{ha1}:{fields['nonce']}:{fields['nc']}:{fields['cnonce']}:{fields['qop']}:{ha2}")
