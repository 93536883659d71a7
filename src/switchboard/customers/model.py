"""The nouns of customers, and how a number among them is written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

import phonenumbers


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


Needs: TypeAlias = tuple[tuple[str, int], ...]
"""Keys of skills with least levels, in the order of the keys."""


@dataclass(frozen=True, slots=True)
class CustomerRef:
    """Who is calling, as far as the desk and the way to it need at once. known_since: UTC epoch microseconds.
    personal_agent: id of the person who looks after him; branch: id of the team that does. needs: least level of
    skills that whoever talks to him must have, by key, in their order; priority: of his contacts, -100 to 100, on top
    of what flows give them."""

    id: str
    name: str | None = field(repr=False)
    known_since: int
    personal_agent: str | None = None
    branch: str | None = None
    needs: Needs = ()
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of one client with all the identities. Times are UTC epoch microseconds. personal_agent and what
    follows: as in `CustomerRef`."""

    organization: str
    client: str
    id: str
    name: str | None = field(repr=False)
    note: str = field(repr=False)
    known_since: int
    identities: tuple[tuple[Kind, str], ...] = field(repr=False)
    personal_agent: str | None = None
    branch: str | None = None
    needs: Needs = ()
    priority: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """How a customer is served, as somebody says it; None leaves a thing as it is. personal_agent, branch: ids of a
    person and a team, "" for nobody. needs: least level of skills by key. priority: -100 to 100."""

    personal_agent: str | None = None
    branch: str | None = None
    needs: Mapping[str, int] | None = None
    priority: int | None = None


UNSAID: Final = Serving()

MOST_NUMBERS: Final = 20_000
"""Numbers whose E.164 form stays in memory."""

_POSSIBLE: Final = phonenumbers.ValidationResult.IS_POSSIBLE

_NUMBER: Final = re.compile(r"\+?[0-9(][0-9 ()./\u2010-\u2015-]{0,38}")
"""What a telephone number may look like. Letters are names of phones, not the keys of "0800-FLOWERS"."""


@lru_cache(maxsize=MOST_NUMBERS)
def e164(number: str, region: str) -> str | None:
    """A number as a trunk or a person gives it, in E.164 with the plus: "030 123456" in DE is "+4930123456".

    region: ISO 3166 alpha-2 of the client, for numbers without a country code. None for what is no public
    number: anonymous callers, extensions, names. With a country code it is kept when its length is possible
    there (new ranges appear before any list knows them), without one only when its range is known: 1001 is
    somebody's extension. Source: ITU-T E.164; libphonenumber.
    """
    number = number.strip().removeprefix("tel:").partition(";")[0]
    if not _NUMBER.fullmatch(number):
        return None
    try:
        parsed = phonenumbers.parse(number, region, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None
    national = parsed.country_code_source == phonenumbers.CountryCodeSource.FROM_DEFAULT_COUNTRY
    # "Possible, but only locally" is a number without its area code: it names nobody in particular.
    possible = phonenumbers.is_possible_number_with_reason(parsed) == _POSSIBLE
    if not possible or (national and not phonenumbers.is_valid_number(parsed)):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
