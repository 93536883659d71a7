"""Ways to peers: a UDP address, a TCP connection, a name that is being looked up (see `protocols.sip.flow.Flow`)."""

import asyncio
from typing import Protocol, cast

from switchboard.channels.voice.sip.limits import Limits
from switchboard.protocols.sip.flow import Address, Flow
from switchboard.protocols.sip.framing import PONG, StreamFramer
from switchboard.protocols.sip.message import SipParseError
from switchboard.protocols.sip.timers import Timer, Timers


class Endpoint(Protocol):
    """What flows need of the sockets that own them."""

    limits: Limits
    timers: Timers

    def sent_by(self, remote_host: str) -> str: ...
    def send_datagram(self, data: bytes, remote: Address) -> None: ...
    def message_arrived(self, data: bytes, flow: Flow) -> None: ...
    def stream_broken(self, host: str) -> None: ...
    def flow_closed(self, flow: Flow) -> None: ...
    def connection_opened(self, flow: "TcpFlow") -> bool: ...


class UdpFlow:
    """An address. Equal addresses are equal flows."""

    __slots__ = ("_endpoint", "remote")
    transport = "UDP"
    reliable = False
    breakable = False
    closed = False

    def __init__(self, endpoint: Endpoint, remote: Address) -> None:
        self._endpoint = endpoint
        self.remote = remote

    @property
    def sent_by(self) -> str:
        return self._endpoint.sent_by(self.remote[0])

    def send(self, data: bytes) -> None:
        self._endpoint.send_datagram(data, self.remote)

    def with_port(self, port: int) -> "UdpFlow":
        return UdpFlow(self._endpoint, (self.remote[0], port))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UdpFlow) and other.remote == self.remote

    def __hash__(self) -> int:
        return hash(self.remote)


class TcpFlow(asyncio.Protocol):
    """One connection, ours or theirs. What is sent before it is open waits; equality is identity."""

    transport = "TCP"
    reliable = True
    breakable = True

    def __init__(self, endpoint: Endpoint, remote: Address = ("", 0), *, theirs: bool) -> None:
        self._endpoint = endpoint
        self.remote = remote
        self.closed = False
        self._theirs = theirs
        self._framer = StreamFramer()
        self._stream: asyncio.Transport | None = None
        self._queued: list[bytes] = []
        self._deadline: Timer | None = None

    @property
    def sent_by(self) -> str:
        return self._endpoint.sent_by(self.remote[0])

    def with_port(self, port: int) -> "TcpFlow":  # noqa: ARG002 - a connection has the port it has
        return self

    def send(self, data: bytes) -> None:
        if self.closed:
            # Told later: whoever sends is in the middle of a step.
            self._endpoint.timers.after(0.0, self._endpoint.flow_closed, self)
        elif self._stream is None:
            self._queued.append(data)
        else:
            self._stream.write(data)
            if self._stream.get_write_buffer_size() > self._endpoint.limits.unread:
                self._stream.abort()

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()
        self.lost()

    def lost(self) -> None:
        """The connection is gone or never came to be."""
        if not self.closed:
            self.closed = True
            self._queued.clear()
            self._stop_waiting()
            self._endpoint.flow_closed(self)

    # -- asyncio --

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not checked by isinstance: uvloop's transports are of another family.
        self._stream = stream = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername") or ("", 0)
        self.remote = (peer[0], peer[1])
        if self._theirs and not self._endpoint.connection_opened(self):
            self.closed = True
            stream.abort()
            return
        if self._theirs:
            self._deadline = self._endpoint.timers.after(self._endpoint.limits.first_message, self.close)
        for data in self._queued:
            stream.write(data)
        self._queued.clear()

    def data_received(self, data: bytes) -> None:
        framer = self._framer
        try:
            messages = framer.feed(data)
        except SipParseError:
            self._endpoint.stream_broken(self.remote[0])
            self.close()
            return
        if framer.pings and self._stream is not None:
            # One answer for any number of keep-alives that came together (RFC 5626 section 4.4.1).
            framer.pings = 0
            self._stream.write(PONG)
        self._watch_progress(bool(messages))
        for message in messages:
            self._endpoint.message_arrived(message, self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why it closed changes nothing
        self.lost()

    def _watch_progress(self, complete: bool) -> None:
        """A message that has begun must end in time, the first of a connection and every later one."""
        if complete and self._deadline is not None:
            self._stop_waiting()
        if self._framer.waiting and self._deadline is None:
            self._deadline = self._endpoint.timers.after(self._endpoint.limits.first_message, self.close)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class NamedFlow:
    """A host given by name: what is sent waits until the name is known, then goes by the flow to its address."""

    breakable = True

    def __init__(self, endpoint: Endpoint, host: str, port: int, transport: str) -> None:
        self._endpoint = endpoint
        self.remote: Address = (host, port)
        self.transport = transport
        self.reliable = transport != "UDP"
        self.closed = False
        self._inner: Flow | None = None
        self._queued: list[bytes] = []

    @property
    def sent_by(self) -> str:
        return self._inner.sent_by if self._inner is not None else self._endpoint.sent_by("")

    def with_port(self, port: int) -> "NamedFlow":  # noqa: ARG002 - requests only
        return self

    def send(self, data: bytes) -> None:
        if self._inner is not None:
            self._inner.send(data)
        elif self.closed:
            self._endpoint.timers.after(0.0, self._endpoint.flow_closed, self)
        else:
            self._queued.append(data)

    def resolved(self, flow: Flow) -> None:
        """The name has become an address."""
        self._inner = flow
        self.remote = flow.remote
        for data in self._queued:
            flow.send(data)
        self._queued.clear()

    def failed(self) -> None:
        """Nobody knows the name."""
        self.closed = True
        self._queued.clear()
        self._endpoint.flow_closed(self)
