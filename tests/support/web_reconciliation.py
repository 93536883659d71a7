"""Reconciliations behind their door, simulated: one result, `r1`."""

from collections.abc import AsyncIterator

from switchboard.insight.reconciliation.model import Dates
from switchboard.kit.errors import Invalid, NotFound
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


def row() -> ReconciliationRow:
    return ReconciliationRow(
        id="r1",
        name="October",
        client="Acme",
        by="Sue",
        made_at=1,
        expires_at=2,
        zone="UTC",
        tolerance=30,
        longer=5,
        lines=2,
        compared=2,
        calls=2,
        matched=1,
        offset=0,
        pairs=0,
        since=1,
        until=2,
        only_carrier=1,
        only_us=1,
        answered=0,
        duration=0,
        elsewhere=0,
        unreadable=0,
    )


class SimulatedReconciliation:
    async def preview(self, who: Who, asked: ListAsked, content: bytes) -> ListPreview:
        if b";" not in content:
            raise Invalid("the list is empty: export it again", field="list")
        return ListPreview(
            delimiter=";",
            first=1,
            columns=[],
            dates=Dates.DAY_FIRST,
            zone="UTC",
            headings=[],
            lines=[],
            total=0,
            faulty=0,
            faults=[],
            unclear=[],
            since=None,
            until=None,
            missing=[],
            earlier=None,
        )

    async def compare(self, who: Who, asked: CompareAsked, content: bytes) -> ReconciliationRow:
        return row()

    async def latest(self, who: Who) -> Reconciliations:
        return Reconciliations(reconciliations=[row()])

    async def one(self, who: Who, reconciliation: str) -> ReconciliationRow:
        if reconciliation != "r1":
            raise NotFound("There is no such reconciliation")
        return row()

    async def differences(self, who: Who, reconciliation: str, asked: DifferencesAsked) -> Differences:
        await self.one(who, reconciliation)
        return Differences(rows=[], after=None)

    async def csv(self, who: Who, reconciliation: str) -> AsyncIterator[bytes]:
        await self.one(who, reconciliation)
        return _nothing()

    async def delete(self, who: Who, reconciliation: str) -> None:
        await self.one(who, reconciliation)


async def _nothing() -> AsyncIterator[bytes]:
    yield b"difference\r\n"
