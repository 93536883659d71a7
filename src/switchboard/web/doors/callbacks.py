"""Call-backs."""

from typing import Protocol

from switchboard.web.doors.session import Who
from switchboard.web.messages.callbacks import (
    CallbackAsked,
    CallbackChange,
    CallbackList,
    CallbackQueues,
    CallbackRow,
    CallbacksAsked,
    JoinedContacts,
)


class CallbacksDoor(Protocol):
    """Those of everybody for who sees all records, one's own for others. Raises NotFound for the rest."""

    async def page(self, who: Who, asked: CallbacksAsked) -> CallbackList:
        """Newest first. Raises Invalid with the field of what cannot be looked for."""
        ...

    async def queues(self, who: Who) -> CallbackQueues:
        """Those for which a call-back can be entered."""
        ...

    async def joined(self, who: Who, contact: str) -> JoinedContacts:
        """The other contacts of the same call-back, the earliest first; none for who does not see all records."""
        ...

    async def schedule(self, who: Who, asked: CallbackAsked) -> CallbackRow:
        """Written to the audit. Raises Invalid with the field, Conflict when the number has an open one."""
        ...

    async def change(self, who: Who, callback: str, change: CallbackChange) -> CallbackRow:
        """Written to the audit. Raises Invalid with the field, Conflict unless it waits."""
        ...

    async def cancel(self, who: Who, callback: str) -> CallbackRow:
        """Written to the audit. Raises Conflict when it is over."""
        ...
