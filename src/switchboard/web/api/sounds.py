"""Sounds for announcements and waiting."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from switchboard.kit.errors import Invalid
from switchboard.web.access import Administrator, DoorsHere, Supervisor
from switchboard.web.fields import FilledLine, Id
from switchboard.web.messages.sounds import SoundItem, SoundItems

router: Final = APIRouter(prefix="/api/sounds", tags=["sounds"])

_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}


@router.get("")
async def sounds(who: Supervisor, doors: DoorsHere) -> SoundItems:
    return SoundItems(sounds=list(await doors.sounds.sounds(who)))


@router.get("/{sound}/audio", response_class=Response, responses={200: {"content": {"audio/wav": {}}}})
async def sound_audio(sound: Annotated[Id, Path()], who: Supervisor, doors: DoorsHere) -> Response:
    """A sound as callers hear it; `music` is the built-in music."""
    return Response(await doors.sounds.audio(who, sound), media_type="audio/wav")


@router.post(
    "",
    status_code=201,
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": _BINARY}}},
)
async def upload_sound(
    request: Request,
    who: Administrator,
    doors: DoorsHere,
    key: Annotated[Id, Query(description="stable key; an existing one is replaced")],
    name: Annotated[FilledLine | None, Query()] = None,
) -> SoundItem:
    """The body is the file itself: WAV, MP3 or OGG. 422 says why a broken one is refused."""
    audio = await request.body()
    if not audio:
        raise Invalid("The body is empty; send the sound file as it is", field="audio")
    return await doors.sounds.upload(who, key, name or key, audio)
