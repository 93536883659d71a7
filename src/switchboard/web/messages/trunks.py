"""How trunks stand, and what a trial call over one showed."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from switchboard.web.fields import Answer, Asked


class TrunkStatus(Answer):
    key: str
    registration: Literal["stopped", "trying", "registered", "failed"] | None
    """Null where there is none, or where its secret could not be read."""
    error: str
    """Why the registration does not stand; empty when all is well."""
    answers: bool | None
    """Whether the carrier answers our questions (OPTIONS); null when it is not asked, or not yet."""


class TrunkStatuses(Answer):
    trunks: list[TrunkStatus]


class TrialAsked(Asked):
    number: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\+?[0-9*#]{1,20}$")]
    """Who is called: a number whose phone somebody can answer."""


class Trial(Answer):
    good: bool
    """Whether the trunk works."""
    finding: str
    """For programs: `wrong credentials`, `no sound`, `sound both ways`, ..."""
    said: str
    """What happened, in a sentence."""
    next: str
    """What to do now."""
