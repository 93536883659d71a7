"""The organization's configuration as one YAML document, out and in."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from switchboard.web.access import Administrator, DoorsHere
from switchboard.web.messages.configuration import ConfigurationResult

router: Final = APIRouter(prefix="/api/configuration", tags=["configuration"])

YAML: Final = "application/yaml"
"""RFC 9512."""


@router.get("", response_class=Response, responses={200: {"content": {YAML: {"schema": {"type": "string"}}}}})
async def export_configuration(who: Administrator, doors: DoorsHere) -> Response:
    """Secrets are not in it: they are named by reference."""
    return Response(await doors.configuration.export(who), media_type=YAML)


@router.post(
    "",
    openapi_extra={"requestBody": {"required": True, "content": {YAML: {"schema": {"type": "string"}}}}},
)
async def apply_configuration(
    request: Request,
    who: Administrator,
    doors: DoorsHere,
    dry_run: Annotated[bool, Query(description="only say what would change")] = False,
    prune: Annotated[bool, Query(description="retire what the document does not name")] = False,
) -> ConfigurationResult:
    """All or nothing. 422 names the line and the field that cannot be accepted."""
    return await doors.configuration.apply(who, await request.body(), dry_run=dry_run, prune=prune)
