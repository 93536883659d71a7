"""Tables of recordings and their SQL. Functions take a connection."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Column, Index, RowMapping, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.quality.model import ExportLine, ExportState, Format, RecordingLine, RecordingState
from switchboard.storage.schema import Flag, Moment, Number, Text, metadata

recording: Final = Table(
    "recording",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("client", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("engagement", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("samples", Number),
    Column("size", Number),
    Column("place", Text, nullable=False),
    Column("agent_may_listen", Flag, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("ix_recording_contact", "organization", "contact"),
    Index("ix_recording_expiry", "organization", "state", "expires_at"),
    sqlite_with_rowid=False,
)
"""One row per recorded engagement. It outlives its file as the sign that there was one."""

recording_mark: Final = Table(
    "recording_mark",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("recording", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("what", Text, nullable=False),
    Column("by", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""What happened while a recording was made: a `model.Mark`. by: a person's id, or `system`."""

recording_export: Final = Table(
    "recording_export",
    metadata,
    Column("organization", Text, primary_key=True),
    Column("recording", Text, primary_key=True),
    Column("format", Text, primary_key=True),
    Column("place", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("made_at", Moment),
    Column("size", Number),
)
"""Files that were made of recordings; they go a day after they were made."""

_LINE: Final = tuple(recording.c[name] for name in RecordingLine.__dataclass_fields__)


def _line(row: RowMapping) -> RecordingLine:
    values: dict[str, Any] = {**row}
    return RecordingLine(**(values | {"state": RecordingState(values["state"])}))


async def one(
    connection: AsyncConnection, organization: str, clients: Collection[str], id_: str
) -> RecordingLine | None:
    """A recording of one of these clients."""
    found = await connection.execute(
        select(*_LINE).where(
            recording.c.organization == organization, recording.c.client.in_(clients), recording.c.id == id_
        )
    )
    row = found.mappings().one_or_none()
    return None if row is None else _line(row)


async def of_contact(
    connection: AsyncConnection, organization: str, clients: Collection[str], contact: str
) -> list[RecordingLine]:
    """The recordings of a contact of one of these clients, the first talk first."""
    found = await connection.execute(
        select(*_LINE)
        .where(
            recording.c.organization == organization,
            recording.c.client.in_(clients),
            recording.c.contact == contact,
        )
        .order_by(recording.c.started_at, recording.c.id)
    )
    return [_line(row) for row in found.mappings()]


async def whole_of(
    connection: AsyncConnection, organization: str, client: str, contacts: Collection[str]
) -> list[RecordingLine]:
    """The finished recordings of these contacts that still have a file."""
    found = await connection.execute(
        select(*_LINE).where(
            recording.c.organization == organization,
            recording.c.client == client,
            recording.c.contact.in_(contacts),
            recording.c.state.in_([RecordingState.KEPT, RecordingState.LOST]),
        )
    )
    return [_line(row) for row in found.mappings()]


async def unfinished(connection: AsyncConnection, organization: str) -> list[RecordingLine]:
    """Recordings that are being made, or whose maker died."""
    found = await connection.execute(
        select(*_LINE).where(
            recording.c.organization == organization,
            recording.c.state == RecordingState.RECORDING,
        )
    )
    return [_line(row) for row in found.mappings()]


async def expired(connection: AsyncConnection, organization: str, now: int, most: int) -> list[RecordingLine]:
    """Recordings whose time is over, the oldest first."""
    found = await connection.execute(
        select(*_LINE)
        .where(
            recording.c.organization == organization,
            recording.c.state.in_([RecordingState.KEPT, RecordingState.LOST]),
            recording.c.expires_at <= now,
        )
        .order_by(recording.c.expires_at)
        .limit(most)
    )
    return [_line(row) for row in found.mappings()]


async def export(
    connection: AsyncConnection, organization: str, recording_id: str, format_: Format
) -> ExportLine | None:
    found = await connection.execute(
        select(recording_export).where(
            recording_export.c.organization == organization,
            recording_export.c.recording == recording_id,
            recording_export.c.format == format_,
        )
    )
    row = found.mappings().one_or_none()
    if row is None:
        return None
    return ExportLine(row["recording"], Format(row["format"]), ExportState(row["state"]), row["size"])


async def old_exports(
    connection: AsyncConnection, organization: str, made_before: int, most: int
) -> Sequence[tuple[str, Format, str]]:
    """(recording, format, place of the recording) of exports that were made longer ago."""
    found = await connection.execute(
        select(recording_export.c.recording, recording_export.c.format, recording_export.c.place)
        .where(recording_export.c.organization == organization, recording_export.c.made_at < made_before)
        .limit(most)
    )
    return [(row.recording, Format(row.format), row.place) for row in found]


async def forget_exports(connection: AsyncConnection, organization: str, recording_id: str) -> None:
    """All exports of a recording go."""
    await connection.execute(
        delete(recording_export).where(
            recording_export.c.organization == organization, recording_export.c.recording == recording_id
        )
    )
