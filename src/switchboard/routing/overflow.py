"""Where contacts go that a queue does not keep: as configured, and what a contact takes along on the way.

A contact goes to the first queue of the rules for the reason that takes it, at its place in line and with its
priority; never by overflow to one where it was before (docs/decisions/0056).
"""

from enum import StrEnum
from typing import Final

import msgspec

from switchboard.routing.requirements import Requirement, Wanted

LONGEST_LINE: Final = 100_000
"""Contacts to which a line may be limited."""


class Reason(StrEnum):
    """Why a queue does not keep a contact."""

    FULL = "full"
    """Its line is as long as it may be."""
    MAX_WAIT = "max_wait"
    """The contact has waited there as long as it may."""
    NOBODY = "nobody"
    """Nobody who could ever take it is signed in."""
    CLOSED = "closed"
    """The queue was retired while it waited."""


class Overflow(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Contacts that a queue does not keep for one of these reasons go to this queue: its id, its key as configured."""

    queue: str
    when: tuple[Reason, ...] = (Reason.FULL, Reason.MAX_WAIT)


class Passage(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What a contact takes along when it is sent on from one queue to another.

    requirements, wanted: what it brought itself, without what a queue asked for. own_limit: its longest wait is its
    own and not the queue's. passed: queues that did not keep it since its flow put it in line, by id, in order. why:
    why the one it comes from did not; None in the queue that its flow chose.
    """

    requirements: tuple[Requirement, ...] = ()
    wanted: Wanted | None = None
    own_limit: bool = False
    passed: tuple[str, ...] = ()
    why: Reason | None = None
