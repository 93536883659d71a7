"""The sockets of the SIP port: UDP and TCP side by side, connections out, names looked up."""

import asyncio
import errno
import ipaddress
import socket
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import structlog

from switchboard.channels.voice.sip.flows import NamedFlow, TcpFlow, UdpFlow
from switchboard.channels.voice.sip.guard import Guard
from switchboard.channels.voice.sip.limits import Limits
from switchboard.kit.errors import Unavailable
from switchboard.kit.tasks import Tasks
from switchboard.protocols.sip.flow import Address, Flow
from switchboard.protocols.sip.timers import Timers
from switchboard.protocols.sip.uri import Uri, UriError

_log = structlog.get_logger(__name__)

NAME_LIVES: Final = 60.0
"""Seconds that a looked-up name is believed."""
CONNECT_WITHIN: Final = 10.0
"""Seconds that a connection of ours may take."""
RECEIVE_BUFFER: Final = 4 * 1024 * 1024
"""Bytes of datagrams the system may keep while the loop is busy (it may grant less): a burst must not be lost."""
MOST_ROUTES: Final = 10_000
_KEEP_ALIVES: Final = (b"\r\n\r\n", b"\r\n", b"", b"\0", b"\0\0\0\0")

Receive = Callable[[bytes, Flow], bool]


