"""How content customers were."""

from typing import Protocol

from switchboard.web.doors.session import Who
from switchboard.web.messages.satisfaction import Satisfaction, SatisfactionAsked


class SatisfactionDoor(Protocol):
    """What customers answered when they were asked after a contact."""

    async def tell(self, who: Who, contact: str, asked: SatisfactionAsked) -> Satisfaction:
        """What counts now: this, or what the customer answered later and was told sooner. Written to the audit when it
        changes something.

        Raises NotFound for an unknown contact, Conflict while it still goes on, Invalid with the field for a score that
        is not on its scale or a time that cannot be.
        """
        ...
