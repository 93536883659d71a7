"""Phones and callers of a bench: bare SIP text over one UDP socket, so that the center is measured and not they.

    line = await Telephones.open(clock, center=("127.0.0.1", 5060))
    line.call("caller1")                         # an INVITE to the center's number `support`
    rung = await line.rung.get()                 # the center rings an agent's phone: who, for whom, when
    line.answer(rung); line.hang_up(rung)

They send no sound and repeat nothing: on the loopback of one machine no datagram is lost that there is room for.
"""

import asyncio
import re
import socket
from typing import Final, NamedTuple, cast

from switchboard.kit.clock import Clock

_SDP: Final = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\n"
_COPIED: Final = re.compile(r"^(?:Via|From|Call-ID|CSeq): .*\r\n", re.MULTILINE | re.IGNORECASE)
_FIELD: Final = re.compile(r"^(To|From|Call-ID|CSeq|Contact|Reason): (.*)\r$", re.MULTILINE | re.IGNORECASE)
_USER: Final = re.compile(r"sips?:([^@>;]+)@")

ROOM: Final = 8 * 1024 * 1024
"""Bytes of datagrams that may wait for the bench."""


class Rung(NamedTuple):
    """A phone rings. agent: user part of its address. caller: whose call it is. at: monotonic seconds."""

    agent: str
    caller: str
    at: float
    invite: str


class Telephones(asyncio.DatagramProtocol):
    """rung: INVITEs that came, each once. stopped: (agent, Reason header, at) of those that were cancelled. waiting:
    callers whom the center has answered; they hear its music. clock: monotonic seconds."""

    def __init__(self, clock: Clock, center: tuple[str, int]) -> None:
        self._clock = clock
        self._center = center
        self._transport: asyncio.DatagramTransport
        self._known: dict[str, str] = {}
        self.rung: asyncio.Queue[Rung] = asyncio.Queue()
        self.stopped: asyncio.Queue[tuple[str, str, float]] = asyncio.Queue()
        self.waiting: asyncio.Queue[str] = asyncio.Queue()

    @classmethod
    async def open(cls, clock: Clock, *, at: tuple[str, int], center: tuple[str, int]) -> "Telephones":
        """Listen at `at`. Raises OSError when the port is taken."""
        ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, ROOM)
        ear.bind(at)
        loop = asyncio.get_running_loop()
        _, line = await loop.create_datagram_endpoint(lambda: cls(clock, center), sock=ear)
        return line

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)
        self._here = "{}:{}".format(*transport.get_extra_info("sockname"))

    def close(self) -> None:
        self._transport.close()

    # -- what they do

    def call(self, caller: str) -> float:
        """Ring the center; returns when, in monotonic seconds."""
        at = self._clock.monotonic()
        self._request("INVITE", "sip:support@{}:{}".format(*self._center), caller, body=_SDP)
        return at

    def answer(self, rung: Rung) -> None:
        """The agent takes the call."""
        self._reply(rung.invite, "200 OK", body=_SDP)

    def hang_up(self, rung: Rung) -> float:
        """The agent ends the talk; returns when, in monotonic seconds."""
        said = dict(_FIELD.findall(rung.invite))
        target = said["Contact"].strip("<>").split(">")[0]
        bye = (
            f"BYE {target} SIP/2.0\r\nVia: SIP/2.0/UDP {self._here};branch=z9hG4bK-bye-{said['Call-ID']}\r\n"
            f"Max-Forwards: 70\r\nFrom: {said['To']};tag=phone\r\nTo: {said['From']}\r\n"
            f"Call-ID: {said['Call-ID']}\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n"
        )
        at = self._clock.monotonic()
        self._send(bye)
        return at

    # -- what they hear

    def datagram_received(self, data: bytes, _addr: tuple[str, int]) -> None:
        at = self._clock.monotonic()
        text = data.decode()
        method = text.partition(" ")[0]
        if method == "INVITE":
            self._invited(text, at)
        elif method == "CANCEL":
            self._reply(text, "200 OK")
            said = dict(_FIELD.findall(text))
            if (invite := self._known.get(said["Call-ID"])) is not None:
                self._reply(invite, "487 Request Terminated")
            self.stopped.put_nowait((_user(text), said.get("Reason", ""), at))
        elif method == "SIP/2.0":
            self._answered(text)
        elif method != "ACK":
            self._reply(text, "200 OK")

    def _invited(self, text: str, at: float) -> None:
        said = dict(_FIELD.findall(text))
        if said["Call-ID"] in self._known:
            return
        self._known[said["Call-ID"]] = text
        self.rung.put_nowait(Rung(_user(text), _user(said["From"]), at, text))
        self._reply(text, "180 Ringing")

    def _answered(self, text: str) -> None:
        said = dict(_FIELD.findall(text))
        if not text.startswith("SIP/2.0 200") or not said["CSeq"].endswith("INVITE"):
            return
        caller = _user(said["From"])
        self._request("ACK", said["Contact"].strip("<>").split(">")[0], caller, to=said["To"])
        self.waiting.put_nowait(caller)

    def _request(self, method: str, target: str, caller: str, *, to: str = "", body: str = "") -> None:
        to = to or f"<{target}>"
        kind = "Content-Type: application/sdp\r\n" if body else ""
        self._send(
            f"{method} {target} SIP/2.0\r\nVia: SIP/2.0/UDP {self._here};branch=z9hG4bK-{method}-{caller}\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{caller}@{self._here}>;tag={caller}\r\nTo: {to}\r\n"
            f"Call-ID: call-{caller}\r\nCSeq: 1 {method}\r\nContact: <sip:{caller}@{self._here}>\r\n"
            f"{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def _reply(self, request: str, status: str, *, body: str = "") -> None:
        copied = "".join(_COPIED.findall(request))
        to = dict(_FIELD.findall(request))["To"]
        tagged = to if ";tag=" in to else f"{to};tag=phone"
        kind = f"Contact: <sip:phone@{self._here}>\r\n" + ("Content-Type: application/sdp\r\n" if body else "")
        self._send(f"SIP/2.0 {status}\r\n{copied}To: {tagged}\r\n{kind}Content-Length: {len(body)}\r\n\r\n{body}")

    def _send(self, text: str) -> None:
        self._transport.sendto(text.encode(), self._center)


def _user(text: str) -> str:
    """User part of the first SIP address in it."""
    found = _USER.search(text)
    return "" if found is None else found[1]
