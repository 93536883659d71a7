"""Every change of the configuration, and the way back to what was."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query

from switchboard.web.access import Administrator, DoorsHere
from switchboard.web.fields import BIGGEST, FilledLine, Id
from switchboard.web.messages.changes import BackAsked, ConfigurationVersions, WentBack

router: Final = APIRouter(prefix="/api/configuration/versions", tags=["configuration"])

Version = Annotated[int, Path(ge=1, le=BIGGEST)]


@router.get("")
async def configuration_versions(
    who: Administrator,
    doors: DoorsHere,
    after: Annotated[int | None, Query(ge=1, le=BIGGEST, description="cursor of the page before")] = None,
    section: Annotated[Id | None, Query(description="only what changed things of this section")] = None,
    key: Annotated[FilledLine | None, Query(description="only what changed this thing of the section")] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> ConfigurationVersions:
    """Who changed what, newest first: by a form, by the API or by a file."""
    return await doors.changes.versions(who, after=after, section=section, key=key, limit=limit)


@router.post("/{version}/back")
async def go_back_to_version(
    version: Version,
    asked: BackAsked,
    who: Administrator,
    doors: DoorsHere,
    dry_run: Annotated[bool, Query(description="only say what would change")] = False,
) -> WentBack:
    """Bring one thing, or everything, back to what it was after this version. This makes a new version.

    422 and 409 name what is missing now. Secrets and who works here stay as they are.
    """
    return await doors.changes.back(who, version, asked, dry_run=dry_run)
