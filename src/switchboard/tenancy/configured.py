"""Clients and people as configuration sees them: by stable key, whole lists at a time, each change audited.

Both offer the same: `check` an item, what is `configured`, `put` one or many (insert, or change by key),
`retire`. All but `check` work in the caller's transaction. `put_many` costs a few statements for each 250
items, so that an applied file keeps other writers waiting as shortly as possible.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.kit.clock import Clock
from switchboard.kit.errors import Conflict, Invalid, NotFound
from switchboard.kit.ids import IdSource
from switchboard.storage.database import Database
from switchboard.tenancy.audit import CHANGED, Audit, Change
from switchboard.tenancy.decide import check_client, check_person, differences, sign_in_name
from switchboard.tenancy.model import SYSTEM, Client, ClientItem, Hashed, Person, PersonItem
from switchboard.tenancy.sessions import Sessions
from switchboard.tenancy.store import organizations, people

_AT_ONCE: Final = 250
"""People in one statement: preparing it holds the loop for some milliseconds, not more."""

Changed: TypeAlias = tuple[PersonItem, Change]
"""A person as wanted, and what that changes."""


class Brands:
    """The clients (brands) of an organization."""

    check = staticmethod(check_client)

    def __init__(self, database: Database, clock: Clock, ids: IdSource, audit: Audit) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit

    async def configured(self, connection: AsyncConnection, organization: str) -> dict[str, ClientItem]:
        """Those not retired, by key."""
        stored = await organizations.clients(connection, organization)
        return {key: _client_item(one) for key, one in stored.items() if one.retired_at is None}

    async def ids(self, connection: AsyncConnection, organization: str) -> dict[str, str]:
        """Id by key, those retired included."""
        stored = await organizations.clients(connection, organization)
        return {key: one.id for key, one in stored.items()}

    async def put(self, connection: AsyncConnection, organization: str, item: ClientItem, *, by: str = SYSTEM) -> None:
        """Insert or change one; a retired one comes back. Raises Invalid."""
        await self.put_many(connection, organization, [item], by=by)

    async def put_many(
        self,
        connection: AsyncConnection,
        organization: str,
        items: Sequence[ClientItem],
        *,
        by: str = SYSTEM,
    ) -> None:
        """Insert or change all of them; what is as wanted already is not touched. Raises Invalid."""
        checked = _by_key([check_client(item) for item in items])
        stored = await organizations.clients(connection, organization)
        rows, changes = [], []
        for key, item in checked.items():
            before = stored.get(key)
            changed = differences(_client_facts(before), _client_facts(item))
            if not changed:
                continue
            id_ = before.id if before is not None else self._ids.next()
            rows.append({"organization": organization, "id": id_, **_client_row(item)})
            changes.append(Change(_verb(before), "client", id_, changed))
        await organizations.put_clients(connection, self._database.dialect, rows)
        await self._audit.record(connection, organization, by, changes)

    async def retire(self, connection: AsyncConnection, organization: str, key: str, *, by: str = SYSTEM) -> None:
        """Take it out of use; its history stays. Nothing happens when it is retired already.

        Raises NotFound.
        """
        stored = (await organizations.clients(connection, organization)).get(key)
        if stored is None:
            raise NotFound("there is no client with this key", field="key")
        if stored.retired_at is None:
            await organizations.retire_clients(connection, organization, [key], self._clock.now())
            await self._audit.record(connection, organization, by, [Change("retired", "client", stored.id)])


class Staff:
    """The people of an organization."""

    check = staticmethod(check_person)

    def __init__(self, database: Database, clock: Clock, ids: IdSource, audit: Audit, sessions: Sessions) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit
        self._sessions = sessions

    async def configured(self, connection: AsyncConnection, organization: str) -> dict[str, PersonItem]:
        """Those not retired, by key; never with a password."""
        stored = await people.people(connection, organization)
        return {key: _person_item(one.person) for key, one in stored.items() if one.person.retired_at is None}

    async def ids(self, connection: AsyncConnection, organization: str) -> dict[str, str]:
        """Id by key, those retired included."""
        return {key: one.person.id for key, one in (await people.people(connection, organization)).items()}

    async def fingerprints(self, connection: AsyncConnection, organization: str) -> dict[str, str | None]:
        """By key, of those not retired: what `Passwords.for_configuration` compares secrets with."""
        stored = await people.people(connection, organization)
        return {key: one.fingerprint for key, one in stored.items() if one.person.retired_at is None}

    async def put(self, connection: AsyncConnection, organization: str, item: PersonItem, *, by: str = SYSTEM) -> None:
        """Insert or change one; a retired one comes back. Raises Invalid, Conflict."""
        await self.put_many(connection, organization, [item], by=by)

    async def put_many(
        self,
        connection: AsyncConnection,
        organization: str,
        items: Sequence[PersonItem],
        *,
        by: str = SYSTEM,
    ) -> None:
        """Insert or change all of them; who is as wanted already is not touched.

        An item without password leaves the stored one. A new password ends the person's sessions. Raises
        Invalid for a value, Conflict when two people would sign in under one name; both leave the rest of
        the caller's transaction to be rolled back.
        """
        checked = _by_key([check_person(item) for item in items])
        stored = await people.people(connection, organization)
        _refuse_shared_names(stored, checked)
        changed: dict[str, Changed] = {}
        for key, item in checked.items():
            before = stored.get(key)
            changes = _person_changes(before, item)
            if changes:
                id_ = before.person.id if before is not None else self._ids.next()
                changed[id_] = (item, Change(_verb(before and before.person), "person", id_, changes))
        # Two people may swap their names in one file: names are given up before they are given anew.
        renamed = [id_ for id_, (_, change) in changed.items() if "user_name" in change.changes]
        await people.free_sign_in_names(connection, organization, renamed)
        for piece in _pieces(changed):
            await self._save(connection, organization, piece)
            await self._audit.record(connection, organization, by, [change for _, change in piece.values()])
        self._sessions.forget_after(connection)

    async def retire(self, connection: AsyncConnection, organization: str, key: str, *, by: str = SYSTEM) -> None:
        """`dismiss` by key. Raises NotFound."""
        stored = (await people.people(connection, organization)).get(key)
        if stored is None:
            raise NotFound("there is nobody with this key", field="key")
        await self.dismiss(connection, organization, stored.person.id, by=by)

    async def dismiss(self, connection: AsyncConnection, organization: str, person: str, *, by: str = SYSTEM) -> None:
        """Retire a person (id): sessions end with the commit, the user name is free, the history stays.

        Nothing happens when the person is retired already. Raises NotFound.
        """
        stored = await self._stored(connection, organization, person)
        if stored.person.retired_at is None:
            await people.retire_people(connection, organization, [person], self._clock.now())
            await self._sessions.end_all(connection, organization, [person])
            await self._audit.record(connection, organization, by, [Change("retired", "person", person)])

    async def set_password(
        self,
        connection: AsyncConnection,
        organization: str,
        person: str,
        password: Hashed,
        *,
        by: str = SYSTEM,
        temporary: bool = False,
        keep: str | None = None,
    ) -> None:
        """Give a person (id) a new password; sessions under the old one end, but for the one named `keep`.

        temporary: its owner has to choose another at once. Raises NotFound.
        """
        stored = await self._stored(connection, organization, person)
        if stored.person.retired_at is not None:
            raise NotFound("this person works here no longer")
        await people.choose_password(connection, organization, person, password.hash, temporary=temporary)
        if keep is None:
            await self._sessions.end_all(connection, organization, [person])
        else:
            await self._sessions.end_others(connection, organization, person, keep)
            self._sessions.forget_after(connection)
        change = Change("changed", "person", person, {"password": CHANGED})
        await self._audit.record(connection, organization, by, [change])

    async def set_language(self, connection: AsyncConnection, person: Person, language: str) -> None:
        """The language of a person's screens, as he chooses it himself. Raises Invalid."""
        item = replace(_person_item(person), language=language)
        await self.put(connection, person.organization, item, by=person.id)

    async def _stored(self, connection: AsyncConnection, organization: str, person: str) -> people.Stored:
        for stored in (await people.people(connection, organization, [person])).values():
            return stored
        raise NotFound("there is no such person here")

    async def _save(
        self,
        connection: AsyncConnection,
        organization: str,
        changed: Mapping[str, Changed],
    ) -> None:
        rows = [{"organization": organization, "id": id_, **_person_row(item)} for id_, (item, _) in changed.items()]
        try:
            await people.put_people(connection, self._database.dialect, rows)
        except IntegrityError:
            # Somebody else's transaction was faster; within this one the names have been compared.
            raise Conflict("a user name was taken in the meantime; try again", field="user_name") from None
        await people.set_roles(
            connection,
            organization,
            {id_: item.roles for id_, (item, change) in changed.items() if "roles" in change.changes},
        )
        passwords = {
            id_: (item.password.hash, item.password.fingerprint)
            for id_, (item, _) in changed.items()
            if item.password is not None
        }
        await people.set_passwords(connection, organization, passwords)
        await self._sessions.end_all(connection, organization, list(passwords))


