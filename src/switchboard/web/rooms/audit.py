"""Who changed what, with names."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from switchboard.kit.errors import Invalid
from switchboard.tenancy.model import SYSTEM, AuditEntry, Person
from switchboard.tenancy.service import Tenancy
from switchboard.web.doors.session import Who
from switchboard.web.messages.audit import AuditRow, AuditRows

KeysById: TypeAlias = Callable[[str], Awaitable[Mapping[str, str]]]


class AuditTrail:
    """Satisfies `doors.AuditDoor`. keys: key by id of what is configured in an organization: ids tell nothing."""

    def __init__(self, tenancy: Tenancy, keys: KeysById) -> None:
        self._tenancy = tenancy
        self._keys = keys

    async def rows(
        self, who: Who, *, after: str | None, limit: int, by: str | None, kind: str | None, subject: str | None
    ) -> AuditRows:
        audit = self._tenancy.audit
        if after is not None and not await audit.knows(who.organization, after):
            raise Invalid("This cursor is not one of ours", field="after")
        page = await audit.entries(who.organization, after=after, limit=limit, by=by, kind=kind, subject=subject)
        named = sorted({one.by for one in page.rows} | {one.subject for one in page.rows if one.kind in _PEOPLE})
        people = await self._tenancy.named(who.organization, named)
        keys = await self._keys(who.organization)
        return AuditRows(
            rows=[_row(one, people, keys) for one in page.rows],
            after=page.after,
            kinds=await audit.kinds(who.organization),
        )


def _readable(value: Any, keys: Mapping[str, str]) -> Any:
    """The value with keys in the place of ids."""
    if isinstance(value, str):
        return keys.get(value, value)
    if isinstance(value, list):
        return [_readable(one, keys) for one in value]
    if isinstance(value, dict):
        return {keys.get(name, name): _readable(one, keys) for name, one in value.items()}
    return value


_PEOPLE = frozenset({"person", "agent"})


def _row(entry: AuditEntry, people: Mapping[str, Person], keys: Mapping[str, str]) -> AuditRow:
    by, subject = people.get(entry.by), people.get(entry.subject)
    return AuditRow(
        id=entry.id,
        at=entry.at,
        by=entry.by,
        by_name=by.name if by is not None else SYSTEM if entry.by == SYSTEM else "",
        action=entry.action,
        kind=entry.kind,
        subject=entry.subject,
        subject_name=subject.name if subject is not None and entry.kind in _PEOPLE else keys.get(entry.subject),
        changes={name: _readable(change, keys) for name, change in entry.changes.items()},
    )
