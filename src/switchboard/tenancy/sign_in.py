"""Signing in by password: one answer for every failure, a pause that grows, nothing learnt from the time.

    check the pause -> wait for a turn -> check it again -> verify -> count the failure or open a session

The second check stands behind the turn, so that a thousand guesses sent at once are not all listened to
before the first failure is counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.kit.clock import Clock
from switchboard.kit.errors import Invalid, SignInNeeded, TooMany
from switchboard.kit.ids import IdSource
from switchboard.storage.database import Database
from switchboard.tenancy.decide import (
    FOR_ADDRESS,
    FOR_USER_NAME,
    Failures,
    Patience,
    address_subject,
    sign_in_name,
    storable,
    user_name_subject,
)
from switchboard.tenancy.model import Person, SignedIn, Whence
from switchboard.tenancy.passwords import Passwords, Verified
from switchboard.tenancy.sessions import Sessions
from switchboard.tenancy.store import people, sessions

WRONG: Final = "The user name or the password is wrong; who works for several organizations also names the organization"

SIGN_INS_KEPT: Final = 90 * 24 * 3600 * 1_000_000
"""Microseconds for which it is remembered who signed in from where."""

_FORGET: Final = max(FOR_ADDRESS.forget, FOR_USER_NAME.forget) * 1_000_000


@dataclass(frozen=True, slots=True)
class _Account:
    """Who wants in, as far as the database knows him; without hash nobody gets in."""

    organization: str | None
    person: str | None
    hash: str | None


_NOBODY: Final = _Account(None, None, None)


class SignIn:
    """The door for people with a password."""

    def __init__(self, database: Database, clock: Clock, ids: IdSource, passwords: Passwords, opened: Sessions) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._passwords = passwords
        self._sessions = opened

    async def sign_in(self, organization: str | None, user_name: str, password: str, whence: Whence) -> SignedIn:
        """Open a session.

        organization: its key; None finds the only organization in which somebody has this user name.
        Raises SignInNeeded with the same text for an unknown user
        and a wrong password, TooMany while the user name or the address has to pause.
        """
        async with self._database.reading() as connection:
            account = await self._account(connection, organization, user_name)
        limits = {
            user_name_subject(account.organization or organization, user_name): FOR_USER_NAME,
            address_subject(whence.address): FOR_ADDRESS,
        }
        await self._may_try(limits)
        async with self._passwords.turn():
            await self._may_try(limits)
            verified = await self._passwords.verify(password, account.hash)
            signed_in = await self._finish(account, verified, limits, whence)
        if signed_in is None:
            raise SignInNeeded(WRONG)
        return signed_in

    async def confirm(self, person: Person, password: str) -> None:
        """Whether this is the password of somebody who is signed in: a desk left open must not lose its account.

        Wrong ones count like those of sign-in. Raises Invalid(field="current"), TooMany.
        """
        limits = {user_name_subject(person.organization, person.user_name): FOR_USER_NAME}
        async with self._database.reading() as connection:
            hash_ = await people.password_hash(connection, person.organization, person.id)
        await self._may_try(limits)
        async with self._passwords.turn():
            await self._may_try(limits)
            verified = await self._passwords.verify(password, hash_)
            async with self._database.transaction() as connection:
                await self._count(connection, limits, right=verified.right)
        if not verified.right:
            raise Invalid("this is not your present password", field="current")

    async def _account(self, connection: AsyncConnection, organization: str | None, user_name: str) -> _Account:
        key = None if organization is None else storable(organization)
        found = await people.accounts(connection, key, sign_in_name(user_name))
        return _Account(*found[0]) if len(found) == 1 else _NOBODY

    async def _may_try(self, limits: Mapping[str, Patience]) -> None:
        now = self._clock.now()
        async with self._database.reading() as connection:
            counted = await sessions.failures(connection, list(limits))
        seconds = max(
            counted.get(subject, Failures()).seconds_left(now, patience) for subject, patience in limits.items()
        )
        if seconds:
            raise TooMany(f"Too many wrong passwords; try again in {seconds} seconds", retry_after=seconds)

    async def _finish(
        self, account: _Account, verified: Verified, limits: Mapping[str, Patience], whence: Whence
    ) -> SignedIn | None:
        """Count a failure, or open the session; None when there is none."""
        now = self._clock.now()
        async with self._database.transaction() as connection:
            counted = await self._held(connection, limits)
            signed_in = await self._open(connection, account, verified, whence) if verified.right else None
            await self._note(connection, account, whence, right=signed_in is not None)
            await self._set(connection, counted, limits, right=signed_in is not None)
            await sessions.purge_failures(connection, now - _FORGET)
            await sessions.purge_sign_ins(connection, now - SIGN_INS_KEPT)
        return signed_in

    async def _note(self, connection: AsyncConnection, account: _Account, whence: Whence, *, right: bool) -> None:
        """Remember it for the person whose name it was; nobody's attempts are nobody's."""
        if account.organization is None or account.person is None:
            return
        row = {
            "organization": account.organization,
            "id": self._ids.next(),
            "person": account.person,
            "at": self._clock.now(),
            "right": right,
            "address": whence.address,
            "device": whence.device,
        }
        await sessions.add_sign_in(connection, row)

    async def _count(self, connection: AsyncConnection, limits: Mapping[str, Patience], *, right: bool) -> None:
        await self._set(connection, await self._held(connection, limits), limits, right=right)

    async def _held(self, connection: AsyncConnection, limits: Mapping[str, Patience]) -> dict[str, Failures]:
        return await sessions.hold_failures(connection, self._database.dialect, list(limits))

    async def _set(
        self,
        connection: AsyncConnection,
        counted: Mapping[str, Failures],
        limits: Mapping[str, Patience],
        *,
        right: bool,
    ) -> None:
        now = self._clock.now()
        after = {
            subject: counted[subject].after_success(patience)
            if right
            else counted[subject].after_another(now, patience)
            for subject, patience in limits.items()
        }
        await sessions.set_failures(connection, after)

    async def _open(
        self, connection: AsyncConnection, account: _Account, verified: Verified, whence: Whence
    ) -> SignedIn | None:
        """The session, unless the person was dismissed or given another password in the meantime."""
        assert account.organization is not None
        assert account.person is not None
        if await people.password_hash(connection, account.organization, account.person) != account.hash:
            return None
        if verified.renewed is not None:
            await people.renew_hash(connection, account.organization, account.person, verified.renewed)
        found = await people.people(connection, account.organization, [account.person])
        [stored] = found.values()
        return await self._sessions.open(connection, stored.person, whence)
