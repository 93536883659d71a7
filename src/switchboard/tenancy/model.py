"""The nouns of tenancy: organization, client, person, session, audit entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

SYSTEM: Final = "system"
"""The author of a change that nobody signed in asked for: first start, configuration file."""


class Role(StrEnum):
    """What a person may do; one person may have several."""

    ADMINISTRATOR = "administrator"
    SUPERVISOR = "supervisor"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Organization:
    """One customer of the installation. `key` is stable, `name` may change."""

    id: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Client:
    """A brand that the organization answers for.

    time_zone: IANA name; the client's days begin at its midnight. region: ISO 3166 alpha-2, decides
    how a number dialled or shown without a country code is read. retired_at: UTC epoch microseconds.
    """

    organization: str
    id: str
    key: str
    name: str
    time_zone: str
    region: str
    retired_at: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here. language: BCP 47 tag of the screens; retired_at: UTC epoch microseconds."""

    organization: str
    id: str
    key: str
    user_name: str
    name: str
    roles: frozenset[Role]
    language: str = "en"
    retired_at: int | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has just begun. The token is shown this once; the database keeps its hash."""

    token: str = field(repr=False)
    csrf: str = field(repr=False)
    person: Person
    expires: int


@dataclass(frozen=True, slots=True)
class Session:
    """A session that holds. csrf: what a changing request must carry; expires: UTC epoch microseconds."""

    id: str
    csrf: str = field(repr=False)
    person: Person
    expires: int


@dataclass(frozen=True, slots=True)
class ClientItem:
    """A client as configuration describes it."""

    key: str
    name: str
    time_zone: str
    region: str


@dataclass(frozen=True, slots=True)
class Hashed:
    """A password as it may be stored.

    fingerprint: lets configuration see that a secret is the one already stored without hashing it
    again (see `Passwords.fingerprint`); None when no fingerprint key is configured.
    """

    hash: str = field(repr=False)
    fingerprint: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PersonItem:
    """A person as configuration describes it.

    password: None leaves the stored one as it is. A person who never got one cannot sign in by password.
    """

    key: str
    user_name: str
    name: str
    roles: frozenset[Role]
    language: str = "en"
    password: Hashed | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change: who did what to which subject (its id; `kind` says what it is). at: UTC epoch microseconds.

    changes: field -> [before, after]; a secret or a customer's data shows as "changed".
    """

    id: str
    at: int
    by: str
    action: str
    kind: str
    subject: str
    changes: Mapping[str, Any]
