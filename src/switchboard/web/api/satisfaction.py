"""How content a customer was: told by whoever asked him."""

from typing import Annotated, Final

from fastapi import APIRouter, Path

from switchboard.web.access import DoorsHere, Surveying
from switchboard.web.fields import Id
from switchboard.web.messages.satisfaction import Satisfaction, SatisfactionAsked

router: Final = APIRouter(prefix="/api/contacts", tags=["contacts"])


@router.put("/{contact}/satisfaction")
async def set_satisfaction(
    contact: Annotated[Id, Path()], asked: SatisfactionAsked, who: Surveying, doors: DoorsHere
) -> Satisfaction:
    """What the customer answered after this contact. Once or again: the answer that he gave last counts, in whichever
    order they come, and the same told twice changes nothing; the reply is what counts now. 404 for a contact that there
    is not, 409 while it still goes on."""
    return await doors.satisfaction.tell(who, contact, asked)
