"""The clock of a contact, stopped and started by a person."""

from typing import Annotated

from pydantic import Field

from switchboard.web.fields import BIGGEST, Asked


class ClockAsked(Asked):
    """running: whether the contact's time goes on, or stands still. until: only of one that stands still: when it goes
    on by itself; without it when it has stood still as long as its queue allows."""

    running: bool
    until: Annotated[int, Field(ge=0, le=BIGGEST)] | None = None
