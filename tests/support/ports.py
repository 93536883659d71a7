"""Ports for the phones, carriers and centers of the tests, so that test processes beside each other never meet.

They lie below those that the system gives to whoever asks for port 0 (32768 and up on Linux) and below the media
ports of a center that was told nothing (20000 and up): what was free a moment ago is not taken by anybody else before
the phone that it was meant for binds it. Each worker of pytest-xdist has a share of its own.
"""

import os
import random
import re
import socket
from typing import Final

_FIRST: Final = 10_000
_SHARE: Final = 2_500
_SHARES: Final = 4
_MEDIA: Final = 1_000
"""So many of a share are the media ports of that worker's centers."""

_WORKER: Final = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "gw0")))
_OURS: Final = _FIRST + _WORKER % _SHARES * _SHARE
_HANDED_OUT: Final = range(_OURS + _MEDIA, _OURS + _SHARE)

MEDIA_PORTS: Final = {
    "SWITCHBOARD_MEDIA_PORT_FIRST": str(_OURS),
    "SWITCHBOARD_MEDIA_PORT_LAST": str(_OURS + _MEDIA - 1),
}
"""The settings of this worker's centers."""


class _Turn:
    """The ports in turn, beginning anywhere: those used a moment ago come last."""

    def __init__(self) -> None:
        self._next = random.SystemRandom().randrange(0, len(_HANDED_OUT), 2)

    def take(self, count: int) -> range:
        """So many in a row, of which the first is even."""
        if self._next + count > len(_HANDED_OUT):
            self._next = 0
        first = _HANDED_OUT[self._next]
        self._next += count + count % 2
        return range(first, first + count)


_turn: Final = _Turn()


def free_port() -> int:
    """A port that nobody has at any address, by UDP or TCP."""
    return free_ports(1)


def free_ports(count: int) -> int:
    """The first, an even one, of so many in a row."""
    for _ in range(len(_HANDED_OUT) // count):
        ports = _turn.take(count)
        if all(_is_free(port, kind) for port in ports for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)):
            return ports[0]
    raise AssertionError(f"{count} free ports in a row are not left among {_HANDED_OUT}")


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:
            # Connections that ended a moment ago do not hinder whoever listens with this option, as all do.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True
