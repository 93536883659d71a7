"""The nouns of customers."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What an identity is."""

    NUMBER = "number"
    """A telephone number in E.164, with the plus."""


class Identity(NamedTuple):
    """By what somebody is recognised, within one client of one organization."""

    organization: str
    client: str
    kind: Kind
    value: str


@dataclass(frozen=True, slots=True)
class CustomerRef:
    """Who is calling, as far as the desk needs at once. known_since: UTC epoch microseconds."""

    id: str
    name: str | None = field(repr=False)
    known_since: int


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of one client with all the identities. Times are UTC epoch microseconds."""

    organization: str
    client: str
    id: str
    name: str | None = field(repr=False)
    note: str = field(repr=False)
    known_since: int
    identities: tuple[tuple[Kind, str], ...] = field(repr=False)
