"""What tenancy tells."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SessionsEnded:
    """Sessions that no longer hold: whoever keeps a feed open for them closes it now.

    session: the one that ended, None for every session of the person.
    """

    organization: str
    person: str
    session: str | None = None
