"""Phones on the wire, and their secrets. What is configured about them is at `/api/administration/phones`."""

from typing import Annotated, Final

from fastapi import APIRouter, Path

from switchboard.web.access import DoorsHere, Staffing
from switchboard.web.fields import Id
from switchboard.web.messages.phones import PhoneAsked, PhoneSecret, PhonesShown

router: Final = APIRouter(prefix="/api/phones", tags=["people"])


@router.get("")
async def phones(who: Staffing, doors: DoorsHere) -> PhonesShown:
    """All of them with who is registered from where, and what was refused last."""
    return await doors.phones.phones(who)


@router.post("", status_code=201)
async def make_phone(asked: PhoneAsked, who: Staffing, doors: DoorsHere) -> PhoneSecret:
    """Its secret is made here and told this once."""
    return await doors.phones.make(who, asked)


@router.post("/{key}/secret")
async def renew_phone_secret(key: Annotated[Id, Path()], who: Staffing, doors: DoorsHere) -> PhoneSecret:
    """Another secret, told this once; devices registered with the old one are dropped."""
    return await doors.phones.renew(who, key)
