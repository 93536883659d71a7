"""Browsers: ICE, DTLS and SRTP keys from aiortc; packets of sound go straight to the engine.

This is the only module that knows names of aiortc and aioice which they do not promise to keep (their version
is pinned for that). Neither tracks nor peer connections are used: they cost twenty times the CPU.
"""
# ruff: noqa: SLF001

import asyncio
import contextlib
import socket
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from aioice.candidate import Candidate as IceCandidate
from aioice.candidate import candidate_foundation, candidate_priority
from aioice.ice import StunProtocol
from aiortc import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    RTCIceCandidate,
    RTCIceGatherer,
    RTCIceParameters,
    RTCIceTransport,
)
from pylibsrtp import Error as SrtpError

from switchboard.channels.voice.media.events import WebRtcState
from switchboard.channels.voice.media.intake import WIDEST, Intake, Read
from switchboard.channels.voice.media.offer import Candidate, Fingerprint, Offer
from switchboard.kit.tasks import Tasks

Address = tuple[str, int]
Certificate = RTCCertificate

CONNECT_LIMIT: Final = 30.0
"""Seconds from the answer until ICE and DTLS must be done."""

_RECEIVED: Final = 2_048


def make_certificate() -> RTCCertificate:
    """A certificate for DTLS; takes about a millisecond and holds for 30 days."""
    return RTCCertificate.generateCertificate()


def fingerprint_of(certificate: RTCCertificate) -> Fingerprint:
    """What the answer says about it."""
    found = next(print_ for print_ in certificate.getFingerprints() if print_.algorithm == "sha-256")
    return Fingerprint(found.algorithm, found.value)


class _Socket(asyncio.DatagramTransport):
    """A bound UDP socket as aioice wants it. Read by the event loop until the engine takes over."""

    def __init__(self, bound: socket.socket, protocol: StunProtocol) -> None:
        super().__init__()
        self.bound: Final = bound
        self.protocol: Final = protocol
        self.address: Final[Address] = bound.getsockname()[:2]
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(bound.fileno(), self._readable)
        self._intake: Intake | None = None
        self._closed = False
        protocol.connection_made(self)

    def sendto(self, data: Any, addr: Any = None) -> None:
        """Send one datagram; lost when the operating system does not take it, as UDP may be."""
        with contextlib.suppress(OSError):
            self.bound.sendto(data, addr)

    def hand_over(self, intake: Intake, row: int, read: Read) -> None:
        """From now on it is read at every tick, not by the event loop."""
        self._loop.remove_reader(self.bound.fileno())
        self._intake = intake
        intake.add(self.bound.fileno(), row, read)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self.address if name == "sockname" else default

    def is_closing(self) -> bool:
        return self._closed

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._loop.remove_reader(self.bound.fileno())
            if self._intake is not None:
                self._intake.remove(self.bound.fileno())
            self.bound.close()
            self._loop.call_soon(self.protocol.connection_lost, None)

    def abort(self) -> None:
        self.close()

    def _readable(self) -> None:
        with contextlib.suppress(OSError):
            self.protocol.datagram_received(*self.bound.recvfrom(_RECEIVED))


