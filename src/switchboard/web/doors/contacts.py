"""What was."""

from collections.abc import AsyncIterator
from typing import Protocol

from switchboard.web.doors.session import Who
from switchboard.web.messages.contacts import ContactList, ContactRecord, ContactsAsked, ContactSearch, Ends, EndsAsked


class Contacts(Protocol):
    """What was: contacts and their records."""

    async def page(self, who: Who, asked: ContactsAsked) -> ContactList:
        """Newest first. Raises Invalid with the field of what cannot be looked for."""
        ...

    async def record(self, who: Who, contact: str) -> ContactRecord:
        """Raises NotFound."""
        ...

    async def ends(self, who: Who, asked: EndsAsked) -> Ends:
        """What became of all that arrived in a span of time."""
        ...

    async def csv(self, who: Who, asked: ContactSearch) -> AsyncIterator[bytes]:
        """All that is found, as CSV, piece by piece; written to the audit. Raises what `page` raises."""
        ...