def _pieces(changed: Mapping[str, Changed]) -> Iterator[dict[str, Changed]]:
    """At most `_AT_ONCE` of them at a time."""
    all_ = list(changed.items())
    for start in range(0, len(all_), _AT_ONCE):
        yield dict(all_[start : start + _AT_ONCE])


def _by_key(items: Sequence[Any]) -> dict[str, Any]:
    """The items by key. Raises Invalid when a key comes twice: which of the two is meant?"""
    repeated = [key for key, times in Counter(item.key for item in items).items() if times > 1]
    if repeated:
        raise Invalid(f"the key {repeated[0]} is given twice", field="key")
    return {item.key: item for item in items}


def _verb(before: Client | Person | None) -> str:
    if before is None:
        return "created"
    return "changed" if before.retired_at is None else "brought back"


def _client_item(one: Client) -> ClientItem:
    return ClientItem(one.key, one.name, one.time_zone, one.region)


def _client_row(item: ClientItem) -> dict[str, Any]:
    return {
        "key": item.key,
        "name": item.name,
        "time_zone": item.time_zone,
        "region": item.region,
        "retired_at": None,
    }


def _client_facts(one: Client | ClientItem | None) -> dict[str, Any]:
    """What the audit compares; a retired client is like none, so that it comes back whole."""
    if one is None or (isinstance(one, Client) and one.retired_at is not None):
        return {}
    return {"key": one.key, "name": one.name, "time_zone": one.time_zone, "region": one.region}


