"""Queries of sessions and of wrong passwords in a row."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.storage.dialect import Dialect
from switchboard.tenancy.decide import Failures
from switchboard.tenancy.model import SessionSeen, SignInSeen
from switchboard.tenancy.store.tables import person, session, sign_in, sign_in_failure


async def add_session(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    await connection.execute(insert(session).values(row))


async def session_by_id(connection: AsyncConnection, id_: str) -> RowMapping | None:
    """organization, person, began_at, seen_at, expires_at of a session whose person is not retired."""
    rows = await connection.execute(
        select(
            session.c.organization,
            session.c.person,
            session.c.began_at,
            session.c.seen_at,
            session.c.expires_at,
        )
        .join(person, (person.c.organization == session.c.organization) & (person.c.id == session.c.person))
        .where(session.c.id == id_, person.c.retired_at.is_(None))
    )
    return rows.mappings().first()


async def touch_session(connection: AsyncConnection, of: str, id_: str, *, seen_at: int, expires_at: int) -> None:
    await connection.execute(
        update(session)
        .where(session.c.organization == of, session.c.id == id_)
        .values(seen_at=seen_at, expires_at=expires_at)
    )


async def sessions_of(connection: AsyncConnection, of: str, person_id: str, now: int) -> list[SessionSeen]:
    """A person's sessions that hold, the last used first."""
    query = (
        select(
            session.c.id,
            session.c.began_at,
            session.c.seen_at,
            session.c.expires_at,
            session.c.address,
            session.c.device,
        )
        .where(session.c.organization == of, session.c.person == person_id, session.c.expires_at > now)
        .order_by(session.c.seen_at.desc(), session.c.id)
    )
    return [SessionSeen(*row) for row in await connection.execute(query)]


async def sessions_held(connection: AsyncConnection, of: str, now: int) -> dict[str, int]:
    """How many sessions hold, by person."""
    query = (
        select(session.c.person, func.count())
        .where(session.c.organization == of, session.c.expires_at > now)
        .group_by(session.c.person)
    )
    return {row[0]: row[1] for row in await connection.execute(query)}


async def end_one_of(connection: AsyncConnection, of: str, person_id: str, id_: str) -> bool:
    """Delete one session of a person; False when he has no such session."""
    ended = await connection.execute(
        delete(session).where(session.c.organization == of, session.c.person == person_id, session.c.id == id_)
    )
    return ended.rowcount > 0


async def end_session(connection: AsyncConnection, id_: str) -> RowMapping | None:
    """Delete it; its organization and person, None when there was none."""
    rows = await connection.execute(
        delete(session).where(session.c.id == id_).returning(session.c.organization, session.c.person)
    )
    return rows.mappings().first()


async def end_sessions(connection: AsyncConnection, of: str, people_ids: Sequence[str]) -> None:
    await connection.execute(delete(session).where(session.c.organization == of, session.c.person.in_(people_ids)))


async def add_sign_in(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    await connection.execute(insert(sign_in).values(row))


async def sign_ins_of(connection: AsyncConnection, of: str, person_id: str, limit: int) -> list[SignInSeen]:
    """Who tried to sign in as this person, the latest first."""
    query = (
        select(sign_in.c.at, sign_in.c.right, sign_in.c.address, sign_in.c.device)
        .where(sign_in.c.organization == of, sign_in.c.person == person_id)
        .order_by(sign_in.c.id.desc())
        .limit(limit)
    )
    return [SignInSeen(*row) for row in await connection.execute(query)]


async def purge_sign_ins(connection: AsyncConnection, before: int) -> None:
    """Delete what is long ago, in every organization."""
    await connection.execute(delete(sign_in).where(sign_in.c.at < before))


async def purge_sessions(connection: AsyncConnection, now: int) -> None:
    """Delete what has expired, in every organization.

    Two who clear away at once leave each other's rows alone: else each could wait for the other for ever.
    """
    expired = select(session.c.id).where(session.c.expires_at <= now).with_for_update(skip_locked=True)
    await connection.execute(delete(session).where(session.c.id.in_(expired)))


async def failures(connection: AsyncConnection, subjects: Sequence[str]) -> dict[str, Failures]:
    rows = await connection.execute(
        select(sign_in_failure.c.subject, sign_in_failure.c.failures, sign_in_failure.c.last_at).where(
            sign_in_failure.c.subject.in_(subjects)
        )
    )
    return {row.subject: Failures(row.failures, row.last_at) for row in rows}


async def hold_failures(connection: AsyncConnection, dialect: Dialect, subjects: Sequence[str]) -> dict[str, Failures]:
    """The failures of these subjects, which nobody else counts until the transaction ends.

    Every subject gets a row, as only a row can be held; in order, so that two never wait for each other.
    """
    rows = [{"subject": subject, "failures": 0, "last_at": 0} for subject in sorted(subjects)]
    await connection.execute(dialect.upsert(sign_in_failure, change=()), rows)
    held = await connection.execute(
        select(sign_in_failure.c.subject, sign_in_failure.c.failures, sign_in_failure.c.last_at)
        .where(sign_in_failure.c.subject.in_(subjects))
        .order_by(sign_in_failure.c.subject)
        .with_for_update()
    )
    return {row.subject: Failures(row.failures, row.last_at) for row in held}


async def set_failures(connection: AsyncConnection, counted: Mapping[str, Failures]) -> None:
    """subject -> failures in a row, of subjects held; those with none are forgotten."""
    for subject, one in counted.items():
        of_subject = sign_in_failure.c.subject == subject
        if one.count:
            change = update(sign_in_failure).values(failures=one.count, last_at=one.last)
            await connection.execute(change.where(of_subject))
        else:
            await connection.execute(delete(sign_in_failure).where(of_subject))


async def purge_failures(connection: AsyncConnection, before: int) -> None:
    """Delete what is long ago, but for what somebody counts just now."""
    old = select(sign_in_failure.c.subject).where(sign_in_failure.c.last_at < before).with_for_update(skip_locked=True)
    await connection.execute(delete(sign_in_failure).where(sign_in_failure.c.subject.in_(old)))
