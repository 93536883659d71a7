"""Who changed what, when."""

from typing import Annotated, Final

from fastapi import APIRouter, Query

from switchboard.kit.pages import MOST
from switchboard.web.access import Auditor, DoorsHere
from switchboard.web.fields import FilledLine, Id
from switchboard.web.messages.audit import AuditRows

router: Final = APIRouter(prefix="/api/audit", tags=["audit"])


@router.get("")
async def audit(
    who: Auditor,
    doors: DoorsHere,
    after: Annotated[FilledLine | None, Query(description="cursor of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    by: Annotated[Id | None, Query(description="the person who did it, or `system`")] = None,
    kind: Annotated[FilledLine | None, Query(description="person, queue, flow, ...")] = None,
    subject: Annotated[Id | None, Query(description="the id of what was changed")] = None,
) -> AuditRows:
    """Newest first."""
    return await doors.audit.rows(who, after=after, limit=limit, by=by, kind=kind, subject=subject)
