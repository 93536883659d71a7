"""Errors, as programs and people read them."""

from pydantic import Field

from switchboard.web.fields import Answer
from switchboard.web.messages.administration import AdministrationItem


class Fault(Answer):
    """One of several fields that are wrong."""

    field: str
    text: str


class Problem(Answer):
    code: str
    """For programs: `invalid`, `not_found`, `refused`, `sign_in_needed`, `conflict`, `too_many`, ..."""
    text: str
    """For people: one clear line."""
    field: str | None = None
    """Which field of the request is wrong, with dots for what lies inside another: `steps.0.say`."""
    faults: list[Fault] = Field(default_factory=list)
    """Each field of a form that is wrong, when that is known of all of them; `field` is the first one."""
    present: AdministrationItem | None = None
    """With `conflict`: the thing as it is now, when somebody else has changed it meanwhile."""


class ErrorAnswer(Answer):
    error: Problem
