"""Queries of organizations, their clients and their audit."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.storage.dialect import Dialect
from switchboard.tenancy.model import AuditEntry, Client, Organization
from switchboard.tenancy.store.tables import audit, client, organization


async def organizations(connection: AsyncConnection) -> list[Organization]:
    """Every organization of the installation, by key."""
    query = select(organization.c.id, organization.c.key, organization.c.name)
    return [Organization(*row) for row in await connection.execute(query.order_by(organization.c.key))]


async def hold_organization(connection: AsyncConnection, id_: str) -> None:
    """Keep other transactions that hold it waiting until this one ends."""
    await connection.execute(select(organization.c.id).where(organization.c.id == id_).with_for_update())


async def add_organization(connection: AsyncConnection, new: Organization, now: int) -> None:
    await connection.execute(insert(organization).values(id=new.id, key=new.key, name=new.name, created_at=now))


async def rename_organization(connection: AsyncConnection, id_: str, name: str) -> None:
    await connection.execute(update(organization).where(organization.c.id == id_).values(name=name))


async def clients(connection: AsyncConnection, of: str) -> dict[str, Client]:
    """Every client by key, those retired included."""
    rows = await connection.execute(
        select(
            client.c.organization,
            client.c.id,
            client.c.key,
            client.c.name,
            client.c.time_zone,
            client.c.region,
            client.c.retired_at,
        )
        .where(client.c.organization == of)
        .order_by(client.c.key)
    )
    return {row.key: Client(*row) for row in rows}


async def retire_clients(connection: AsyncConnection, of: str, keys: Sequence[str], now: int) -> None:
    await connection.execute(
        update(client).where(client.c.organization == of, client.c.key.in_(keys)).values(retired_at=now)
    )


async def put_clients(connection: AsyncConnection, dialect: Dialect, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert or change by (organization, key); the id of a client that exists stays."""
    if rows:
        change = [name for name in rows[0] if name not in ("organization", "key", "id")]
        statement = dialect.upsert(client, key=("organization", "key"), change=change)
        await connection.execute(statement, list(rows))


async def add_audit(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(audit), list(rows))


async def audit_entries(
    connection: AsyncConnection,
    of: str,
    *,
    before: str | None,
    by: str | None,
    kind: str | None,
    subject: str | None,
    limit: int,
) -> list[AuditEntry]:
    """Newest first, older than the entry `before`, of one author, kind, subject or all."""
    query = (
        select(
            audit.c.id,
            audit.c.at,
            audit.c.by,
            audit.c.action,
            audit.c.kind,
            audit.c.subject,
            audit.c.changes,
        )
        .where(audit.c.organization == of)
        .order_by(audit.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(audit.c.id < before)
    for column, wanted in ((audit.c.by, by), (audit.c.kind, kind), (audit.c.subject, subject)):
        if wanted is not None:
            query = query.where(column == wanted)
    return [AuditEntry(*row) for row in await connection.execute(query)]


async def has_audit(connection: AsyncConnection, of: str, id_: str) -> bool:
    query = select(audit.c.id).where(audit.c.organization == of, audit.c.id == id_)
    return await connection.scalar(query) is not None


async def audit_kinds(connection: AsyncConnection, of: str) -> list[str]:
    query = select(audit.c.kind).where(audit.c.organization == of).distinct().order_by(audit.c.kind)
    return list(await connection.scalars(query))
