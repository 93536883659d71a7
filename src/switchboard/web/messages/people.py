"""People as an administrator manages them."""

from pydantic import Field

from switchboard.agents.model import AgentState
from switchboard.tenancy.model import Role
from switchboard.web.fields import Answer, Asked
from switchboard.web.messages.account import NewPassword, SessionShown, SignInShown


class Member(Answer):
    """One line of the list. What is configured about a person is at `/api/administration/people`."""

    id: str
    key: str
    user_name: str
    name: str
    roles: list[Role]
    team: str | None
    """The name of the team."""
    phone: str | None
    """The key of the phone."""
    state: AgentState | None
    """What an agent does just now; null for somebody who is signed out or no agent."""
    sessions: int
    seen_at: int | None
    has_password: bool
    password_temporary: bool
    dismissed_at: int | None


class Members(Answer):
    members: list[Member]


class MemberRecord(Answer):
    member: Member
    sessions: list[SessionShown]
    sign_ins: list[SignInShown]


class PasswordSet(Asked):
    password: NewPassword | None = Field(default=None, repr=False)
    """Null lets one be made."""


class PasswordMade(Answer):
    password: str = Field(repr=False)
    """To be told to its owner, who has to choose another when he signs in."""


class Dismissed(Answer):
    """What his dismissal ended."""

    sessions: int
    offers: int
    """Callers who rang at him and go on to others."""
    calls: int
    """Customers he talked to, who are back at the head of their line."""
    phones: int
    """Devices that were registered under his phone's name."""
    microseconds: int
    """How long all of it took."""
