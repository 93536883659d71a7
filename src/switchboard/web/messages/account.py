"""One's own account: password, language, sessions, sign-ins."""

from typing import Annotated

from pydantic import Field, StringConstraints

from switchboard.tenancy.model import Role
from switchboard.web.fields import Answer, Asked

NewPassword = Annotated[str, StringConstraints(min_length=1, max_length=256)]
Language = Annotated[str, StringConstraints(min_length=2, max_length=35, pattern=r"^[A-Za-z0-9-]+$")]


class SessionShown(Answer):
    id: str
    began_at: int
    seen_at: int
    """When it was last used, to a minute."""
    expires_at: int
    address: str | None
    device: str | None
    """What the browser said it is."""
    own: bool
    """Whether it is the session that asks."""


class SignInShown(Answer):
    at: int
    right: bool
    """Whether it was with the right password."""
    address: str | None
    device: str | None


class Account(Answer):
    id: str
    key: str
    user_name: str
    name: str
    language: str
    roles: list[Role]
    sessions: list[SessionShown]
    sign_ins: list[SignInShown]


class PasswordChange(Asked):
    current: Annotated[str, StringConstraints(min_length=1, max_length=1_024)] = Field(repr=False)
    password: NewPassword = Field(repr=False)


class AccountChange(Asked):
    language: Language
