"""Trying a change on a real day, before it is saved."""

import datetime as dt
from typing import Protocol

from switchboard.web.doors.session import Who
from switchboard.web.messages.trials import ChangeTrial, TrialAsked, Trials


class TrialsDoor(Protocol):
    """One trial at a time in an organization; what was tried last can be looked at until the next one begins, also
    after a restart, which begins a running one anew."""

    async def begin(self, who: Who, asked: TrialAsked) -> ChangeTrial:
        """Raises Invalid as a save would, Refused when there is nothing to try or a trial is running."""
        ...

    async def begin_file(self, who: Who, content: bytes, *, prune: bool, date: dt.date | None) -> ChangeTrial:
        """The whole configuration. Raises Invalid whose text names line and field, else as `begin`."""
        ...

    async def look(self, who: Who, trial: str) -> ChangeTrial:
        """Raises NotFound."""
        ...

    async def stop(self, who: Who, trial: str) -> None:
        """Raises NotFound. A trial that is over stays as it is."""
        ...

    async def kept(self, who: Who, section: str, key: str) -> Trials:
        """What was tried of this thing, and what runs."""
        ...
