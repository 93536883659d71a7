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
    SURVEY = "survey"
    """No person but a program that asks customers how content they were: it tells their answers and sees nothing."""


class Right(StrEnum):
    """What can be done here. Each route of the API and each topic of the live feed needs exactly one of these."""

    ACCOUNT = "own account"
    """Sign out, choose a password and a language, end one's own sessions."""
    DESK = "desk"
    """Be an agent: take offers, talk, wrap up."""
    RECORDS = "records"
    """Look at contacts and customers; which ones is decided by `ALL_RECORDS`."""
    ALL_RECORDS = "all records"
    """Those of everybody, not only one's own."""
    CALLBACKS = "call-backs"
    """Enter call-backs; see, move and cancel one's own, and with `ALL_RECORDS` those of everybody."""
    LISTEN = "listen"
    """Hear and export every recording. An agent hears his own talks where their queue allows it."""
    SATISFACTION = "satisfaction"
    """Tell what customers answered when they were asked how content they were. Agents do not: it counts for them."""
    RECONCILE = "reconcile"
    """Compare the carrier's list of calls with the contacts, and open what was compared."""
    BOARD = "board"
    """Watch the line and the people; lists of what is configured."""
    SKILLS = "skills"
    """Change what an agent is good at, and how well, while calls wait."""
    CONFIGURE = "configure"
    """Queues, flows, numbers, trunks, sounds, the whole configuration, measurements."""
    PEOPLE = "people"
    """Make, change and dismiss people; their passwords, sessions and phones."""
    AUDIT = "audit"
    """Read who changed what."""


_STAFF: Final = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR, Role.AGENT})
_SUPERVISION: Final = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
_ADMINISTRATION: Final = frozenset({Role.ADMINISTRATOR})

RIGHTS: Final[Mapping[Right, frozenset[Role]]] = {
    Right.ACCOUNT: frozenset(Role),
    Right.DESK: frozenset({Role.AGENT}),
    Right.RECORDS: _STAFF,
    Right.ALL_RECORDS: _SUPERVISION,
    Right.CALLBACKS: _STAFF,
    Right.LISTEN: _SUPERVISION,
    Right.SATISFACTION: _SUPERVISION | {Role.SURVEY},
    Right.RECONCILE: _SUPERVISION,
    Right.BOARD: _SUPERVISION,
    Right.SKILLS: _SUPERVISION,
    Right.CONFIGURE: _ADMINISTRATION,
    Right.PEOPLE: _ADMINISTRATION,
    Right.AUDIT: _ADMINISTRATION,
}
"""Who may do what: the only place that says so. The web's guards and the reference of roles read it."""


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
    """Somebody who works here. language: BCP 47 tag of the screens; retired_at: UTC epoch microseconds.

    password_temporary: an administrator set the password; its owner has to choose another before anything else.
    """

    organization: str
    id: str
    key: str
    user_name: str
    name: str
    roles: frozenset[Role]
    language: str = "en"
    retired_at: int | None = None
    password_temporary: bool = False


@dataclass(frozen=True, slots=True)
class Whence:
    """Where a request comes from. address: IP; device: what the browser says it is, "" when it says nothing."""

    address: str
    device: str = ""


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
class SessionSeen:
    """A session as its owner and administrators see it. address: IP; device: what the browser says it is."""

    id: str
    began_at: int
    seen_at: int
    expires_at: int
    address: str | None
    device: str | None


@dataclass(frozen=True, slots=True)
class SignInSeen:
    """Somebody tried to sign in under this person's name. right: whether it was with the right password."""

    at: int
    right: bool
    address: str | None
    device: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """A person as the list of people shows him. sessions: how many hold. seen_at: when one was last used, to a
    minute, UTC epoch microseconds; None for never."""

    person: Person
    has_password: bool
    sessions: int
    seen_at: int | None


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
