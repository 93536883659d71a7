"""What was learned of agents' outcomes: versions, what they bring, and which one is in force."""

from typing import Annotated, Final

from fastapi import APIRouter, Path

from switchboard.web.access import DoorsHere, Supervisor
from switchboard.web.messages.outcomes import LearnedVersions

router: Final = APIRouter(prefix="/api/outcomes", tags=["outcomes"])


@router.get("/versions")
async def versions(who: Supervisor, doors: DoorsHere) -> LearnedVersions:
    """The last 50 versions with what each was expected to bring and has brought, queue by queue."""
    return await doors.outcomes.versions(who)


@router.post("/versions", status_code=201)
async def learn(who: Supervisor, doors: DoorsHere) -> LearnedVersions:
    """Learn from the last 90 days now and bring the new version into force. 403 when there is too little."""
    return await doors.outcomes.learn(who)


@router.post("/versions/{number}/take")
async def take(number: Annotated[int, Path(ge=1, le=2**53)], who: Supervisor, doors: DoorsHere) -> LearnedVersions:
    """Bring a version into force. An older one stays until somebody takes or makes another."""
    return await doors.outcomes.take(who, number)