def _person_item(one: Person) -> PersonItem:
    return PersonItem(one.key, one.user_name, one.name, one.roles, one.language)


def _person_row(item: PersonItem) -> dict[str, Any]:
    return {
        "key": item.key,
        "user_name": item.user_name,
        "sign_in_name": sign_in_name(item.user_name),
        "name": item.name,
        "language": item.language,
        "retired_at": None,
    }


def _person_facts(one: PersonItem) -> dict[str, Any]:
    return {
        "key": one.key,
        "user_name": one.user_name,
        "name": one.name,
        "language": one.language,
        "roles": sorted(one.roles),
    }


def _person_changes(before: people.Stored | None, item: PersonItem) -> dict[str, Any]:
    known = {} if before is None or before.person.retired_at is not None else _person_facts(_person_item(before.person))
    changes: dict[str, Any] = differences(known, _person_facts(item))
    if item.password is not None:
        changes["password"] = CHANGED
    return changes


def _refuse_shared_names(stored: Mapping[str, people.Stored], wanted: Mapping[str, PersonItem]) -> None:
    """Raises Conflict when two people not retired would sign in under one name."""
    names = {
        key: one.person.user_name for key, one in stored.items() if one.person.retired_at is None and key not in wanted
    } | {key: item.user_name for key, item in wanted.items()}
    owner: dict[str, str] = {}
    for key, name in names.items():
        other = owner.setdefault(sign_in_name(name), key)
        if other != key:
            raise Conflict(f"{other} and {key} would sign in under the same user name", field="user_name")
