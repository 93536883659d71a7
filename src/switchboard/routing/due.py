"""When a contact is due, and how long its clock has stood still: for work that may wait, such as a written question."""

import msgspec


class Clock(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """due: when it would be due without pauses, UTC epoch microseconds; None while nothing is. paused: microseconds of
    the pauses that are over, since it has been due. since: when the present pause began. held: it is not offered
    meanwhile."""

    due: int | None = None
    paused: int = 0
    since: int | None = None
    held: bool = False

    def due_at(self, now: int) -> int | None:
        """When it is due, as it stands now; a pause pushes it back."""
        if self.due is None:
            return None
        return self.due + self.paused + (0 if self.since is None else now - self.since)
