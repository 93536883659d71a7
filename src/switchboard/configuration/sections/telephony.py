"""`numbers`, `trunks` and `phones`."""

import ipaddress
from collections.abc import Iterator
from typing import Any

from switchboard.channels.voice.model import (
    NUMBER,
    USER_NAME,
    Number,
    Phone,
    Registration,
    SecretReference,
    Trunk,
    plain_number,
)
from switchboard.configuration.model import PhoneEntry, TrunkEntry
from switchboard.configuration.sections.contract import Reference, secret, written_secret
from switchboard.flows.model import Fields, Reading


def read_number(reading: Reading) -> Number:
    fields = reading.fields(("number", "client", "flow"))
    number = plain_number(fields.text("number", most=60))
    if fields.has("number") and number and not NUMBER.fullmatch(number):
        fields.at("number").problem("must be a number such as +49301234567 or 100, or a name")
    return Number(number, fields.key("client"), fields.key("flow"))


def write_number(item: Number) -> dict[str, Any]:
    return {"number": item.number, "client": item.client, "flow": item.flow}


def number_references(item: Number) -> Iterator[Reference]:
    yield Reference("clients", item.client, ("client",))
    yield Reference("flows", item.flow, ("flow",))


def read_trunk(reading: Reading) -> TrunkEntry:
    fields = reading.fields(("key",), ("name", "client", "addresses", "register", "digest"))
    key = fields.key("key")
    register = _read_register(fields) if fields.has("register") else None
    user, password = _read_digest(fields) if fields.has("digest") else (None, None)
    addresses = tuple(sorted(set(filter(None, map(_address, fields.elements("addresses"))))))
    if fields.sound and not any(fields.has(name) for name in ("addresses", "register", "digest")):
        reading.problem("give at least one of addresses, register, digest: how else is its caller known?")
    trunk = Trunk(key, fields.text("name", key, most=200).strip(), fields.key_or_none("client"), addresses, register)
    return TrunkEntry(trunk, user, password)


def _address(at: Reading) -> str:
    text = at.text(most=60)
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        at.problem(f"{text!r} is not an IP address or network such as 192.0.2.7 or 192.0.2.0/24")
        return ""
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def _read_register(fields: Fields) -> Registration | None:
    inner = fields.at("register").fields(("registrar", "user_name", "password"))
    registrar, user = _sip_uri(inner, "registrar"), _user_name(inner)
    password = secret(inner, "password")
    return Registration(registrar, user, password) if password is not None else None


def _read_digest(fields: Fields) -> tuple[str | None, SecretReference | None]:
    inner = fields.at("digest").fields(("user_name", "password"))
    return _user_name(inner), secret(inner, "password")


def _user_name(fields: Fields) -> str:
    text = fields.text("user_name", most=64)
    if text and not USER_NAME.fullmatch(text):
        fields.at("user_name").problem("may have letters, digits, '.', '-', '_' and '+', at most 64")
    return text


def _sip_uri(fields: Fields, name: str) -> str:
    text = fields.text(name, most=200)
    rest = text.partition(":")[2]
    if text and (not text.startswith(("sip:", "sips:")) or not rest or any(mark in text for mark in ' <>"\n\t')):
        fields.at(name).problem("must be a SIP address such as sip:192.0.2.7:5060")
    return text


def write_trunk(item: TrunkEntry) -> dict[str, Any]:
    trunk = item.trunk
    written: dict[str, Any] = {"key": trunk.key, "name": trunk.name}
    if trunk.client is not None:
        written["client"] = trunk.client
    if trunk.addresses:
        written["addresses"] = list(trunk.addresses)
    if trunk.register is not None:
        written["register"] = {
            "registrar": trunk.register.registrar,
            "user_name": trunk.register.user_name,
            "password": written_secret(trunk.register.secret),
        }
    if item.digest_user is not None and item.password is not None:
        written["digest"] = {"user_name": item.digest_user, "password": written_secret(item.password)}
    return written


def trunk_references(item: TrunkEntry) -> Iterator[Reference]:
    if item.trunk.client is not None:
        yield Reference("clients", item.trunk.client, ("client",))


def read_phone(reading: Reading) -> PhoneEntry:
    fields = reading.fields(("key",), ("user_name", "password", "contact", "may_call"))
    key = fields.key("key")
    user = _user_name(fields) or key
    password = secret(fields, "password")
    contact = _sip_uri(fields, "contact") or None
    if fields.sound and not fields.has("password") and contact is None:
        reading.problem("give a password to register with, or a fixed contact")
    phone = Phone(key, user, contact=contact, may_call=fields.flag("may_call", default=False))
    return PhoneEntry(phone, password)


def write_phone(item: PhoneEntry) -> dict[str, Any]:
    phone = item.phone
    written: dict[str, Any] = {"key": phone.key, "user_name": phone.user_name}
    if item.password is not None:
        written["password"] = written_secret(item.password)
    if phone.contact is not None:
        written["contact"] = phone.contact
    written["may_call"] = phone.may_call
    return written
