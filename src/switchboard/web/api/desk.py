"""What an agent does. Each action takes effect at once; what it changed arrives by the feed."""

from typing import Annotated, Final

from fastapi import APIRouter, Path

from switchboard.web.access import Agent, DoorsHere
from switchboard.web.fields import BIGGEST, Id
from switchboard.web.messages.desk import (
    DeskSignIn,
    DeskState,
    Fenced,
    HandOverAsked,
    HandOverTargets,
    KeysPressed,
    MediaAnswer,
    MediaAsked,
    ProfileAsked,
    StateAsked,
    WrapUp,
)
from switchboard.web.messages.recordings import RecordAsked

router: Final = APIRouter(prefix="/api/desk", tags=["desk"])

OfferNumber = Annotated[int, Path(ge=0, le=BIGGEST)]
EngagementId = Annotated[Id, Path()]


@router.get("")
async def desk(who: Agent, doors: DoorsHere) -> DeskState:
    """Everything the agent's page shows; the feed's topic `desk` starts with the same."""
    return await doors.desk.state(who)


@router.post("/sign-in", status_code=204)
async def desk_sign_in(asked: DeskSignIn, who: Agent, doors: DoorsHere) -> None:
    """From now on this agent can be made available."""
    await doors.desk.sign_in(who, asked.reach)


@router.post("/sign-out", status_code=204)
async def desk_sign_out(who: Agent, doors: DoorsHere) -> None:
    await doors.desk.sign_out(who)


@router.post("/state", status_code=204)
async def desk_set_state(asked: StateAsked, who: Agent, doors: DoorsHere) -> None:
    """During an offer, talk or wrap-up it becomes the next state."""
    await doors.desk.set_state(who, asked)


@router.post("/profile", status_code=204)
async def desk_set_profile(asked: ProfileAsked, who: Agent, doors: DoorsHere) -> None:
    """Where this agent's calls ring from now on."""
    await doors.desk.set_reach(who, asked.reach)


@router.post("/offers/{offer}/accept", status_code=204)
async def accept_offer(offer: OfferNumber, asked: Fenced, who: Agent, doors: DoorsHere) -> None:
    """409 when the offer has ended meanwhile."""
    await doors.desk.accept(who, offer, asked.fence)


@router.post("/offers/{offer}/reject", status_code=204)
async def reject_offer(offer: OfferNumber, asked: Fenced, who: Agent, doors: DoorsHere) -> None:
    """409 when the offer has ended meanwhile."""
    await doors.desk.reject(who, offer, asked.fence)


@router.post("/offers/{offer}/media")
async def offer_media(offer: OfferNumber, asked: MediaAsked, who: Agent, doors: DoorsHere) -> MediaAnswer:
    """Prepares sound between page and us while it rings; none flows before the offer is accepted."""
    return MediaAnswer(sdp=await doors.desk.media(who, offer, asked.fence, asked.sdp))


@router.post("/engagements/{engagement}/hold", status_code=204)
async def hold(engagement: EngagementId, who: Agent, doors: DoorsHere) -> None:
    await doors.desk.hold(who, engagement, True)


@router.post("/engagements/{engagement}/resume", status_code=204)
async def resume(engagement: EngagementId, who: Agent, doors: DoorsHere) -> None:
    await doors.desk.hold(who, engagement, False)


@router.post("/engagements/{engagement}/mute", status_code=204)
async def mute(engagement: EngagementId, who: Agent, doors: DoorsHere) -> None:
    """The customer does not hear the agent."""
    await doors.desk.mute(who, engagement, True)


@router.post("/engagements/{engagement}/unmute", status_code=204)
async def unmute(engagement: EngagementId, who: Agent, doors: DoorsHere) -> None:
    await doors.desk.mute(who, engagement, False)


@router.post("/engagements/{engagement}/digits", status_code=204)
async def press_keys(engagement: EngagementId, asked: KeysPressed, who: Agent, doors: DoorsHere) -> None:
    """The customer's side gets these keys, one after the other. 409 unless the two talk."""
    await doors.desk.press(who, engagement, asked.digits)


@router.post("/engagements/{engagement}/recording", status_code=204)
async def record(engagement: EngagementId, asked: RecordAsked, who: Agent, doors: DoorsHere) -> None:
    """Pauses or resumes the recording of this talk. 409 when it is not being recorded."""
    await doors.desk.record(who, engagement, asked.on)


@router.get("/engagements/{engagement}/hand-over")
async def hand_over_targets(engagement: EngagementId, who: Agent, doors: DoorsHere) -> HandOverTargets:
    """Where this customer may be handed over to, and whether somebody is there. 409 when the call is over."""
    return await doors.desk.hand_over_targets(who, engagement)


@router.post("/engagements/{engagement}/hand-over", status_code=204)
async def hand_over(engagement: EngagementId, asked: HandOverAsked, who: Agent, doors: DoorsHere) -> None:
    """The talk ends and wrap-up begins; the customer goes on in the other queue's line, at his first place."""
    await doors.desk.hand_over(who, engagement, asked.queue, asked.note)


@router.post("/engagements/{engagement}/hang-up", status_code=204)
async def hang_up(engagement: EngagementId, who: Agent, doors: DoorsHere) -> None:
    await doors.desk.hang_up(who, engagement)


@router.post("/engagements/{engagement}/wrap-up", status_code=204)
async def wrap_up(engagement: EngagementId, asked: WrapUp, who: Agent, doors: DoorsHere) -> None:
    """Saves disposition and note, during the talk too; with `finish` the wrap-up is over."""
    await doors.desk.wrap_up(who, engagement, asked)
