"""Who may do what, by right: the web's view of `tenancy.model.RIGHTS`."""

from typing import Final

from switchboard.kit.errors import Refused
from switchboard.tenancy.model import RIGHTS, Right, Role
from switchboard.web.doors.session import Who

NAMES: Final = {
    Role.AGENT: "agents",
    Role.SUPERVISOR: "supervisors",
    Role.ADMINISTRATOR: "administrators",
    Role.SURVEY: "surveys",
}


class PasswordChangeNeeded(Refused):
    """Somebody else knows this person's password: nothing but choosing another is allowed."""

    code = "password_change_needed"


def has(who: Who, right: Right) -> bool:
    """Whether the person has this right."""
    return not RIGHTS[right].isdisjoint(who.roles)


def check(who: Who, right: Right) -> None:
    """Raises Refused unless the person has this right and a password of his own."""
    if right is not Right.ACCOUNT:
        settled(who)
    if not has(who, right):
        names = " and ".join(name for role, name in NAMES.items() if role in RIGHTS[right])
        raise Refused(f"Only {names} may do this")


def settled(who: Who) -> None:
    """Raises PasswordChangeNeeded while the password is a temporary one."""
    if who.password_temporary:
        raise PasswordChangeNeeded("Choose a password of your own first")
