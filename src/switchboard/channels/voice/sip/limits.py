"""How much of a stranger's noise is borne."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one node. Times are seconds.

    rate, burst: messages that one unknown address may send per second, and at once.
    faults, fault_window, ignore_for: after so many faults of one address within the window, everything from it is
    dropped for a while. Garbage and a call from nobody we know count 1, a wrong secret counts `wrong_secret`.
    connections, connections_per_address: open TCP connections. first_message: what a new connection may take for its
    first whole message. unread: bytes that may wait for a peer who does not read.
    """

    rate: float = 100.0
    burst: float = 300.0
    faults: int = 60
    fault_window: float = 60.0
    ignore_for: float = 60.0
    wrong_secret: int = 12
    connections: int = 2_000
    connections_per_address: int = 64
    first_message: float = 10.0
    unread: int = 262_144
