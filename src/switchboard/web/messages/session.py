"""Signing in, and who is signed in."""

from typing import Annotated

from pydantic import Field, StringConstraints

from switchboard.tenancy.model import Role
from switchboard.web.fields import Answer, Asked, FilledLine, Line


class SignIn(Asked):
    user_name: FilledLine
    password: Annotated[str, StringConstraints(min_length=1, max_length=1_024)] = Field(repr=False)
    organization: Line | None = None
    """Its key; only needed where one server holds several organizations."""


class SessionPerson(Answer):
    id: str
    name: str
    roles: list[Role]
    organization: str
    password_temporary: bool
    """An administrator set it: the only thing allowed is to choose another, `POST /api/account/password`."""


class Session(Answer):
    person: SessionPerson
    csrf: str = Field(repr=False)
    """To be sent back as `X-CSRF` with every request that changes something."""
    example: bool
    """Whether this is an example center, whose pages offer a tour."""
