"""Reconciliations for pages: whose client it is, names for ids, and the differences as CSV."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final

from switchboard.insight.reconciliation.model import Asked, Column, Difference, Kind, Line, Preview, Saved, Tolerance
from switchboard.insight.reconciliation.service import Reconciliations as Room
from switchboard.insight.reconciliation.service import Whose
from switchboard.kit.clock import MICROSECONDS
from switchboard.kit.errors import NotFound
from switchboard.tenancy.service import Tenancy
from switchboard.web.doors.session import Who
from switchboard.web.messages.reconciliation import (
    CarriersCall,
    CompareAsked,
    DifferenceRow,
    Differences,
    DifferencesAsked,
    ListAsked,
    ListColumn,
    ListFault,
    ListLine,
    ListPreview,
    ReconciliationRow,
    Reconciliations,
    UnclearResult,
)
from switchboard.web.rooms.contact_export import moment, written
from switchboard.web.rooms.names import Names

COLUMNS: Final = (
    *("difference", "time", "carrier's line", "carrier's call", "caller", "called", "carrier s", "carrier answered"),
    *("contact", "our time", "our caller", "our s", "our end", "explanation"),
)


class ReconciliationByWeb:
    """Satisfies `doors.ReconciliationDoor`."""

    def __init__(self, room: Room, tenancy: Tenancy, names: Names) -> None:
        self._room = room
        self._tenancy = tenancy
        self._names = names

    async def preview(self, who: Who, asked: ListAsked, content: bytes) -> ListPreview:
        whose, reading = await self._asked(who, asked)
        found, earlier = await self._room.preview(whose, reading, content)
        return _preview(found, None if earlier is None else await self._row(who, earlier))

    async def compare(self, who: Who, asked: CompareAsked, content: bytes) -> ReconciliationRow:
        whose, reading = await self._asked(who, asked)
        return await self._row(who, await self._room.compare(whose, reading, content, asked.name))

    async def latest(self, who: Who) -> Reconciliations:
        found = await self._room.latest(who.organization, await self._clients(who))
        return Reconciliations(reconciliations=[await self._row(who, one) for one in found])

    async def one(self, who: Who, reconciliation: str) -> ReconciliationRow:
        return await self._row(who, await self._saved(who, reconciliation))

    async def differences(self, who: Who, reconciliation: str, asked: DifferencesAsked) -> Differences:
        saved = await self._saved(who, reconciliation)
        page = await self._room.differences(who.organization, saved, asked.kind, after=asked.after, limit=asked.limit)
        numbers = await self._room.numbers_of(who.organization, saved, page.rows)
        return Differences(
            rows=[_difference(one, numbers) for one in page.rows],
            after=None if page.after is None else int(page.after),
        )

    async def csv(self, who: Who, reconciliation: str) -> AsyncIterator[bytes]:
        saved = await self._saved(who, reconciliation)
        await self._room.exported(who.organization, saved, by=who.id)
        return self._pieces(who.organization, saved)

    async def _pieces(self, organization: str, saved: Saved) -> AsyncIterator[bytes]:
        yield written([COLUMNS])
        for kind in Kind:
            after: int | None = 0
            while after is not None:
                page = await self._room.differences(organization, saved, kind, after=after)
                numbers = await self._room.numbers_of(organization, saved, page.rows)
                yield written(_cells(one, numbers, saved.zone) for one in page.rows)
                after = None if page.after is None else int(page.after)

    async def delete(self, who: Who, reconciliation: str) -> None:
        await self._room.delete(who.organization, await self._saved(who, reconciliation), by=who.id)

    # -- inside

    async def _clients(self, who: Who) -> Sequence[str]:
        return list((await self._names.of(who.organization)).clients)

    async def _saved(self, who: Who, reconciliation: str) -> Saved:
        return await self._room.one(who.organization, await self._clients(who), reconciliation)

    async def _asked(self, who: Who, asked: ListAsked) -> tuple[Whose, Asked]:
        client = next((one for one in await self._tenancy.clients(who.organization) if one.id == asked.client), None)
        if client is None:
            raise NotFound("There is no such client", field="client")
        columns = {column: at for column in Column if (at := getattr(asked, column.value)) is not None}
        tolerance, since, until = Tolerance(), None, None
        if isinstance(asked, CompareAsked):
            tolerance = Tolerance(asked.tolerance * MICROSECONDS, asked.longer * MICROSECONDS)
            since, until = asked.since, asked.until
        reading = Asked(
            zone=asked.zone or client.time_zone,
            region=client.region,
            delimiter=asked.delimiter,
            first=asked.first,
            columns=columns or None,
            dates=asked.dates,
            tolerance=tolerance,
            since=since,
            until=until,
        )
        return Whose(who.organization, client.id, who.id), reading

    async def _row(self, who: Who, saved: Saved) -> ReconciliationRow:
        named = await self._names.of(who.organization)
        people = await self._tenancy.named(who.organization, [saved.by])
        counts = saved.totals.counts
        return ReconciliationRow(
            id=saved.id,
            name=saved.name,
            client=named.client(saved.client),
            by=people[saved.by].name if saved.by in people else "",
            made_at=saved.made_at,
            expires_at=saved.expires_at,
            zone=saved.zone,
            tolerance=saved.tolerance.start // MICROSECONDS,
            longer=saved.tolerance.duration // MICROSECONDS,
            lines=saved.totals.lines,
            compared=saved.totals.compared,
            calls=saved.totals.calls,
            matched=saved.totals.matched,
            offset=saved.totals.offset,
            pairs=saved.totals.pairs,
            since=saved.totals.since,
            until=saved.totals.until,
            only_carrier=counts.get(Kind.ONLY_CARRIER, 0),
            only_us=counts.get(Kind.ONLY_US, 0),
            answered=counts.get(Kind.ANSWERED, 0),
            duration=counts.get(Kind.DURATION, 0),
            elsewhere=counts.get(Kind.ELSEWHERE, 0),
            unreadable=counts.get(Kind.UNREADABLE, 0),
        )


def _preview(found: Preview, earlier: ReconciliationRow | None) -> ListPreview:
    reading = found.reading
    return ListPreview(
        delimiter=reading.delimiter,
        first=reading.first,
        columns=[ListColumn(holds=column, at=at) for column, at in reading.columns.items()],
        dates=reading.dates,
        zone=reading.zone,
        headings=list(found.headings),
        lines=[
            ListLine(
                line=one.line,
                cells=list(one.cells),
                call=None if one.call is None else _call(one.call),
                fault=one.fault,
            )
            for one in found.lines
        ],
        total=found.total,
        faulty=found.faulty,
        faults=[ListFault(line=one.line, text=one.text) for one in found.faults],
        unclear=[UnclearResult(word=word, count=count) for word, count in found.unclear.items()],
        since=found.since,
        until=found.until,
        missing=list(found.missing),
        earlier=earlier,
    )


def _call(line: Line) -> CarriersCall:
    return CarriersCall(
        starts=list(line.moments),
        caller=line.caller,
        called=line.called,
        duration=line.duration,
        answered=line.answered,
        call=line.call,
    )


def _difference(one: Difference, numbers: Mapping[str, str]) -> DifferenceRow:
    return DifferenceRow(
        number=one.number,
        at=one.at,
        line=one.line,
        caller=one.caller,
        called=one.called,
        duration=one.duration,
        answered=one.answered,
        call=one.call,
        contact=one.contact,
        our_caller=None if one.contact is None else numbers.get(one.contact),
        our_at=one.our_at,
        our_duration=one.our_duration,
        our_end=one.our_end,
        why=one.why,
        text=one.text,
    )


def _cells(one: Difference, numbers: Mapping[str, str], zone: str) -> list[object]:
    return [
        *(one.kind.value, moment(one.at, zone), one.line, one.call, one.caller, one.called, _seconds(one.duration)),
        None if one.answered is None else "yes" if one.answered else "no",
        *(one.contact, moment(one.our_at, zone), None if one.contact is None else numbers.get(one.contact)),
        *(_seconds(one.our_duration), one.our_end, one.text or one.why.value),
    ]


def _seconds(time: int | None) -> str | None:
    return None if time is None else f"{time / MICROSECONDS:.3f}"
