"""How trunks stand, and trial calls over them."""

from typing import Annotated, Final

from fastapi import APIRouter, Path

from switchboard.web.access import Administrator, DoorsHere
from switchboard.web.fields import Id
from switchboard.web.messages.trunks import Trial, TrialAsked, TrunkStatuses

router: Final = APIRouter(prefix="/api/trunks", tags=["trunks"])


@router.get("")
async def trunks(who: Administrator, doors: DoorsHere) -> TrunkStatuses:
    """Registration and signs of life of each."""
    return TrunkStatuses(trunks=list(await doors.trunks.trunks(who)))


@router.post("/{trunk}/trial")
async def trunk_trial(trunk: Annotated[Id, Path()], asked: TrialAsked, who: Administrator, doors: DoorsHere) -> Trial:
    """Calls the number over this trunk and says what came of it; answers within a minute. One at a time."""
    return await doors.trunks.trial(who, trunk, asked.number)