class Transports(asyncio.DatagramProtocol):
    """All flows of one node.

    receive: takes each message, False when it was garbage. lost: told when a flow is gone.
    public_address: what Via and Contact show, `host` or `host:port`; empty means the address we listen on.
    """

    def __init__(
        self,
        timers: Timers,
        tasks: Tasks,
        guard: Guard,
        limits: Limits,
        public_address: str,
        receive: Receive,
        lost: Callable[[Flow], None],
    ) -> None:
        self.timers = timers
        self.limits = limits
        self.address: Address = ("", 0)
        self._tasks = tasks
        self._guard = guard
        self._public_address = public_address
        self._receive = receive
        self._lost = lost
        self._datagrams: asyncio.DatagramTransport | None = None
        self._server: asyncio.Server | None = None
        self._connections: dict[Address, TcpFlow] = {}
        self._theirs: Counter[str] = Counter()
        self._open: set[TcpFlow] = set()
        self._names: dict[str, tuple[float, str]] = {}
        self._routes: dict[str, UdpFlow] = {}
        self._udp = lru_cache(MOST_ROUTES)(lambda host, port: UdpFlow(self, (host, port)))
        self.sent_by = lru_cache(MOST_ROUTES)(self._shown_to)
        """Our address as each peer must see it, by his."""

    async def start(self, host: str, port: int) -> None:
        """Listen. port 0 takes a free one, the same for both. Raises Unavailable when it cannot be had."""
        loop = asyncio.get_running_loop()
        try:
            datagrams, streams = _bound_pair(host, port)
        except OSError as error:
            reason = "already in use" if error.errno == errno.EADDRINUSE else (error.strerror or str(error))
            raise Unavailable(f"SIP cannot listen on {host}:{port}: {reason}", field="sip_port") from error
        self.address = datagrams.getsockname()[:2]
        self._datagrams, _ = await loop.create_datagram_endpoint(lambda: self, sock=datagrams)
        self._server = await loop.create_server(lambda: TcpFlow(self, theirs=True), sock=streams)

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for flow in list(self._open):
            flow.close()
        if self._datagrams is not None:
            self._datagrams.close()
            self._datagrams = None

    def _shown_to(self, remote_host: str) -> str:
        host, port = self.address
        public = self._public_address
        if public:
            shown_with_port = public.startswith("[") or public.count(":") == 1
            if shown_with_port and not public.endswith("]"):
                return public
            host = public.strip("[]")
        elif ipaddress.ip_address(host.partition("%")[0]).is_unspecified:
            host = _own_address_towards(remote_host, ":" in host)
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    # -- out --

    def route(self, uri: str) -> Flow:
        """The flow to a URI. Raises UriError."""
        known = self._routes.get(uri)
        if known is not None:
            return known
        parsed = Uri.parse(uri)
        if parsed.scheme == "sips" or parsed.transport not in ("udp", "tcp"):
            raise UriError("only UDP and TCP are spoken")
        if not parsed.host:
            raise UriError("no host to send to")
        flow = self._flow(parsed.host, parsed.port or 5060, parsed.transport)
        if isinstance(flow, UdpFlow):
            if len(self._routes) >= MOST_ROUTES:
                self._routes.clear()
            if _is_address(parsed.host):
                self._routes[uri] = flow
        return flow

    def _flow(self, host: str, port: int, transport: str) -> Flow:
        if not _is_address(host):
            name = self._names.get(host)
            if name is None or name[0] < self.timers.now():
                flow = NamedFlow(self, host, port, transport.upper())
                self._tasks.start(self._look_up(flow, host, port), name="sip-look-up")
                return flow
            host = name[1]
        return self._udp(host, port) if transport == "udp" else self._connection(host, port)

    async def _look_up(self, flow: NamedFlow, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in self.address[0] else socket.AF_INET
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, family=family, type=socket.SOCK_DGRAM)
            address = str(found[0][4][0])
        except (OSError, IndexError):
            _log.warning("sip_name_unknown")
            flow.failed()
            return
        if len(self._names) >= MOST_ROUTES:
            self._names.clear()
        self._names[host] = (self.timers.now() + NAME_LIVES, address)
        flow.resolved(self._flow(address, port, flow.transport.lower()))

    def _connection(self, host: str, port: int) -> TcpFlow:
        flow = self._connections.get((host, port))
        if flow is None or flow.closed:
            flow = self._connections[host, port] = TcpFlow(self, (host, port), theirs=False)
            self._open.add(flow)
            self._tasks.start(self._connect(flow, host, port), name="sip-connect")
        return flow

    async def _connect(self, flow: TcpFlow, host: str, port: int) -> None:
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                await asyncio.get_running_loop().create_connection(lambda: flow, host, port)
        except (OSError, TimeoutError):
            flow.lost()

    def send_datagram(self, data: bytes, remote: Address) -> None:
        if self._datagrams is not None:
            self._datagrams.sendto(data, remote)

    # -- in --

    def datagram_received(self, data: bytes, addr: Address) -> None:
        host = addr[0]
        if data in _KEEP_ALIVES or not self._guard.admits(host):
            return
        # IPv6 addresses come with flow and scope.
        if not self._receive(data, self._udp(host, addr[1])):
            self._guard.fault(host, "garbage")

    def error_received(self, exc: Exception) -> None:
        """An ICMP error says nothing that a retransmission timer does not find out."""
        _log.debug("sip_datagram_error", error=type(exc).__name__)

    def message_arrived(self, data: bytes, flow: Flow) -> None:
        host = flow.remote[0]
        if self._guard.admits(host) and not self._receive(data, flow):
            self._guard.fault(host, "garbage")

    def stream_broken(self, host: str) -> None:
        self._guard.fault(host, "garbage")

    def connection_opened(self, flow: TcpFlow) -> bool:
        """Whether a connection from outside may stay."""
        host = flow.remote[0]
        full = len(self._open) >= self.limits.connections
        if full or self._theirs[host] >= self.limits.connections_per_address or self._guard.ignores(host):
            self._guard.counts["connections refused"] += 1
            return False
        self._theirs[host] += 1
        self._open.add(flow)
        return True

    def flow_closed(self, flow: Flow) -> None:
        if isinstance(flow, TcpFlow) and flow in self._open:
            self._open.discard(flow)
            if self._connections.get(flow.remote) is flow:
                del self._connections[flow.remote]
            elif self._theirs[flow.remote[0]] > 1:
                self._theirs[flow.remote[0]] -= 1
            else:
                self._theirs.pop(flow.remote[0], None)
        self._lost(flow)


def _bound_pair(host: str, port: int) -> tuple[socket.socket, socket.socket]:
    """UDP and TCP sockets on one port. A free port of one kind may be taken for the other: then the next is tried."""
    tries = 20 if port == 0 else 1
    while True:
        tries -= 1
        datagrams = _bound(host, port, socket.SOCK_DGRAM)
        try:
            return datagrams, _bound(host, datagrams.getsockname()[1], socket.SOCK_STREAM)
        except OSError:
            datagrams.close()
            if not tries:
                raise


def _bound(host: str, port: int, kind: socket.SocketKind) -> socket.socket:
    """A socket at this address. Our own, because uvloop's errors do not say why. Raises OSError."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind)
    try:
        if kind is socket.SOCK_STREAM:
            # A restart must not wait for old connections to be forgotten.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        listening.bind((host, port))
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


@lru_cache(maxsize=4_096)
def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _own_address_towards(remote_host: str, v6: bool) -> str:
    """Which of our addresses packets to that host leave from; nothing is sent for it."""
    with socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((remote_host if _is_address(remote_host) else ("2001:db8::1" if v6 else "192.0.2.1"), 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "::1" if v6 else "127.0.0.1"
