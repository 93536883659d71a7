"""`numbers`, `trunks`, `phones` and `codes`."""

import ipaddress
import re
from collections.abc import Iterator
from typing import Any, Final

from switchboard.channels.voice.model import (
    NUMBER,
    USER_NAME,
    Code,
    Number,
    Phone,
    Registration,
    SecretPlace,
    SecretReference,
    Trunk,
    plain_number,
)
from switchboard.configuration.model import PhoneEntry, TrunkEntry
from switchboard.configuration.sections.contract import Reference, secret, written_secret
from switchboard.flows.model import Fields, Reading, duration_text

DIALLED: Final = re.compile(r"[0-9*#]{2,20}")


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


LONGEST_CODE: Final = 7 * 24 * 3_600
"""Seconds that an announcement lasts at most."""


def read_code(reading: Reading) -> Code:
    fields = reading.fields(("key", "dial", "pin", "phones", "lasts"), ("text", "sound", "language", "numbers", "ends"))
    dial = plain_number(fields.text("dial", most=60))
    if dial and not DIALLED.fullmatch(dial):
        fields.at("dial").problem("must be digits, * and # as they are dialled, such as *91")
    if fields.sound and fields.has("text") == fields.has("sound"):
        reading.problem("give either 'text' or 'sound': what shall callers hear?")
    lasts = fields.duration("lasts", 60, most=LONGEST_CODE)
    if fields.has("lasts") and lasts < 60:
        fields.at("lasts").problem("must be at least 1m")
    return Code(
        key=fields.key("key"),
        dial=dial,
        pin=secret(fields, "pin") or SecretReference(SecretPlace.ENVIRONMENT, ""),
        phones=tuple(sorted(fields.keys("phones"))),
        minutes=lasts // 60,
        text=fields.text("text", most=2_000) if fields.has("text") else None,
        sound=fields.key_or_none("sound"),
        language=fields.text("language", "en", most=20).lower(),
        numbers=tuple(sorted({plain_number(at.text(most=60)) for at in fields.elements("numbers")}))
        if fields.has("numbers")
        else None,
        ends=fields.flag("ends", default=True),
    )


def write_code(item: Code) -> dict[str, Any]:
    written: dict[str, Any] = {
        "key": item.key,
        "dial": item.dial,
        "pin": written_secret(item.pin),
        "phones": list(item.phones),
        "lasts": duration_text(item.minutes * 60),
    }
    written |= {"text": item.text} if item.text is not None else {"sound": item.sound}
    if item.language != "en":
        written["language"] = item.language
    if item.numbers is not None:
        written["numbers"] = list(item.numbers)
    if not item.ends:
        written["ends"] = False
    return written


def code_references(item: Code) -> Iterator[Reference]:
    for index, key in enumerate(item.phones):
        yield Reference("phones", key, ("phones", index))
    for index, number in enumerate(item.numbers or ()):
        yield Reference("numbers", number, ("numbers", index))
    if item.sound is not None:
        yield Reference("sounds", item.sound, ("sound",))
