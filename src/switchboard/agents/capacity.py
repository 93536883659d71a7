"""How many contacts of each channel an agent works on at a time, and which may come in between.

capacity = Capacity({"voice": 1, "chat": 3}, {"chat": ("voice",)})
capacity.stops("chat", {"chat": 2})      # None: a third chat may come
capacity.stops("chat", {"voice": 1})     # Stop.WORK: nothing comes during a call
capacity.stops("voice", {"chat": 3})     # None: a call may interrupt chats
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final

import msgspec

CHANNELS: Final = ("voice", "chat", "mail")
"""What can be configured. Voice is there; the others are for channels to come and for simulated contacts."""

MOST: Final[Mapping[str, int]] = {"voice": 1, "chat": 20, "mail": 100}
"""Contacts of a channel at a time, at most. Nobody talks to two callers at once."""

WHOLE: Final = 1_000
"""All of an agent's capacity, in thousandths."""


class Stop(Enum):
    """What keeps a contact of some channel from an agent who could be offered others."""

    FULL = "he has as many of this channel as he may"
    WORK = "this channel may not come beside what he works on"


class Capacity(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """slots: contacts at a time by channel; a channel that is not there has one, 0 is none. interrupted_by: channel
    that he works on -> others that may come meanwhile. More of the same channel come up to its slots."""

    slots: dict[str, int] = {}
    interrupted_by: dict[str, tuple[str, ...]] = {}

    def of(self, channel: str) -> int:
        """How many at a time."""
        return self.slots.get(channel, 1)

    def stops(self, channel: str, held: Mapping[str, int]) -> Stop | None:
        """What keeps one more contact of this channel from him; None: he may take it. held: contacts by channel that
        he works on."""
        if held.get(channel, 0) >= self.of(channel):
            return Stop.FULL
        if any(other != channel and channel not in self.interrupted_by.get(other, ()) for other in held):
            return Stop.WORK
        return None

    def used(self, held: Mapping[str, int]) -> int:
        """The share of him that is in use, in thousandths: two of three chats are 666."""
        parts = sum(WHOLE * count // max(self.of(channel), 1) for channel, count in held.items())
        return min(parts, WHOLE)
