"""Errors, as programs and people read them."""

from switchboard.web.fields import Answer


class Problem(Answer):
    code: str
    """For programs: `invalid`, `not_found`, `refused`, `sign_in_needed`, `conflict`, `too_many`, ..."""
    text: str
    """For people: one clear line."""
    field: str | None = None
    """Which field of the request is wrong, with dots for what lies inside another: `steps.0.say`."""


class ErrorAnswer(Answer):
    error: Problem
