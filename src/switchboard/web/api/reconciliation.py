"""The carrier's list of calls beside our contacts: what one of them has that the other has not."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import StreamingResponse

from switchboard.kit.errors import Invalid
from switchboard.web.access import DoorsHere, Reconciler
from switchboard.web.fields import Id
from switchboard.web.messages.reconciliation import (
    CompareAsked,
    Differences,
    DifferencesAsked,
    ListAsked,
    ListPreview,
    ReconciliationRow,
    Reconciliations,
)

router: Final = APIRouter(prefix="/api/reconciliations", tags=["reconciliation"])

ReconciliationId = Annotated[Id, Path()]

_LIST: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("")
async def reconciliations(who: Reconciler, doors: DoorsHere) -> Reconciliations:
    """Those that are kept, newest first."""
    return await doors.reconciliation.latest(who)


@router.post("/preview", openapi_extra=_LIST)
async def preview_list(
    request: Request, who: Reconciler, doors: DoorsHere, asked: Annotated[ListAsked, Query()]
) -> ListPreview:
    """How a list would be read. The body is the list itself: CSV of any kind, at most 32 MB. Nothing is kept."""
    return await doors.reconciliation.preview(who, asked, await _content(request))


@router.post("", status_code=201, openapi_extra=_LIST)
async def compare_list(
    request: Request, who: Reconciler, doors: DoorsHere, asked: Annotated[CompareAsked, Query()]
) -> ReconciliationRow:
    """Compare a list with our contacts and keep the differences. The list itself is forgotten; the same list again
    replaces its result. Answers when it is done, which for 100,000 calls takes some 15 seconds."""
    return await doors.reconciliation.compare(who, asked, await _content(request))


@router.get("/{reconciliation}")
async def reconciliation(reconciliation: ReconciliationId, who: Reconciler, doors: DoorsHere) -> ReconciliationRow:
    return await doors.reconciliation.one(who, reconciliation)


@router.get("/{reconciliation}/differences")
async def differences(
    reconciliation: ReconciliationId,
    who: Reconciler,
    doors: DoorsHere,
    asked: Annotated[DifferencesAsked, Query()],
) -> Differences:
    """Those of one kind, in the order of time."""
    return await doors.reconciliation.differences(who, reconciliation, asked)


@router.get(
    "/{reconciliation}/export", response_class=StreamingResponse, responses={200: {"content": {"text/csv": {}}}}
)
async def export_differences(reconciliation: ReconciliationId, who: Reconciler, doors: DoorsHere) -> StreamingResponse:
    """All differences, as CSV (RFC 4180, UTF-8). Who exported is written to the audit."""
    pieces = await doors.reconciliation.csv(who, reconciliation)
    headers = {"Content-Disposition": 'attachment; filename="differences.csv"'}
    return StreamingResponse(pieces, media_type="text/csv; charset=utf-8; header=present", headers=headers)


@router.delete("/{reconciliation}", status_code=204)
async def delete_reconciliation(reconciliation: ReconciliationId, who: Reconciler, doors: DoorsHere) -> None:
    await doors.reconciliation.delete(who, reconciliation)


async def _content(request: Request) -> bytes:
    content = await request.body()
    if not content:
        raise Invalid("The body is empty; send the list as it is", field="list")
    return content
