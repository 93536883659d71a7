"""The carrier's list of calls beside our contacts."""

from collections.abc import AsyncIterator
from typing import Protocol

from switchboard.web.doors.session import Who
from switchboard.web.messages.reconciliation import (
    CompareAsked,
    Differences,
    DifferencesAsked,
    ListAsked,
    ListPreview,
    ReconciliationRow,
    Reconciliations,
)


class ReconciliationDoor(Protocol):
    """Lists are read and forgotten; results are kept until they expire or are deleted. Raises NotFound for a client or
    a result that is not there."""

    async def preview(self, who: Who, asked: ListAsked, content: bytes) -> ListPreview:
        """Raises Invalid with the field of what cannot be read, and Unavailable."""
        ...

    async def compare(self, who: Who, asked: CompareAsked, content: bytes) -> ReconciliationRow:
        """Written to the audit. Raises what `preview` raises."""
        ...

    async def latest(self, who: Who) -> Reconciliations: ...

    async def one(self, who: Who, reconciliation: str) -> ReconciliationRow: ...

    async def differences(self, who: Who, reconciliation: str, asked: DifferencesAsked) -> Differences: ...

    async def csv(self, who: Who, reconciliation: str) -> AsyncIterator[bytes]:
        """All differences, piece by piece; written to the audit."""
        ...

    async def delete(self, who: Who, reconciliation: str) -> None:
        """Written to the audit."""
        ...
