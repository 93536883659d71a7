"""What the Floor decides about the clocks of contacts; a part of `events`."""

import msgspec

from switchboard.routing.due import Clock


class ClockSet(msgspec.Struct, frozen=True, omit_defaults=True, tag=True, tag_field="is", gc=False):
    """The clock of a contact is now this; `Clock.ended` says why one went on that nobody set going. In line: leave_at,
    step_until as they are now; a held one is not offered."""

    contact: str
    clock: Clock
    visit: str | None = None
    queue: str | None = None
    leave_at: int | None = None
    step_until: int | None = None
