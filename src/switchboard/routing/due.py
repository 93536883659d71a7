"""When a contact is due, and how long its clock has stood still: for work that may wait, such as a written question."""

from enum import StrEnum
from typing import Final

import msgspec

from switchboard.kit.clock import MICROSECONDS

LONGEST_PAUSE: Final = 7 * 86_400 * MICROSECONDS
"""So long a clock stands still at most where its queue says nothing else."""


class PauseEnd(StrEnum):
    """Why a clock has gone on by itself."""

    UNTIL = "until"
    """It was stopped until this moment."""
    LONGEST = "longest pause"
    """It had stood still as long as its queue allows."""


class Clock(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """due: when it would be due without pauses, UTC epoch microseconds; None while nothing is. paused: microseconds of
    the pauses that are over, since it has been due. since: when the present pause began. held: it is not offered
    meanwhile. until: when the present pause shall be over, if whoever began it said so. ended: why the last pause
    ended by itself; None when somebody ended it."""

    due: int | None = None
    paused: int = 0
    since: int | None = None
    held: bool = False
    until: int | None = None
    ended: PauseEnd | None = None

    def due_at(self, now: int) -> int | None:
        """When it is due, as it stands now; a pause pushes it back."""
        if self.due is None:
            return None
        return self.due + self.paused + (0 if self.since is None else now - self.since)

    def goes_on_at(self, longest: int | None) -> int | None:
        """When the present pause is over at the latest; None when nothing says so. longest: microseconds that the
        queue allows; None outside of every line."""
        if self.since is None:
            return None
        if longest is None:
            return self.until
        at_most = self.since + longest
        return at_most if self.until is None else min(self.until, at_most)
