"""Recordings: listing, playing from anywhere in them, waveforms, exports."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import APIRouter, Header, Path, Response
from fastapi.responses import FileResponse, StreamingResponse

from switchboard.web.access import Anyone, DoorsHere
from switchboard.web.doors.recordings import RecordedSound
from switchboard.web.fields import Id
from switchboard.web.messages.recordings import (
    ExportAsked,
    ExportFormat,
    RecordingExport,
    RecordingList,
    RecordingWaveform,
)
from switchboard.web.ranges import RangeBeyond, range_of

router: Final = APIRouter(prefix="/api", tags=["recordings"])

RecordingId = Annotated[Id, Path()]

PIECE: Final = 256 * 1024
"""Bytes read at a time: 16 seconds of talk."""

_TYPES: Final = {"wav": "audio/wav", "ogg": "audio/ogg"}
_SOUND: Final = {"content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}}


@router.get("/contacts/{contact}/recordings")
async def contact_recordings(contact: Annotated[Id, Path()], who: Anyone, doors: DoorsHere) -> RecordingList:
    """One for each talk that was recorded, the first first; a deleted one is still named."""
    return await doors.recordings.of_contact(who, contact)


@router.get("/recordings/{recording}/sound", response_class=Response, responses={200: _SOUND, 206: _SOUND, 416: {}})
async def recording_sound(
    recording: RecordingId,
    who: Anyone,
    doors: DoorsHere,
    range_: Annotated[str | None, Header(alias="Range", description="one stretch, `bytes=FROM-TO`")] = None,
) -> Response:
    """A stereo WAV (mu-law), the customer left and the agent right; a player seeks by `Range` (RFC 9110, 14)."""
    sound = await doors.recordings.sound(who, recording)
    headers = {"Accept-Ranges": "bytes"}
    try:
        wanted = range_of(range_, sound.size)
    except RangeBeyond:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{sound.size}"})
    begin, end = wanted or (0, sound.size)
    headers["Content-Length"] = str(end - begin)
    if wanted is not None:
        headers["Content-Range"] = f"bytes {begin}-{end - 1}/{sound.size}"
    return StreamingResponse(
        _pieces(sound, begin, end),
        status_code=200 if wanted is None else 206,
        media_type="audio/wav",
        headers=headers,
    )


@router.get("/recordings/{recording}/waveform")
async def recording_waveform(recording: RecordingId, who: Anyone, doors: DoorsHere) -> RecordingWaveform:
    """How loud each side is over time, and the gaps. Made in the background when it is asked for first."""
    return await doors.recordings.waveform(who, recording)


@router.post("/recordings/{recording}/exports", status_code=202)
async def ask_recording_export(
    recording: RecordingId, asked: ExportAsked, who: Anyone, doors: DoorsHere
) -> RecordingExport:
    """Have a file made in the background."""
    return await doors.recordings.ask_export(who, recording, asked.format)


@router.get("/recordings/{recording}/exports/{kind}")
async def recording_export(
    recording: RecordingId,
    kind: ExportFormat,
    who: Anyone,
    doors: DoorsHere,
) -> RecordingExport:
    """How far the file is."""
    return await doors.recordings.export(who, recording, kind)


@router.get("/recordings/{recording}/exports/{kind}/file", response_class=FileResponse)
async def recording_file(
    recording: RecordingId,
    kind: ExportFormat,
    who: Anyone,
    doors: DoorsHere,
) -> FileResponse:
    """The file, to be saved. 409 before it is ready."""
    path = await doors.recordings.file(who, recording, kind)
    return FileResponse(path, media_type=_TYPES[kind], filename=f"recording-{recording}.{kind}")


async def _pieces(sound: RecordedSound, begin: int, end: int) -> AsyncIterator[bytes]:
    while begin < end:
        piece = await asyncio.to_thread(sound.read, begin, min(begin + PIECE, end))
        if not piece:
            return
        yield piece
        begin += len(piece)
