"""Who has helped in a queue: the history of its relief, from rows that the Floor's events left."""

from dataclasses import dataclass

from sqlalchemy import select

from switchboard.routing import store
from switchboard.storage.database import Database


@dataclass(frozen=True, slots=True)
class Relieved:
    """A group that helped. kind: `team` or `queue`, who: its id. Times in UTC epoch microseconds; because with
    waiting, longest_wait (microseconds) and service_level (percent) is what led to it, see `routing.relief`. ended_at,
    why_ended: None while it helps."""

    kind: str
    who: str
    began_at: int
    because: tuple[str, ...]
    waiting: int
    longest_wait: int
    service_level: int | None
    ended_at: int | None
    why_ended: str | None


class ReliefHistory:
    """Reads it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, organization: str, queue: str, *, most: int) -> list[Relieved]:
        """The latest ones of a queue, newest first."""
        table = store.relief
        wanted = (
            select(table)
            .where(table.c.organization == organization, table.c.queue == queue)
            .order_by(table.c.began_at.desc(), table.c.kind, table.c.who)
            .limit(most)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [
            Relieved(
                row["kind"],
                row["who"],
                row["began_at"],
                tuple(row["because"]),
                row["waiting"],
                row["longest_wait"],
                row["service_level"],
                row["ended_at"],
                row["why_ended"],
            )
            for row in rows
        ]
