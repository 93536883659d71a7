"""Numbers, trunks, phones and key codes as configuration changes them, and the directory that calls use.

`load_directory` reads what calls look up; `Numbers`, `Trunks`, `Phones` and `Codes` change it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.agents.service import ConfiguredList
from switchboard.channels.voice import store
from switchboard.channels.voice.model import (
    Code,
    Digest,
    Directory,
    Number,
    Phone,
    Registration,
    SecretPlace,
    SecretReference,
    Trunk,
)
from switchboard.channels.voice.vault import Vault
from switchboard.kit.clock import Clock
from switchboard.kit.errors import Unavailable
from switchboard.kit.ids import IdSource
from switchboard.storage.database import Database
from switchboard.tenancy.service import CHANGED, Audit, Change

__all__ = [
    "DiscreetAudit",
    "Numbers",
    "Phones",
    "Trunks",
    "Vault",
    "load_directory",
    "number_of",
    "phone_of",
    "read_secret",
    "trunk_of",
]

_SECRETS = frozenset({"digest_ha1"})


class DiscreetAudit(Audit):
    """An audit that is told that a secret changed but not from what to what: HA1 is as good as a password."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    async def record(self, connection: AsyncConnection, organization: str, by: str, changes: Sequence[Change]) -> None:
        hidden = [
            replace(one, changes={n: CHANGED if n in _SECRETS else v for n, v in one.changes.items()})
            for one in changes
        ]
        await self._audit.record(connection, organization, by, hidden)


async def load_directory(connection: AsyncConnection, organization: str) -> Directory:
    """Everything telephony looks up, as it is configured now. Clients are ids, flows are keys."""
    return Directory.of(
        [number_of(dict(row)) for row in await store.current(connection, store.number, organization)],
        [trunk_of(dict(row)) for row in await store.current(connection, store.trunk, organization)],
        [phone_of(dict(row)) for row in await store.current(connection, store.phone, organization)],
    )


def read_secret(reference: SecretReference, environment: Mapping[str, str], vault: Vault | None = None) -> str:
    """The secret itself. A file's last line end is not part of it. Raises Unavailable; blocks on the disk.

    vault: where those are that were typed, None for none.
    """
    if reference.place is SecretPlace.KEPT:
        if vault is None:
            raise Unavailable("this secret was typed on another machine; type it again, or give {env: NAME}")
        return vault.read(reference.name)
    if reference.place is SecretPlace.ENVIRONMENT:
        if reference.name not in environment:
            raise Unavailable(f"the environment variable {reference.name} is not set")
        return environment[reference.name]
    try:
        return Path(reference.name).read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    except (OSError, ValueError) as error:
        raise Unavailable(f"the file {reference.name} with a secret cannot be read") from error


class Numbers(ConfiguredList[Number]):
    """The numbers that customers call."""

    table = store.number
    noun = "number"

    def read(self, row: Mapping[str, Any]) -> Number:
        return number_of(row)

    def write(self, item: Number) -> dict[str, Any]:
        return {"key": item.key, "brand": item.client, "flow": item.flow}


class Trunks(ConfiguredList[Trunk]):
    """The lines to carriers and other exchanges."""

    table = store.trunk
    noun = "trunk"

    def __init__(self, database: Database, clock: Clock, ids: IdSource, audit: Audit) -> None:
        super().__init__(database, clock, ids, DiscreetAudit(audit))

    def read(self, row: Mapping[str, Any]) -> Trunk:
        return trunk_of(row)

    def write(self, item: Trunk) -> dict[str, Any]:
        return {
            "key": item.key,
            "name": item.name,
            "brand": item.client,
            "addresses": list(item.addresses),
            "registrar": item.register and item.register.registrar,
            "register_user": item.register and item.register.user_name,
            "register_secret_from": item.register and str(item.register.secret),
            "digest_user": item.digest and item.digest.user_name,
            "digest_ha1": item.digest and item.digest.ha1,
            "digest_secret_from": _written(item.digest),
        }


class Phones(ConfiguredList[Phone]):
    """SIP phones, of agents and of people who may call."""

    table = store.phone
    noun = "phone"

    def __init__(self, database: Database, clock: Clock, ids: IdSource, audit: Audit) -> None:
        super().__init__(database, clock, ids, DiscreetAudit(audit))

    def read(self, row: Mapping[str, Any]) -> Phone:
        return phone_of(row)

    def write(self, item: Phone) -> dict[str, Any]:
        return {
            "key": item.key,
            "user_name": item.user_name,
            "digest_ha1": item.digest and item.digest.ha1,
            "digest_secret_from": _written(item.digest),
            "contact": item.contact,
            "may_call": item.may_call,
        }


class Codes(ConfiguredList[Code]):
    """The key codes of an organization. Phones are named by key, numbers as they are configured."""

    table = store.code
    noun = "code"

    def __init__(self, database: Database, clock: Clock, ids: IdSource, audit: Audit) -> None:
        super().__init__(database, clock, ids, DiscreetAudit(audit))

    def read(self, row: Mapping[str, Any]) -> Code:
        return code_of(row)

    def write(self, item: Code) -> dict[str, Any]:
        return {
            "key": item.key,
            "dial": item.dial,
            "pin_secret_from": str(item.pin),
            "phones": list(item.phones),
            "text": item.text,
            "sound": item.sound,
            "language": item.language,
            "numbers": None if item.numbers is None else list(item.numbers),
            "minutes": item.minutes,
            "ends": item.ends,
        }


async def load_codes(connection: AsyncConnection, organization: str) -> Sequence[Code]:
    """The codes in force."""
    return [code_of(dict(row)) for row in await store.current(connection, store.code, organization)]


def number_of(row: Mapping[str, Any]) -> Number:
    return Number(row["key"], row["brand"], row["flow"])


def trunk_of(row: Mapping[str, Any]) -> Trunk:
    register = None
    if row["registrar"] is not None:
        secret = SecretReference.of(row["register_secret_from"])
        register = Registration(row["registrar"], row["register_user"], secret)
    return Trunk(
        key=row["key"],
        name=row["name"],
        client=row["brand"],
        addresses=tuple(row["addresses"]),
        register=register,
        digest=_digest(row["digest_user"], row["digest_ha1"], row["digest_secret_from"]),
        id=row["id"],
    )


def phone_of(row: Mapping[str, Any]) -> Phone:
    return Phone(
        key=row["key"],
        user_name=row["user_name"],
        digest=_digest(row["user_name"], row["digest_ha1"], row["digest_secret_from"]),
        contact=row["contact"],
        may_call=row["may_call"],
        id=row["id"],
    )


def _digest(user_name: str | None, ha1: str | None, secret: str | None) -> Digest | None:
    if user_name is None or ha1 is None:
        return None
    return Digest(user_name, ha1, SecretReference.of(secret) if secret else None)


def _written(digest: Digest | None) -> str | None:
    return str(digest.secret) if digest is not None and digest.secret is not None else None


def code_of(row: Mapping[str, Any]) -> Code:
    return Code(
        key=row["key"],
        dial=row["dial"],
        pin=SecretReference.of(row["pin_secret_from"]),
        phones=tuple(row["phones"]),
        minutes=row["minutes"],
        text=row["text"],
        sound=row["sound"],
        language=row["language"],
        numbers=None if row["numbers"] is None else tuple(row["numbers"]),
        ends=row["ends"],
    )
