"""What would have happened on a real day with a change: simulated in the background, looked at while it runs."""

import datetime as dt
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, status

from switchboard.web.access import Administrator, DoorsHere
from switchboard.web.api.configuration import YAML
from switchboard.web.fields import FilledLine, Id
from switchboard.web.messages.trials import ChangeTrial, TrialAsked, Trials

router: Final = APIRouter(prefix="/api/trials", tags=["configuration"])

Which = Annotated[Id, Path()]


@router.post("", status_code=status.HTTP_202_ACCEPTED)
async def begin_trial(asked: TrialAsked, who: Administrator, doors: DoorsHere) -> ChangeTrial:
    """Try a change that is not saved. 422 names each wrong field, as a save would; 403 says why it cannot be tried."""
    return await doors.trials.begin(who, asked)


@router.post(
    "/file",
    status_code=status.HTTP_202_ACCEPTED,
    openapi_extra={"requestBody": {"required": True, "content": {YAML: {"schema": {"type": "string"}}}}},
)
async def begin_trial_of_file(
    request: Request,
    who: Administrator,
    doors: DoorsHere,
    prune: Annotated[bool, Query(description="as if what the document does not name were retired")] = False,
    date: Annotated[dt.date | None, Query(description="of the client's calendar; today when left out")] = None,
) -> ChangeTrial:
    """Try the whole configuration as one document, without applying it. 422 names the line and the field."""
    return await doors.trials.begin_file(who, await request.body(), prune=prune, date=date)


@router.get("")
async def kept_trials(
    who: Administrator,
    doors: DoorsHere,
    section: Annotated[Id, Query(description="`queues`, `people`, ..., or `file`")],
    key: Annotated[FilledLine, Query(description="the thing's key")],
) -> Trials:
    """What was tried of a thing, the latest first; the last twenty are kept. Also what runs at the moment."""
    return await doors.trials.kept(who, section, key)


@router.get("/{trial}")
async def look_at_trial(trial: Which, who: Administrator, doors: DoorsHere) -> ChangeTrial:
    """How far it is, and its result once it is done."""
    return await doors.trials.look(who, trial)


@router.delete("/{trial}", status_code=status.HTTP_204_NO_CONTENT)
async def stop_trial(trial: Which, who: Administrator, doors: DoorsHere) -> None:
    """Stop it; what was simulated so far is gone."""
    await doors.trials.stop(who, trial)
