"""What a bus promises; `tests/contracts/test_bus.py` holds every bus to it."""

from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

CAUGHT_UP: Final = 0
"""Said instead of a seq when messages may have been missed: re-read from what was read last."""

TOPIC_LENGTH: Final = 200
"""Printable characters of a topic at most."""

Listener: TypeAlias = Callable[[int], None]


class Subscription(Protocol):
    """One listener's place. After `close` it hears nothing more, not even what is already on its way."""

    def close(self) -> None: ...


class Bus(Protocol):
    """Publish and subscribe between the parts of a process, or between nodes.

    - A listener is called on the event loop, later than `publish` returns, never inside it.
    - It hears seqs of its topic in the order of publishing; of several, perhaps only the newest.
    - One that raises is reported in the log and harms no other.
    - Publishers hear themselves, and all methods are called on one event loop.
    """

    def publish(self, topic: str, seq: int) -> None:
        """Say that rows up to `seq` (>= 1) are there to read. Returns at once. Raises ValueError."""
        ...

    def subscribe(self, topic: str, listener: Listener) -> Subscription:
        """Call `listener` for what is published on `topic` from now on."""
        ...

    async def close(self) -> None:
        """Deliver nothing more; publishing afterwards does nothing."""
        ...


def check(topic: str, seq: int) -> None:
    """Raises ValueError for a topic or a seq that a bus cannot carry."""
    if not topic or len(topic) > TOPIC_LENGTH or not topic.isprintable():
        raise ValueError(f"a topic has 1 to {TOPIC_LENGTH} printable characters")
    if seq < 1:
        raise ValueError("a seq is at least 1")
