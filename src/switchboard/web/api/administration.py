"""What an administrator changes, one thing at a time, by the rules of a configuration file."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query

from switchboard.web.access import Administrator, DoorsHere
from switchboard.web.doors.administration import Change
from switchboard.web.fields import FilledLine, Id
from switchboard.web.messages.administration import (
    AdministrationItems,
    ItemAsked,
    ItemSaved,
    ItemUsers,
    RequirementAsked,
    RequirementChecked,
)

router: Final = APIRouter(prefix="/api/administration", tags=["administration"])

Section = Annotated[Id, Path(description="`queues`, `skills`, `flows`, ... as in a configuration file")]
Key = Annotated[FilledLine, Path(description="the thing's key; of a number, the number")]
DryRun = Annotated[bool, Query(description="only say what would change")]


@router.post("/requirements/check")
async def check_requirement(asked: RequirementAsked, who: Administrator, doors: DoorsHere) -> RequirementChecked:
    """What is wrong with a requirement such as `german >= 3 and not team:trainees`, or which agents fit it now."""
    return await doors.administration.requirement(who, asked)


@router.get("/{section}")
async def administration_items(section: Section, who: Administrator, doors: DoorsHere) -> AdministrationItems:
    """Everything in a section."""
    return await doors.administration.section(who, section)


@router.get("/{section}/{key}/users")
async def administration_item_users(section: Section, key: Key, who: Administrator, doors: DoorsHere) -> ItemUsers:
    """Everything that refers to a thing: what would stop it from being retired."""
    return ItemUsers(users=list(await doors.administration.users(who, section, key)))


@router.put("/{section}/{key}")
async def put_administration_item(
    section: Section, key: Key, asked: ItemAsked, who: Administrator, doors: DoorsHere, dry_run: DryRun = False
) -> ItemSaved:
    """Make or change one thing. 422 names each field; 409 gives the thing as somebody else has changed it."""
    change = Change(asked.revision, dry_run)
    return await doors.administration.put(who, section, key, asked.item, change)


@router.delete("/{section}/{key}")
async def retire_administration_item(
    section: Section,
    key: Key,
    who: Administrator,
    doors: DoorsHere,
    revision: Annotated[str, Query(max_length=64, description="of the item as it was seen")] = "",
    dry_run: DryRun = False,
) -> ItemSaved:
    """Take one thing out of use. 409 names what still needs it."""
    return await doors.administration.retire(who, section, key, Change(revision, dry_run))
