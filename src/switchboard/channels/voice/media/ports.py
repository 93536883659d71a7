"""The UDP ports of a worker: bound ahead of need, left alone for a while after use."""

import errno
import socket
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeVar

from switchboard.kit.clock import Clock
from switchboard.kit.errors import Unavailable

REST: Final = 5.0
"""Seconds a port stays unused after a leg: packets of the old call must not reach a new one."""

_EXPEDITED: Final = 0xB8
"""DSCP EF in the traffic class byte: voice (RFC 4594, 4.1)."""


Bound = TypeVar("Bound")


class PortPair(NamedTuple):
    """An RTP socket on an even port and its RTCP socket on the next (RFC 3550, section 11)."""

    port: int
    rtp: socket.socket
    rtcp: socket.socket

    def close(self) -> None:
        self.rtp.close()
        self.rtcp.close()

    def renewed(self) -> "PortPair":
        """The same port with a new RTP socket that is connected to nobody. Raises OSError."""
        host = self.rtp.getsockname()[0]
        self.rtp.close()
        return self._replace(rtp=bind_udp(host, self.port))


class PortBook:
    """Which even ports of a range are free, the one longest unused first.

    first, last: the range; host: the IP address to bind to.
    """

    def __init__(self, clock: Clock, host: str, first: int, last: int) -> None:
        self._clock = clock
        self._host = host
        self._free: deque[tuple[float, int]] = deque(
            (float("-inf"), port) for port in range(first + first % 2, last, 2)
        )

    @property
    def left(self) -> int:
        """How many pairs are not in use; some of them may rest."""
        return len(self._free)

    def bind(self) -> PortPair | None:
        """The next pair, bound; None when no port is free now. One that another program has is passed over.

        Raises Unavailable when the operating system gives no more sockets, or `host` is not ours.
        """
        return self._first(self._bind_pair)

    def bind_shared(self, addresses: Sequence[str]) -> tuple[int, list[socket.socket]] | None:
        """The next port, bound on each of `addresses` for RTP and RTCP together; as `bind` otherwise."""
        return self._first(lambda port: (port, _bind_all(addresses, port)))

    def take(self) -> int | None:
        """The number of a free port, None when all are in use or resting. Return it with `rest`."""
        if not self._free or self._free[0][0] > self._clock.monotonic():
            return None
        return self._free.popleft()[1]

    def rest(self, port: int) -> None:
        """The port is not used any more."""
        self._free.append((self._clock.monotonic() + REST, port))

    def _first(self, bind: Callable[[int], Bound]) -> Bound | None:
        """The first free port that can be bound."""
        for _ in range(len(self._free)):
            port = self.take()
            if port is None:
                return None
            try:
                return bind(port)
            except OSError as error:
                self.rest(port)
                if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise Unavailable(f"cannot bind media port {port}: {error}") from error
        return None

    def _bind_pair(self, port: int) -> PortPair:
        rtp = bind_udp(self._host, port)
        try:
            return PortPair(port, rtp, bind_udp(self._host, port + 1))
        except OSError:
            rtp.close()
            raise


def bind_udp(host: str, port: int) -> socket.socket:
    """A non-blocking UDP socket for voice. Raises OSError."""
    v6 = ":" in host
    made = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    try:
        if v6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, _EXPEDITED)
        else:
            made.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, _EXPEDITED)
        made.bind((host, port))
    except OSError:
        made.close()
        raise
    return made


def _bind_all(addresses: Sequence[str], port: int) -> list[socket.socket]:
    bound: list[socket.socket] = []
    try:
        bound.extend(bind_udp(address, port) for address in addresses)
    except OSError:
        for one in bound:
            one.close()
        raise
    return bound
