"""Phones as an administrator sees them: what is configured, and how they fare on the wire."""

from typing import Annotated

from pydantic import Field, StringConstraints

from switchboard.web.fields import Answer, Asked

SipName = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.+-]+$")]
Key = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Device(Answer):
    """One device that is registered under a phone's name."""

    address: str
    """`192.0.2.7:5060`."""
    transport: str
    since: int
    expires_at: int
    user_agent: str


class RefusedAttempt(Answer):
    """The last request in this phone's name that was refused."""

    at: int
    address: str
    why: str
    """`wrong password`, `dismissed`, `may not call`, ..."""


class PhoneShown(Answer):
    key: str
    user_name: str
    may_call: bool
    contact: str | None
    has_secret: bool
    from_file: bool
    """Whether its secret comes from a configuration file, which brings it back when it is applied again."""
    people: list[str]
    """Names of the agents it rings for."""
    left_with: str | None
    """The name of a dismissed person who knows its secret; it is refused until it gets another."""
    devices: list[Device]
    refused: RefusedAttempt | None


class PhonesShown(Answer):
    phones: list[PhoneShown]
    server_now: int


class PhoneAsked(Asked):
    key: Key
    user_name: SipName | None = None
    """Null takes the key."""
    may_call: bool = False


class PhoneSecret(Answer):
    """Told once; only what proves that somebody knows it is kept."""

    key: str
    user_name: str
    secret: str = Field(repr=False)
    address: str
    """Where the phone registers, host and port."""
