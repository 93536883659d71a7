"""Which contacts of a span of time were call-backs that stood in line, and since when each counted as waiting."""

from collections.abc import Collection

from sqlalchemy import or_, select

from switchboard.kit.ids import earliest
from switchboard.outbound.callbacks.store import callback, callback_contact
from switchboard.storage.database import Database


class CallbackPlaces:
    """Reads them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, organization: str, clients: Collection[str], since: int, until: int) -> dict[str, int]:
        """contact -> its place, of the attempts that began in [since, until), all in UTC epoch microseconds. The calls
        in which a call-back was asked for are not among them."""
        query = (
            select(callback_contact.c.contact, callback.c.place)
            .join(
                callback,
                (callback.c.organization == callback_contact.c.organization)
                & (callback.c.id == callback_contact.c.callback),
            )
            .where(
                callback_contact.c.organization == organization,
                callback_contact.c.client.in_(clients),
                callback.c.client.in_(clients),
                callback_contact.c.contact >= earliest(since),
                callback_contact.c.contact < earliest(until),
                or_(callback.c.asked_in.is_(None), callback.c.asked_in != callback_contact.c.contact),
            )
        )
        async with self._database.reading() as connection:
            return {row.contact: row.place for row in await connection.execute(query)}
