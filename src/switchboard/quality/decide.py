"""The rules of recording, without input or output."""

import zlib
from collections.abc import Collection
from typing import Final

from switchboard.kit.clock import MICROSECONDS
from switchboard.quality.model import RecordingLine
from switchboard.tenancy.model import RIGHTS, Right

DAY: Final = 86_400 * MICROSECONDS

BACK_ABOVE: Final = 1.1
"""Times the threshold of free space until recording goes on, so that it does not flap."""


def is_chosen(contact: str, share: int) -> bool:
    """Whether this contact is among the share (per cent) that is recorded: all its talks or none.

    The same answer whenever it is asked, so that nothing need be kept, and spread evenly over contacts.
    """
    return zlib.crc32(contact.encode()) % 100 < share


def expires_at(started_at: int, days: int) -> int:
    """When a recording's time is over."""
    return started_at + days * DAY


def may_listen(roles: Collection[str], person: str, recording: RecordingLine) -> bool:
    """Whoever has the right to all of them may; an agent may listen to his own talk where its queue allowed it."""
    return not RIGHTS[Right.LISTEN].isdisjoint(roles) or (recording.agent == person and recording.agent_may_listen)


def is_low(free: int, least: int, *, was_low: bool) -> bool:
    """Whether there is too little room to record. free, least: bytes."""
    return free < (least * BACK_ABOVE if was_low else least)