class BrowserTransport:
    """The way to one browser: gather, say the answer's facts, connect, and then carry RTP for the engine.

    on_state: called with every WebRtcState. on_rtcp: with decrypted RTCP packets. on_stranger: with nothing,
    for packets whose encryption does not fit.
    """

    def __init__(
        self,
        certificate: RTCCertificate,
        intake: Intake,
        tasks: Tasks,
        *,
        on_state: Callable[[WebRtcState], None],
        on_rtcp: Callable[[bytes], None],
        on_stranger: Callable[[], None],
    ) -> None:
        self._intake = intake
        self._tasks = tasks
        self._on_state = on_state
        self._on_rtcp = on_rtcp
        self._on_stranger = on_stranger
        self._gatherer = RTCIceGatherer(iceServers=[])
        self._connection = self._gatherer._connection
        self._ice = RTCIceTransport(self._gatherer)
        self._dtls = RTCDtlsTransport(self._ice, [certificate])
        self._dtls.on("statechange", self._dtls_changed)
        self._sockets: list[_Socket] = []
        self._out: tuple[socket.socket, Address] | None = None
        self._state: WebRtcState | None = None
        self._closing = False

    @property
    def ufrag(self) -> str:
        """Our ICE user name."""
        return str(self._connection.local_username)

    @property
    def password(self) -> str:
        """Our ICE password."""
        return str(self._connection.local_password)

    async def gather(self, bound: Sequence[socket.socket]) -> None:
        """Take these sockets, bound to the addresses of our candidates; they are closed by `close`."""

        async def candidates(component: int, **_: Any) -> list[IceCandidate]:
            return [self._candidate(component, one) for one in bound]

        # Instead of looking for interfaces (it leaves out 127.0.0.1) and binding to ports of its own choice.
        vars(self._connection)["get_component_candidates"] = candidates
        await self._gatherer.gather()

    def start(self, offer: Offer) -> None:
        """Connect in the background; `on_state` says when it is done or has failed."""
        self._connection.ice_controlling = False
        self._dtls._set_role("client" if offer.setup == "active" else "server")
        self._tasks.start(self._connect(offer), name="browser's transport")

    def carry(self, row: int) -> None:
        """Once connected: from now on the engine reads the sockets, for its row."""
        for one in self._sockets:
            one.hand_over(self._intake, row, partial(self._read, one))

    def send(self, packet: memoryview) -> None:
        """Encrypt and send one RTP packet. Raises OSError."""
        if self._out is None:
            return
        try:
            secret = self._dtls._tx_srtp.protect(packet.tobytes())
        except SrtpError as error:
            raise OSError(f"SRTP: {error}") from error
        self._out[0].sendto(secret, self._out[1])

    def send_rtcp(self, packet: bytes) -> None:
        if self._out is None:
            return
        try:
            self._out[0].sendto(self._dtls._tx_srtp.protect_rtcp(packet), self._out[1])
        except (OSError, SrtpError):
            # A report that is lost is replaced by the next one.
            return

    def close(self) -> None:
        """Say goodbye (DTLS close) and give up the sockets, in the background."""
        if not self._closing:
            self._closing = True
            self._out = None
            self._tasks.start(self._stop(), name="end of a browser's transport")

    async def _connect(self, offer: Offer) -> None:
        try:
            async with asyncio.timeout(CONNECT_LIMIT):
                for candidate in offer.candidates:
                    await self._ice.addRemoteCandidate(_remote(candidate))
                # The end of candidates is never signalled: the browser may come from an address that its
                # offer hides (mDNS names), and ICE would give up when it knows none.
                await self._ice.start(RTCIceParameters(offer.ufrag, offer.password))
                if self._ice.state == "completed":
                    prints = [RTCDtlsFingerprint(*one) for one in offer.fingerprints]
                    await self._dtls.start(RTCDtlsParameters(fingerprints=prints))
        except TimeoutError:
            self._changed(WebRtcState.FAILED)
            return
        if self._dtls.state == "connected" and not self._closing:
            self._refresh()
            self._changed(WebRtcState.CONNECTED)
        elif not self._closing:
            self._changed(WebRtcState.FAILED)

    async def _stop(self) -> None:
        await self._dtls.stop()
        await self._ice.stop()
        for one in self._sockets:
            one.close()

    def _candidate(self, component: int, bound: socket.socket) -> IceCandidate:
        protocol = StunProtocol(self._connection)
        one = _Socket(bound, protocol)
        self._sockets.append(one)
        self._connection._protocols.append(protocol)
        host, port = one.address
        protocol.local_candidate = IceCandidate(
            foundation=candidate_foundation("host", "udp", host),
            component=component,
            transport="udp",
            priority=candidate_priority(component, "host"),
            host=host,
            port=port,
            type="host",
        )
        return protocol.local_candidate

    def _read(self, one: _Socket, into: memoryview) -> int:
        """Read a datagram for the engine: RTP is decrypted, all else goes where it belongs."""
        data, source = one.bound.recvfrom(_RECEIVED)
        if not data or not 128 <= data[0] < 192:
            # STUN or DTLS (RFC 7983). Which pair of addresses is in use may change with it.
            one.protocol.datagram_received(data, source)
            self._refresh()
            return 0
        try:
            if len(data) > 1 and 192 <= data[1] <= 223:
                self._on_rtcp(self._dtls._rx_srtp.unprotect_rtcp(data))
                return 0
            plain = self._dtls._rx_srtp.unprotect(data)
        except (SrtpError, ValueError):
            self._on_stranger()
            return 0
        size = len(plain)
        if size >= WIDEST:
            self._on_stranger()
            return 0
        into[:size] = plain
        return size

    def _refresh(self) -> None:
        """Send from and to the pair of addresses that ICE has nominated."""
        pair = self._connection._nominated.get(1)
        if pair is not None and not self._closing:
            used = next(one for one in self._sockets if one.protocol is pair.protocol)
            self._out = (used.bound, pair.remote_addr)

    def _dtls_changed(self) -> None:
        if self._dtls.state == "closed" and not self._closing:
            # Without a word by DTLS it was ICE that gave up: the browser answers no consent checks.
            gone = self._ice.state == "failed" or self._connection._closing
            self._changed(WebRtcState.FAILED if gone else WebRtcState.CLOSED)

    def _changed(self, state: WebRtcState) -> None:
        if state == self._state or self._state in (WebRtcState.CLOSED, WebRtcState.FAILED):
            return
        self._state = state
        if state != WebRtcState.CONNECTED:
            self._out = None
        self._on_state(state)


def _remote(candidate: Candidate) -> RTCIceCandidate:
    return RTCIceCandidate(
        component=1,
        foundation=candidate.foundation,
        ip=candidate.host,
        port=candidate.port,
        priority=candidate.priority,
        protocol="udp",
        type=candidate.kind,
    )
