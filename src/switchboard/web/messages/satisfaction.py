"""What a customer answered when he was asked how content he was."""

from typing import Annotated

from pydantic import Field

from switchboard.web.fields import BIGGEST, Answer, Asked

Point = Annotated[int, Field(ge=-1_000, le=1_000, strict=True)]


class SatisfactionAsked(Asked):
    """A score on a scale, the highest being the most content; 1 to 5 unless said otherwise."""

    score: Point
    lowest: Point = 1
    highest: Point = 5
    answered_at: Annotated[
        int | None, Field(ge=1, le=BIGGEST, strict=True, description="when the customer answered; without it: now")
    ] = None


class Satisfaction(Answer):
    """What counts of a contact. share: where the score lies on its scale, 0 to 1."""

    score: int
    lowest: int
    highest: int
    share: float
    answered_at: int
