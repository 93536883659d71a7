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
from switchboard.kit.errors import SignInNeeded, TooMany
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
from switchboard.tenancy.model import SignedIn
from switchboard.tenancy.passwords import Passwords, Verified
from switchboard.tenancy.sessions import Sessions
from switchboard.tenancy.store import people, sessions

WRONG: Final = "The user name or the password is wrong; who works for several organizations also names the organization"

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

    def __init__(self, database: Database, clock: Clock, passwords: Passwords, opened: Sessions) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._sessions = opened

    async def sign_in(self, organization: str | None, user_name: str, password: str, address: str) -> SignedIn:
        """Open a session.

        organization: its key; None finds the only organization in which somebody has this user name.
        address: where the request comes from. Raises SignInNeeded with the same text for an unknown user
        and a wrong password, TooMany while the user name or the address has to pause.
        """
        async with self._database.reading() as connection:
            account = await self._account(connection, organization, user_name)
        limits = {
            user_name_subject(account.organization or organization, user_name): FOR_USER_NAME,
            address_subject(address): FOR_ADDRESS,
        }
        await self._may_try(limits)
        async with self._passwords.turn():
            await self._may_try(limits)
            verified = await self._passwords.verify(password, account.hash)
            signed_in = await self._finish(account, verified, limits)
        if signed_in is None:
            raise SignInNeeded(WRONG)
        return signed_in

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

    async def _finish(self, account: _Account, verified: Verified, limits: Mapping[str, Patience]) -> SignedIn | None:
        """Count a failure, or open the session; None when there is none."""
        now = self._clock.now()
        async with self._database.transaction() as connection:
            counted = await sessions.hold_failures(connection, self._database.dialect, list(limits))
            signed_in = await self._open(connection, account, verified) if verified.right else None
            after = {
                subject: _counted(counted[subject], patience, now, signed_in) for subject, patience in limits.items()
            }
            await sessions.set_failures(connection, after)
            await sessions.purge_failures(connection, now - _FORGET)
        return signed_in

    async def _open(self, connection: AsyncConnection, account: _Account, verified: Verified) -> SignedIn | None:
        """The session, unless the person was dismissed or given another password in the meantime."""
        assert account.organization is not None
        assert account.person is not None
        if await people.password_hash(connection, account.organization, account.person) != account.hash:
            return None
        if verified.renewed is not None:
            await people.renew_hash(connection, account.organization, account.person, verified.renewed)
        found = await people.people(connection, account.organization, [account.person])
        [stored] = found.values()
        return await self._sessions.open(connection, stored.person)


def _counted(before: Failures, patience: Patience, now: int, signed_in: SignedIn | None) -> Failures:
    return before.after_another(now, patience) if signed_in is None else before.after_success(patience)
