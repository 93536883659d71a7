"""People and phones, as an administrator manages them, and the audit."""

from typing import Protocol

from switchboard.web.doors.session import Who
from switchboard.web.messages.audit import AuditRows
from switchboard.web.messages.people import Dismissed, MemberRecord, Members, PasswordMade, PasswordSet
from switchboard.web.messages.phones import PhoneAsked, PhoneSecret, PhonesShown


class PeopleDoor(Protocol):
    """People are named by id. Everything raises NotFound for somebody who is not there."""

    async def members(self, who: Who, *, search: str, role: str | None, dismissed: bool) -> Members:
        """Everyone, or those whose name, user name or key contains `search`. dismissed: those who left."""
        ...

    async def member(self, who: Who, person: str) -> MemberRecord: ...

    async def set_password(self, who: Who, person: str, asked: PasswordSet) -> PasswordMade:
        """Raises Invalid(field="password") for one that may not be chosen."""
        ...

    async def end_session(self, who: Who, person: str, session: str) -> None: ...

    async def dismiss(self, who: Who, person: str) -> Dismissed:
        """Raises Refused for oneself and for the last administrator."""
        ...

    async def reinstate(self, who: Who, person: str) -> None:
        """Raises Invalid when the user name was given to somebody else meanwhile."""
        ...


class PhonesDoor(Protocol):
    """Phones are named by key."""

    async def phones(self, who: Who) -> PhonesShown: ...

    async def make(self, who: Who, asked: PhoneAsked) -> PhoneSecret:
        """Raises Invalid for a key or user name that is taken."""
        ...

    async def renew(self, who: Who, key: str) -> PhoneSecret:
        """Another secret; devices registered with the old one are dropped. Raises NotFound."""
        ...


class AuditDoor(Protocol):
    async def rows(
        self, who: Who, *, after: str | None, limit: int, by: str | None, kind: str | None, subject: str | None
    ) -> AuditRows:
        """Newest first. Raises Invalid(field="after") for a cursor that is not ours."""
        ...
