"""What is configured, as lists."""

from typing import Final

from fastapi import APIRouter

from switchboard.web.access import Administrator, DoorsHere, Supervisor
from switchboard.web.messages.configuration import ListedItems

router: Final = APIRouter(prefix="/api", tags=["lists"])


@router.get("/clients")
async def clients(who: Supervisor, doors: DoorsHere) -> ListedItems:
    return ListedItems(items=list(await doors.lists.clients(who)))


@router.get("/queues")
async def queues(who: Supervisor, doors: DoorsHere) -> ListedItems:
    return ListedItems(items=list(await doors.lists.queues(who)))


@router.get("/people")
async def people(who: Supervisor, doors: DoorsHere) -> ListedItems:
    return ListedItems(items=list(await doors.lists.people(who)))


@router.get("/teams")
async def teams(who: Supervisor, doors: DoorsHere) -> ListedItems:
    return ListedItems(items=list(await doors.lists.teams(who)))


@router.get("/skills")
async def listed_skills(who: Supervisor, doors: DoorsHere) -> ListedItems:
    return ListedItems(items=list(await doors.lists.skills(who)))


@router.get("/flows")
async def flows(who: Administrator, doors: DoorsHere) -> ListedItems:
    return ListedItems(items=list(await doors.lists.flows(who)))
