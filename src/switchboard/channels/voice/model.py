"""The nouns of telephony: numbers, trunks, phones, and the directory that finds them during a call."""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

REALM: Final = "switchboard"
"""The realm of every digest we ask for; stored hashes are bound to it."""

NUMBER: Final = re.compile(r"\+?[0-9*#]{1,20}|[A-Za-z][A-Za-z0-9_]{0,63}")
"""What can be dialled: a number, or a name such as `support` as SIP allows it."""
USER_NAME: Final = re.compile(r"[A-Za-z0-9_.+-]{1,64}")
_ORNAMENT: Final = str.maketrans("", "", " -()./\u00a0")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class SecretPlace(StrEnum):
    """Where a secret is kept outside the database."""

    ENVIRONMENT = "env"
    FILE = "file"
    KEPT = "kept"
    """Typed by an administrator; Switchboard keeps it, see `vault`."""


@dataclass(frozen=True, slots=True)
class SecretReference:
    """A secret by reference: the name of an environment variable, the path of a file, or its number in the vault."""

    place: SecretPlace
    name: str

    def __str__(self) -> str:
        return f"{self.place}:{self.name}"

    @classmethod
    def of(cls, text: str) -> "SecretReference":
        """The reference that `str` wrote. Raises ValueError."""
        place, _, name = text.partition(":")
        return cls(SecretPlace(place), name)


@dataclass(frozen=True, slots=True)
class Digest:
    """What proves that someone knows a secret, without the secret.

    ha1: RFC 7616 hash of `user_name:REALM:secret`. secret: where the secret came from, for the export.
    """

    user_name: str
    ha1: str = field(repr=False)
    secret: SecretReference | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """How we register with a carrier. registrar: a SIP URI; the secret is read when it is needed."""

    registrar: str
    user_name: str
    secret: SecretReference


@dataclass(frozen=True, slots=True)
class Number:
    """A number that customers call. number: as dialled, `+49301234567` or an extension such as `100`.

    client: the brand (an id in the `Directory`, a key in configuration). flow: key of what answers.
    """

    number: str
    client: str
    flow: str

    @property
    def key(self) -> str:
        return self.number


@dataclass(frozen=True, slots=True)
class Trunk:
    """A line to a carrier or another exchange. Callers are known by address, digest or our registration.

    client: the brand whose callers come this way, or None when the number dialled says it.
    """

    key: str
    name: str
    client: str | None = None
    addresses: tuple[str, ...] = ()
    register: Registration | None = None
    digest: Digest | None = None
    id: str = ""

    def networks(self) -> list[Network]:
        """The addresses as networks; a single address is a network of one."""
        return [ipaddress.ip_network(address, strict=False) for address in self.addresses]


@dataclass(frozen=True, slots=True)
class Phone:
    """A SIP phone. It registers with its digest, or is reached at a fixed contact (a SIP URI) for ever.

    may_call: whether calls that it makes are taken as customers' calls (the demo's softphone).
    """

    key: str
    user_name: str
    digest: Digest | None = None
    contact: str | None = None
    may_call: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """What a phone dials to switch an emergency announcement on and off. dial: the digits, `*91`.

    pin: is read when it is needed. phones: keys of those that may. minutes: until the announcement ends by itself.
    text or sound: what is said, to callers of these numbers or (None) of all; ends: whether their calls end then.
    """

    key: str
    dial: str
    pin: SecretReference
    phones: tuple[str, ...]
    minutes: int
    text: str | None = None
    sound: str | None = None
    language: str = "en"
    numbers: tuple[str, ...] | None = None
    ends: bool = True


def plain_number(text: str) -> str:
    """A number without the ornaments people write: `+49 (30) 1234-567` -> `+49301234567`."""
    return text.translate(_ORNAMENT)


@dataclass(frozen=True, slots=True)
class Directory:
    """Everything telephony looks up during a call, in memory. numbers: by number; phones, trunks: by id."""

    numbers: Mapping[str, Number]
    trunks: Mapping[str, Trunk]
    phones: Mapping[str, Phone]
    _hosts: dict[str, Trunk] = field(default_factory=dict, repr=False, compare=False)
    _networks: list[tuple[Network, Trunk]] = field(default_factory=list, repr=False, compare=False)
    _users: dict[str, Phone] = field(default_factory=dict, repr=False, compare=False)
    _accounts: dict[str, Trunk] = field(default_factory=dict, repr=False, compare=False)
    _keys: dict[str, Trunk] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, numbers: Iterable[Number], trunks: Iterable[Trunk], phones: Iterable[Phone]) -> "Directory":
        """The directory of these."""
        made = cls(
            {one.number: one for one in numbers},
            {one.id: one for one in trunks},
            {one.id: one for one in phones},
        )
        made._users.update({phone.user_name.lower(): phone for phone in made.phones.values()})
        for trunk in made.trunks.values():
            made._keys[trunk.key] = trunk
            if trunk.digest is not None:
                made._accounts[trunk.digest.user_name] = trunk
            for network in trunk.networks():
                if network.num_addresses == 1:
                    made._hosts[str(network.network_address)] = trunk
                else:
                    made._networks.append((network, trunk))
        # The narrowest network that holds an address wins.
        made._networks.sort(key=lambda entry: entry[0].prefixlen, reverse=True)
        return made

    def number(self, dialled: str) -> Number | None:
        """The number dialled: as it is, else with or without `+`, else with `00` for `+`."""
        plain = plain_number(dialled)
        if (known := self.numbers.get(plain)) is not None:
            return known
        digits = plain.removeprefix("+")
        for form in (f"+{digits}", digits, f"+{digits[2:]}" if digits.startswith("00") else ""):
            if form in self.numbers:
                return self.numbers[form]
        return None

    def trunk_at(self, address: str) -> Trunk | None:
        """The trunk whose addresses hold this IP address; None for a stranger."""
        if (trunk := self._hosts.get(address)) is not None:
            return trunk
        if not self._networks:
            return None
        try:
            asked = ipaddress.ip_address(address)
        except ValueError:
            return None
        return next((trunk for network, trunk in self._networks if asked in network), None)

    def trunk_keyed(self, key: str) -> Trunk | None:
        """The trunk that is configured under this key."""
        return self._keys.get(key)

    def trunk_named(self, user_name: str) -> Trunk | None:
        """The trunk that signs in under this name."""
        return self._accounts.get(user_name)

    def phone_named(self, user_name: str) -> Phone | None:
        """The phone that registers under this name, in whatever letters."""
        return self._users.get(user_name.lower())
