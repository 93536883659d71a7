"""What was."""

from typing import Protocol

from switchboard.web.doors.session import Who
from switchboard.web.messages.contacts import ContactList, ContactRecord


class Contacts(Protocol):
    """What was: contacts and their records."""

    async def page(
        self, who: Who, *, after: str | None, limit: int, queue: str | None, agent: str | None
    ) -> ContactList:
        """Newest first. Raises Invalid(field="after") for a cursor that is not ours."""
        ...

    async def record(self, who: Who, contact: str) -> ContactRecord:
        """Raises NotFound."""
        ...
