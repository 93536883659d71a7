"""The clocks of contacts that are due at a time."""

from typing import Protocol

from switchboard.web.doors.session import Who


class ClocksDoor(Protocol):
    """Whose wait stands still while its customer has to do something."""

    async def run(self, who: Who, contact: str, running: bool, until: int | None) -> None:
        """Let the clock of a contact go on, or stand still; twice changes nothing. Written to the audit. until: when
        one that stands still goes on by itself, UTC epoch microseconds; None: as late as its queue allows.

        Raises NotFound for a contact that is not here any more or that this agent does not serve, Conflict where
        nothing is due or an agent has it, Invalid for an `until` that is over or later than its queue allows.
        """
        ...
