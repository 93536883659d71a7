"""The rules of tenancy, without input or output: names, keys, passwords, pauses, session ages."""

import hashlib
import ipaddress
import re
import unicodedata
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import phonenumbers

from switchboard.kit.errors import Invalid
from switchboard.tenancy.model import ClientItem, PersonItem

_KEY: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_REGIONS: Final = frozenset(phonenumbers.SUPPORTED_REGIONS)
_SECOND: Final = 1_000_000

NAME_LENGTH: Final = 200
"""Characters of a name, at most."""

SESSION_AGE: Final = 14 * 3600 * _SECOND
"""Microseconds a session lasts at most: longer than any shift."""

SESSION_IDLE: Final = 2 * 3600 * _SECOND
"""Microseconds without a request or feed after which a session ends."""

SEEN_EVERY: Final = 60 * _SECOND
"""Microseconds between two notes that a session is in use: not every request costs a write."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How many wrong passwords in a row are free, and the pause after each further one.

    The pause doubles from `first` to `longest` seconds. After `forget` seconds without a failure the
    count begins again. A longest pause of minutes, not hours: whoever knows a user name can cause it.
    forgives: how many wrong ones a right password makes undone, None for all.
    """

    free: int
    first: int = 1
    longest: int = 300
    forget: int = 3600
    forgives: int | None = None

    def pause(self, failures: int) -> int:
        """Seconds to wait after this many failures in a row; 0 while they are free."""
        beyond = failures - self.free
        # 2 ** 20 seconds is beyond any longest pause; without the bound a robot would make the number huge.
        return 0 if beyond < 0 else min(self.longest, self.first << min(beyond, 20))


FOR_USER_NAME: Final = Patience(free=5)
FOR_ADDRESS: Final = Patience(free=20, forgives=1)
"""More patient: a whole office may sign in from behind one address. A right password forgives only one
wrong one, so that knowing one password does not reset the count for guessing at others."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Wrong passwords in a row of one subject and when the last one was, UTC epoch microseconds."""

    count: int = 0
    last: int = 0

    def after_another(self, now: int, patience: Patience) -> "Failures":
        """One more; the first again when the last is long ago."""
        forgotten = now - self.last > patience.forget * _SECOND
        return Failures(1 if forgotten else self.count + 1, now)

    def after_success(self, patience: Patience) -> "Failures":
        """What a right password leaves of them."""
        forgiven = self.count if patience.forgives is None else patience.forgives
        return Failures(max(0, self.count - forgiven), self.last)

    def seconds_left(self, now: int, patience: Patience) -> int:
        """Seconds until the next try is listened to, rounded up; 0 for now."""
        ends = self.last + patience.pause(self.count) * _SECOND
        return max(0, -(-(ends - now) // _SECOND))


def sign_in_name(user_name: str) -> str:
    """The form in which user names are compared: case and Unicode variants of one name are one name."""
    folded = unicodedata.normalize("NFKC", storable(user_name)).casefold()
    return unicodedata.normalize("NFKC", folded).strip()


def storable(text: str) -> str:
    """The text with what no database takes (NUL, lone surrogates) replaced: whoever types such a thing is
    simply unknown, instead of an error."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def user_name_subject(organization: str | None, user_name: str) -> str:
    """What the pause of a user name is kept under. A digest: people type passwords into the wrong field."""
    return _digest(f"user name\0{organization or ''}\0{sign_in_name(user_name)}")


def address_subject(address: str) -> str:
    """What the pause of an address is kept under; one IPv6 customer has a whole /64 (RFC 6177)."""
    return _digest(f"address\0{_network(address)}")


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _digest(text: str) -> str:
    # "surrogatepass": a lone surrogate in a JSON string must not turn a wrong password into a crash.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def session_id(token: str) -> str:
    """What the database keeps of a token. It is random (160 bits), so a plain digest hides it."""
    return _digest(token)


def csrf_token(token: str) -> str:
    """The session's CSRF token. Derived from the session's token, so it needs no storing and no reader
    of the database learns it; the token cannot be computed back from it."""
    return _digest(f"csrf\0{token}")


def session_ends(began: int, seen: int) -> int:
    """When a session ends if nothing more happens in it, UTC epoch microseconds."""
    return min(began + SESSION_AGE, seen + SESSION_IDLE)


def check_key(key: str, field: str = "key") -> str:
    """The key itself. Raises Invalid."""
    if not _KEY.fullmatch(key):
        raise Invalid("a key has 1 to 64 of a-z 0-9 . _ - and begins with a letter or digit", field=field)
    return key


def check_name(name: str, field: str = "name") -> str:
    """The name without surrounding white space. Raises Invalid."""
    name = name.strip()
    if not 0 < len(name) <= NAME_LENGTH or not name.isprintable():
        raise Invalid(f"give 1 to {NAME_LENGTH} printable characters", field=field)
    return name


def check_client(item: ClientItem) -> ClientItem:
    """The client with its names cleaned. Raises Invalid naming the field."""
    try:
        zoneinfo.ZoneInfo(item.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid("not a time zone; an example is Europe/Berlin", field="time_zone") from None
    region = item.region.upper()
    if region not in _REGIONS:
        raise Invalid("not a country's two letters; an example is DE", field="region")
    return ClientItem(check_key(item.key), check_name(item.name), item.time_zone, region)


def check_person(item: PersonItem) -> PersonItem:
    """The person with the names cleaned. Raises Invalid naming the field."""
    if not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", item.language):
        raise Invalid("not a language tag; an example is en", field="language")
    return PersonItem(
        check_key(item.key),
        check_name(item.user_name, "user_name"),
        check_name(item.name),
        frozenset(item.roles),
        item.language,
        item.password,
    )


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What changed, for the audit: field -> [before, after]; a field only in one is None in the other."""
    fields = sorted(before.keys() | after.keys())
    return {f: [before.get(f), after.get(f)] for f in fields if before.get(f) != after.get(f)}
