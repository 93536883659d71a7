"""What was."""

from typing import Protocol

from switchboard.web.doors.session import Who
from switchboard.web.messages.contacts import ContactList, ContactRecord, ContactsAsked


class Contacts(Protocol):
    """What was: contacts and their records."""

    async def page(self, who: Who, asked: ContactsAsked) -> ContactList:
        """Newest first. Raises Invalid with the field of what cannot be looked for."""
        ...

    async def record(self, who: Who, contact: str) -> ContactRecord:
        """Raises NotFound."""
        ...
