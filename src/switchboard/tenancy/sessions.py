"""Sessions: opened by a sign-in, read with every request, ended at once when asked.

What was read is remembered for a few seconds, so a request in a busy desk costs no query. Whatever ends a
session in this process also forgets it here; another node sees the end when its memory runs out.
"""

import functools
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.kit.clock import Clock
from switchboard.kit.ids import IdSource
from switchboard.storage.database import Database
from switchboard.tenancy.decide import SEEN_EVERY, csrf_token, session_ends, session_id
from switchboard.tenancy.events import SessionsEnded
from switchboard.tenancy.model import Person, Session, SessionSeen, SignedIn, Whence
from switchboard.tenancy.store import people, sessions

_log = structlog.get_logger(__name__)

REMEMBERED: Final = 5.0
"""Seconds for which a session that was read needs no query."""

MOST_REMEMBERED: Final = 20_000
"""Sessions in memory at most, about 1 KB each."""

Listener = Callable[[SessionsEnded], None]


@dataclass(frozen=True, slots=True)
class _Remembered:
    session: Session
    until: float


class Sessions:
    """The sessions of every organization. Listeners are called in the loop, after the commit."""

    def __init__(self, database: Database, clock: Clock, ids: IdSource) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()
        self._listeners: list[Listener] = []
        # Counts the endings: what was read before one may not be remembered after it.
        self._endings = 0

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` for sessions that end before their time."""
        self._listeners.append(listener)

    async def open(self, connection: AsyncConnection, person: Person, whence: Whence) -> SignedIn:
        """A new session in the caller's transaction, which also clears away those that have expired."""
        token, now = self._ids.secret(), self._clock.now()
        expires = session_ends(now, now)
        await sessions.purge_sessions(connection, now)
        await sessions.add_session(
            connection,
            {
                "organization": person.organization,
                "id": session_id(token),
                "person": person.id,
                "began_at": now,
                "seen_at": now,
                "expires_at": expires,
                "address": whence.address,
                "device": whence.device,
            },
        )
        await people.seen(connection, person.organization, person.id, now)
        return SignedIn(token, csrf_token(token), person, expires)

    async def find(self, token: str) -> Session | None:
        """The session of this token, None when there is none or it has ended. Counts as its use."""
        id_ = session_id(token)
        known = self._remembered.get(id_)
        if known is not None and self._clock.monotonic() < known.until:
            return known.session if self._clock.now() < known.session.expires else None
        endings = self._endings
        session = await self._read(id_, token)
        if session is not None and endings == self._endings:
            self._remember(session)
        return session

    async def end(self, token: str) -> None:
        """End one session. Nothing happens when it has ended already."""
        async with self._database.transaction() as connection:
            ended = await sessions.end_session(connection, session_id(token))
            if ended is not None:
                event = SessionsEnded(ended["organization"], ended["person"], session_id(token))
                self._database.after_commit(connection, functools.partial(self._tell, event))

    async def of_person(self, organization: str, person: str) -> list[SessionSeen]:
        """A person's sessions that hold, the last used first."""
        async with self._database.reading() as connection:
            return await sessions.sessions_of(connection, organization, person, self._clock.now())

    async def end_one(self, connection: AsyncConnection, organization: str, person: str, id_: str) -> bool:
        """End one session of a person in the caller's transaction; False when he has no such session."""
        ended = await sessions.end_one_of(connection, organization, person, id_)
        if ended:
            event = SessionsEnded(organization, person, id_)
            self._database.after_commit(connection, functools.partial(self._tell, event))
        return ended

    async def end_others(self, connection: AsyncConnection, organization: str, person: str, keep: str) -> None:
        """End every session of a person but one, in the caller's transaction."""
        for one in await sessions.sessions_of(connection, organization, person, self._clock.now()):
            if one.id != keep:
                await self.end_one(connection, organization, person, one.id)

    async def end_all(self, connection: AsyncConnection, organization: str, ids: Sequence[str]) -> None:
        """End every session of these people in the caller's transaction, and tell after its commit."""
        if not ids:
            return
        await sessions.end_sessions(connection, organization, ids)
        for id_ in ids:
            event = SessionsEnded(organization, id_)
            self._database.after_commit(connection, functools.partial(self._tell, event))

    def forget_after(self, connection: AsyncConnection) -> None:
        """Read every session anew once the caller's transaction is durable: names or roles change in it."""
        self._database.after_commit(connection, self._forget)

    async def _read(self, id_: str, token: str) -> Session | None:
        now = self._clock.now()
        async with self._database.reading() as connection:
            row = await sessions.session_by_id(connection, id_)
            if row is None or row["expires_at"] <= now:
                return None
            [stored] = (await people.people(connection, row["organization"], [row["person"]])).values()
        expires = await self._seen(row, id_, now)
        return Session(id_, csrf_token(token), stored.person, expires)

    async def _seen(self, row: RowMapping, id_: str, now: int) -> int:
        """Note the use, not more often than `SEEN_EVERY`; when the session now ends."""
        if now - row["seen_at"] < SEEN_EVERY:
            return int(row["expires_at"])
        expires = session_ends(row["began_at"], now)
        async with self._database.transaction() as connection:
            await sessions.touch_session(connection, row["organization"], id_, seen_at=now, expires_at=expires)
            await people.seen(connection, row["organization"], row["person"], now)
        return expires

    def _remember(self, session: Session) -> None:
        self._remembered[session.id] = _Remembered(session, self._clock.monotonic() + REMEMBERED)
        self._remembered.move_to_end(session.id)
        while len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)

    def _forget(self) -> None:
        self._endings += 1
        self._remembered.clear()

    def _tell(self, event: SessionsEnded) -> None:
        self._forget()
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:  # noqa: BLE001 - one broken feed must not keep the others open
                _log.exception("session_listener_failed", session_of=event.person)
