"""Passwords and sessions of people: what everybody does with his own, and administrators with those of others."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.kit.errors import Invalid, NotFound
from switchboard.kit.ids import IdSource
from switchboard.storage.database import Database
from switchboard.tenancy.audit import Audit, Change
from switchboard.tenancy.configured import Staff
from switchboard.tenancy.model import Person, SessionSeen, SignInSeen
from switchboard.tenancy.passwords import Passwords
from switchboard.tenancy.sessions import Sessions
from switchboard.tenancy.sign_in import SignIn
from switchboard.tenancy.store import people, sessions

GENERATED: Final = 16
"""Characters of a password that we make: 80 bits, written down by one person and typed once by another."""

MOST_SIGN_INS: Final = 50


class Accounts:
    """Part of `Tenancy`. Everything is in one organization; people are named by id."""

    def __init__(
        self,
        database: Database,
        ids: IdSource,
        passwords: Passwords,
        opened: Sessions,
        sign_in: SignIn,
        staff: Staff,
        audit: Audit,
    ) -> None:
        self._database = database
        self._ids = ids
        self._passwords = passwords
        self._sessions = opened
        self._sign_in = sign_in
        self._staff = staff
        self._audit = audit

    async def set_password(self, organization: str, person: str, password: str | None, *, by: str) -> str:
        """Give a person a temporary password, made here when None; his sessions end. Returns it, to be told once.

        He has to choose another when he next signs in. Raises Invalid, NotFound.
        """
        chosen = password if password is not None else self._ids.secret()[:GENERATED]
        found = await self._person(organization, person)
        hashed = await self._passwords.hash(chosen, user_name=found.user_name)
        async with self._database.transaction() as connection:
            await self._staff.set_password(connection, organization, person, hashed, by=by, temporary=True)
        return chosen

    async def change_password(self, person: Person, session: str, current: str, new: str) -> None:
        """Somebody chooses his own password: all his other sessions end. session: the id of the one he uses.

        Raises Invalid(field="current") for a wrong present password and Invalid(field="password") for a new one
        that may not be chosen, TooMany after too many wrong ones.
        """
        if current == new:
            raise Invalid("this is the password you have; choose another", field="password")
        hashed = await self._passwords.hash(new, user_name=person.user_name)
        await self._sign_in.confirm(person, current)
        async with self._database.transaction() as connection:
            await self._staff.set_password(
                connection, person.organization, person.id, hashed, by=person.id, keep=session
            )

    async def sessions(self, organization: str, person: str) -> list[SessionSeen]:
        """Those that hold, the last used first."""
        return await self._sessions.of_person(organization, person)

    async def sign_ins(self, organization: str, person: str) -> list[SignInSeen]:
        """Who tried to sign in as this person within the last months, the latest first."""
        async with self._database.reading() as connection:
            return await sessions.sign_ins_of(connection, organization, person, MOST_SIGN_INS)

    async def end_session(self, organization: str, person: str, session: str, *, by: str) -> None:
        """End one session at once. Raises NotFound."""
        async with self._database.transaction() as connection:
            if not await self._sessions.end_one(connection, organization, person, session):
                raise NotFound("this session has ended already")
            await self._audit.record(connection, organization, by, [Change("ended a session", "person", person)])

    async def choose_language(self, person: Person, language: str) -> None:
        """The language of one's own screens. Raises Invalid."""
        async with self._database.transaction() as connection:
            await self._staff.set_language(connection, person, language)

    async def _person(self, organization: str, person: str) -> Person:
        async with self._database.reading() as connection:
            return await _stored(connection, organization, person)


async def _stored(connection: AsyncConnection, organization: str, person: str) -> Person:
    for stored in (await people.people(connection, organization, [person])).values():
        if stored.person.retired_at is None:
            return stored.person
    raise NotFound("there is nobody like that here")
