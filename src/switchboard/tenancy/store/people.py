"""Queries of people, their roles and passwords."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.storage.dialect import Dialect
from switchboard.tenancy.model import Person, Role
from switchboard.tenancy.store.tables import organization, person, person_role


class Stored(NamedTuple):
    """A person's row. fingerprint: of the configured password, see `Passwords.fingerprint`."""

    person: Person
    fingerprint: str | None
    has_password: bool
    seen_at: int | None


async def people(connection: AsyncConnection, of: str, ids: Sequence[str] | None = None) -> dict[str, Stored]:
    """Everyone by key, those retired included; with ids only these."""
    query = (
        select(
            person.c.organization,
            person.c.id,
            person.c.key,
            person.c.user_name,
            person.c.name,
            person.c.language,
            person.c.retired_at,
            person.c.password_temporary,
            person.c.seen_at,
            person.c.password_fingerprint,
            person.c.password_hash.is_not(None).label("has_password"),
        )
        .where(person.c.organization == of)
        .order_by(person.c.key)
    )
    if ids is not None:
        query = query.where(person.c.id.in_(ids))
    rows = (await connection.execute(query)).mappings().all()
    roles = await _roles(connection, of, ids)
    return {
        row["key"]: Stored(
            _person(row, roles.get(row["id"], ())),
            row["password_fingerprint"],
            row["has_password"],
            row["seen_at"],
        )
        for row in rows
    }


async def names(connection: AsyncConnection, of: str, ids: Collection[str]) -> dict[str, str]:
    """Their names by id, those of the retired included."""
    query = select(person.c.id, person.c.name).where(person.c.organization == of, person.c.id.in_(ids))
    return {row.id: row.name for row in await connection.execute(query)}


async def put_people(connection: AsyncConnection, dialect: Dialect, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert or change by (organization, key); the id of a person who exists stays."""
    if rows:
        change = [name for name in rows[0] if name not in ("organization", "key", "id")]
        statement = dialect.upsert(person, key=("organization", "key"), change=change)
        await connection.execute(statement, list(rows))


async def free_sign_in_names(connection: AsyncConnection, of: str, ids: Sequence[str]) -> None:
    """Take the sign-in names of these people away, so that they can be given anew in any order."""
    await connection.execute(
        update(person).where(person.c.organization == of, person.c.id.in_(ids)).values(sign_in_name=None)
    )


async def retire_people(connection: AsyncConnection, of: str, ids: Sequence[str], now: int) -> None:
    await connection.execute(
        update(person)
        .where(person.c.organization == of, person.c.id.in_(ids))
        .values(
            retired_at=now,
            sign_in_name=None,
            password_hash=None,
            password_fingerprint=None,
            password_temporary=False,
        )
    )


async def set_passwords(connection: AsyncConnection, of: str, hashes: Mapping[str, tuple[str, str | None]]) -> None:
    """Passwords as configured. hashes: person id -> (hash, fingerprint)."""
    if hashes:
        await connection.execute(
            update(person)
            .where(person.c.organization == of, person.c.id == bindparam("who"))
            .values(
                password_hash=bindparam("new_hash"),
                password_fingerprint=bindparam("new_print"),
                password_temporary=False,
            ),
            [{"who": id_, "new_hash": one[0], "new_print": one[1]} for id_, one in hashes.items()],
        )


async def choose_password(connection: AsyncConnection, of: str, id_: str, hash_: str, *, temporary: bool) -> None:
    """A password that a person chose. The fingerprint stays that of the configured secret, so that the same
    configuration applied once more does not undo the choice."""
    await connection.execute(
        update(person)
        .where(person.c.organization == of, person.c.id == id_)
        .values(password_hash=hash_, password_temporary=temporary)
    )


async def seen(connection: AsyncConnection, of: str, id_: str, at: int) -> None:
    """One of this person's sessions is in use."""
    await connection.execute(update(person).where(person.c.organization == of, person.c.id == id_).values(seen_at=at))


async def set_roles(connection: AsyncConnection, of: str, roles: Mapping[str, Iterable[Role]]) -> None:
    """roles: person id -> all the roles that person has from now on."""
    if not roles:
        return
    await connection.execute(
        delete(person_role).where(person_role.c.organization == of, person_role.c.person == bindparam("who")),
        [{"who": id_} for id_ in roles],
    )
    rows = [{"organization": of, "person": id_, "role": role.value} for id_, some in roles.items() for role in some]
    if rows:
        await connection.execute(insert(person_role), rows)


async def accounts(
    connection: AsyncConnection, organization_key: str | None, name: str
) -> list[tuple[str, str, str | None]]:
    """(organization id, person id, password hash) of everyone who signs in under this name.

    organization_key None looks in every organization; two answers are enough to know it is ambiguous.
    """
    query = (
        select(person.c.organization, person.c.id, person.c.password_hash)
        .join(organization, organization.c.id == person.c.organization)
        .where(person.c.sign_in_name == name)
        .limit(2)
    )
    if organization_key is not None:
        query = query.where(organization.c.key == organization_key)
    return [(row[0], row[1], row[2]) for row in await connection.execute(query)]


async def password_hash(connection: AsyncConnection, of: str, id_: str) -> str | None:
    """None for somebody without a password, retired or unknown."""
    return await connection.scalar(
        select(person.c.password_hash).where(
            person.c.organization == of, person.c.id == id_, person.c.retired_at.is_(None)
        )
    )


async def renew_hash(connection: AsyncConnection, of: str, id_: str, hash_: str) -> None:
    """The same password at today's cost: the fingerprint still holds."""
    await connection.execute(
        update(person).where(person.c.organization == of, person.c.id == id_).values(password_hash=hash_)
    )


async def administrators(connection: AsyncConnection, of: str) -> list[str]:
    """Ids of those who are administrators and not retired."""
    rows = await connection.execute(
        select(person.c.id)
        .join(
            person_role,
            (person_role.c.organization == person.c.organization) & (person_role.c.person == person.c.id),
        )
        .where(
            person.c.organization == of,
            person.c.retired_at.is_(None),
            person_role.c.role == Role.ADMINISTRATOR.value,
        )
    )
    return [row.id for row in rows]


async def _roles(connection: AsyncConnection, of: str, ids: Sequence[str] | None) -> dict[str, list[str]]:
    query = select(person_role.c.person, person_role.c.role).where(person_role.c.organization == of)
    if ids is not None:
        query = query.where(person_role.c.person.in_(ids))
    roles: dict[str, list[str]] = {}
    for row in await connection.execute(query):
        roles.setdefault(row.person, []).append(row.role)
    return roles


def _person(row: RowMapping, roles: Iterable[str]) -> Person:
    return Person(
        row["organization"],
        row["id"],
        row["key"],
        row["user_name"],
        row["name"],
        frozenset(map(Role, roles)),
        row["language"],
        row["retired_at"],
        row["password_temporary"],
    )
