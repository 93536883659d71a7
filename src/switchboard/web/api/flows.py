"""Flows as an administrator writes them: checked while they are typed, their versions, what the caller hears."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import StringConstraints

from switchboard.web.access import Administrator, DoorsHere
from switchboard.web.fields import Id
from switchboard.web.messages.flows import FlowChecked, FlowVersions

router: Final = APIRouter(prefix="/api/flows", tags=["flows"])

YAML: Final = "application/yaml"
WAV: Final = "audio/wav"
SpokenText = Annotated[str, StringConstraints(min_length=1, max_length=1_000, pattern=r"^[^\x00]*$")]


@router.post(
    "/check",
    openapi_extra={"requestBody": {"required": True, "content": {YAML: {"schema": {"type": "string"}}}}},
)
async def check_flow(request: Request, who: Administrator, doors: DoorsHere) -> FlowChecked:
    """The body is one flow as YAML. Says what is wrong by line and field, and what the flow would do."""
    return await doors.flows.check(who, await request.body())


@router.get("/speech", response_class=Response, responses={200: {"content": {WAV: {}}}})
async def flow_speech(
    who: Administrator,
    doors: DoorsHere,
    text: Annotated[SpokenText, Query()],
    language: Annotated[Id, Query()] = "en",
) -> Response:
    """A text as the caller hears it."""
    return Response(await doors.flows.speech(who, text, language), media_type=WAV)


@router.get("/{flow}/versions")
async def flow_versions(flow: Annotated[Id, Path()], who: Administrator, doors: DoorsHere) -> FlowVersions:
    """Newest first, each with its text."""
    return FlowVersions(versions=list(await doors.flows.versions(who, flow)))
