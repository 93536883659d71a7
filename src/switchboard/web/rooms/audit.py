"""Who changed what, with names."""

from switchboard.kit.errors import Invalid
from switchboard.tenancy.model import SYSTEM, AuditEntry, Person
from switchboard.tenancy.service import Tenancy
from switchboard.web.doors.session import Who
from switchboard.web.messages.audit import AuditRow, AuditRows


class AuditTrail:
    """Satisfies `doors.AuditDoor`."""

    def __init__(self, tenancy: Tenancy) -> None:
        self._tenancy = tenancy

    async def rows(
        self, who: Who, *, after: str | None, limit: int, by: str | None, kind: str | None, subject: str | None
    ) -> AuditRows:
        audit = self._tenancy.audit
        if after is not None and not await audit.knows(who.organization, after):
            raise Invalid("This cursor is not one of ours", field="after")
        page = await audit.entries(who.organization, after=after, limit=limit, by=by, kind=kind, subject=subject)
        named = sorted({one.by for one in page.rows} | {one.subject for one in page.rows if one.kind in _PEOPLE})
        people = await self._tenancy.named(who.organization, named)
        return AuditRows(
            rows=[_row(one, people) for one in page.rows],
            after=page.after,
            kinds=await audit.kinds(who.organization),
        )


_PEOPLE = frozenset({"person", "agent"})


def _row(entry: AuditEntry, people: dict[str, Person]) -> AuditRow:
    by, subject = people.get(entry.by), people.get(entry.subject)
    return AuditRow(
        id=entry.id,
        at=entry.at,
        by=entry.by,
        by_name=by.name if by is not None else SYSTEM if entry.by == SYSTEM else "",
        action=entry.action,
        kind=entry.kind,
        subject=entry.subject,
        subject_name=subject.name if subject is not None and entry.kind in _PEOPLE else None,
        changes=dict(entry.changes),
    )
