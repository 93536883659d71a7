"""Calls from the browser without signing in."""

from pydantic import Field

from switchboard.web.fields import Answer, Asked, FilledLine, SessionDescription


class TryItNumber(Answer):
    number: str
    name: str


class TryIt(Answer):
    open: bool
    """Whether calls may be placed from the page without signing in."""
    numbers: list[TryItNumber]


class TryItAsked(Asked):
    number: FilledLine
    sdp: SessionDescription


class TryItCall(Answer):
    call: str
    sdp: str
    secret: str = Field(repr=False)
    """Shows that whoever hangs up is who called."""


class TryItDigits(Asked):
    secret: FilledLine = Field(repr=False)
    digits: str = Field(pattern="^[0-9*#]{1,20}$")
    """Keys in the order in which they were pressed."""


class TryItHangUp(Asked):
    secret: FilledLine = Field(repr=False)
