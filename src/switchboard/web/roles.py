"""Who may do what, by role."""

from typing import Final

from switchboard.kit.errors import Refused
from switchboard.web.doors.session import Who

NAMES: Final = {"agent": "agents", "supervisor": "supervisors", "administrator": "administrators"}


def check(who: Who, roles: frozenset[str]) -> None:
    """Raises Refused unless the person has one of the roles."""
    if not roles & who.roles:
        names = " and ".join(NAMES[role] for role in NAMES if role in roles)
        raise Refused(f"Only {names} may do this")
