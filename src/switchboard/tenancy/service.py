"""Tenancy: who works here, for whom, and who is asking. What the other rooms and the web call."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.kit.clock import Clock
from switchboard.kit.errors import Conflict
from switchboard.kit.ids import IdSource
from switchboard.storage.database import Database
from switchboard.tenancy.accounts import Accounts
from switchboard.tenancy.audit import CHANGED, Audit, Change
from switchboard.tenancy.configured import Brands, Staff
from switchboard.tenancy.decide import check_key, check_name
from switchboard.tenancy.model import (
    SYSTEM,
    Client,
    ClientItem,
    Member,
    Organization,
    Person,
    PersonItem,
    Role,
    Session,
    SignedIn,
    Whence,
)
from switchboard.tenancy.passwords import Cost, Passwords, fingerprint_key
from switchboard.tenancy.sessions import Listener, Sessions
from switchboard.tenancy.sign_in import SignIn
from switchboard.tenancy.store import organizations, people, sessions

__all__ = [
    "CHANGED",
    "Accounts",
    "Audit",
    "Brands",
    "Change",
    "Cost",
    "Passwords",
    "Staff",
    "Tenancy",
    "fingerprint_key",
]

_FIRST: Final = "administrator"
"""Key of the first administrator."""


class Tenancy:
    """The front of the room.

    brands, staff: clients and people as configuration changes them, in a transaction of its own.
    accounts: passwords and sessions of people, as themselves and administrators manage them.
    audit: where every room records its changes. passwords: hashing, off the loop. Call `close` at the end.
    Wherever `by` is asked for it is the id of the person who wants the change, or `SYSTEM`.
    """

    def __init__(self, database: Database, clock: Clock, ids: IdSource, passwords: Passwords) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self.passwords = passwords
        self.audit = Audit(database, clock, ids)
        self._sessions = Sessions(database, clock, ids)
        self._sign_in = SignIn(database, clock, ids, passwords, self._sessions)
        self.brands = Brands(database, clock, ids, self.audit)
        self.staff = Staff(database, clock, ids, self.audit, self._sessions)
        self.accounts = Accounts(database, ids, passwords, self._sessions, self._sign_in, self.staff, self.audit)

    def close(self) -> None:
        """Give back the hashing threads."""
        self.passwords.close()

    # -- sessions

    async def sign_in(
        self, organization: str | None, user_name: str, password: str, address: str, device: str = ""
    ) -> SignedIn:
        """See `SignIn.sign_in`. organization: its key, or None. address, device: see `Whence`.

        Raises SignInNeeded, TooMany.
        """
        return await self._sign_in.sign_in(organization, user_name, password, Whence(address, device))

    async def session(self, token: str) -> Session | None:
        """The session with its person and CSRF token, None when it has ended. Counts as its use.

        A feed asks with every answered beat, so that a long call does not end its session as idle.
        """
        return await self._sessions.find(token)

    async def who(self, token: str) -> Person | None:
        """The person whose session this is, None when it has ended."""
        session = await self.session(token)
        return None if session is None else session.person

    async def sign_out(self, token: str) -> None:
        """End this session at once; nothing happens when it has ended already."""
        await self._sessions.end(token)

    def on_sessions_ended(self, listener: Listener) -> None:
        """Call `listener` with each `SessionsEnded`, after its commit: close the feeds it names."""
        self._sessions.subscribe(listener)

    # -- organizations

    async def organizations(self) -> list[Organization]:
        """Every organization of the installation, by key. For the start of the process, not for people."""
        async with self._database.reading() as connection:
            return await organizations.organizations(connection)

    async def organization(self, key: str) -> Organization | None:
        """The organization with this key."""
        return next((one for one in await self.organizations() if one.key == key), None)

    async def ensure_organization(self, key: str, name: str, *, by: str = SYSTEM) -> Organization:
        """`put_organization` in a transaction of its own."""
        async with self._database.transaction() as connection:
            return await self.put_organization(connection, key, name, by=by)

    async def put_organization(
        self, connection: AsyncConnection, key: str, name: str, *, by: str = SYSTEM
    ) -> Organization:
        """The organization with this key, made when missing, renamed when it differs. Raises Invalid."""
        check_key(key)
        name = check_name(name)
        known = {one.key: one for one in await organizations.organizations(connection)}
        before = known.get(key)
        if before is None:
            after = Organization(self._ids.next(), key, name)
            await organizations.add_organization(connection, after, self._clock.now())
            change = Change("created", "organization", after.id, {"key": [None, key], "name": [None, name]})
        elif before.name == name:
            return before
        else:
            after = Organization(before.id, key, name)
            await organizations.rename_organization(connection, before.id, name)
            change = Change("changed", "organization", after.id, {"name": [before.name, name]})
        await self.audit.record(connection, after.id, by, [change])
        return after

    # -- clients

    async def clients(self, organization: str) -> list[Client]:
        """Those not retired, by key."""
        async with self._database.reading() as connection:
            stored = await organizations.clients(connection, organization)
        return [one for one in stored.values() if one.retired_at is None]

    async def put_client(self, organization: str, item: ClientItem, *, by: str) -> None:
        """Insert or change by key. Raises Invalid."""
        async with self._database.transaction() as connection:
            await self.brands.put(connection, organization, item, by=by)

    async def retire_client(self, organization: str, key: str, *, by: str) -> None:
        """Take it out of use. Raises NotFound."""
        async with self._database.transaction() as connection:
            await self.brands.retire(connection, organization, key, by=by)

    # -- people

    async def people(self, organization: str) -> list[Person]:
        """Those not retired, by key."""
        async with self._database.reading() as connection:
            stored = await people.people(connection, organization)
        return [one.person for one in stored.values() if one.person.retired_at is None]

    async def members(self, organization: str) -> list[Member]:
        """Everyone, those retired included, by key."""
        async with self._database.reading() as connection:
            stored = await people.people(connection, organization)
            held = await sessions.sessions_held(connection, organization, self._clock.now())
        return [
            Member(one.person, one.has_password, held.get(one.person.id, 0), one.seen_at) for one in stored.values()
        ]

    async def named(self, organization: str, ids: Sequence[str]) -> dict[str, Person]:
        """These people by id, those retired included: history shows names too."""
        async with self._database.reading() as connection:
            stored = await people.people(connection, organization, ids)
        return {one.person.id: one.person for one in stored.values()}

    async def names(self, organization: str, ids: Collection[str]) -> dict[str, str]:
        """Their names by id, those of the retired included."""
        if not ids:
            return {}
        async with self._database.reading() as connection:
            return await people.names(connection, organization, ids)

    async def put_person(self, organization: str, item: PersonItem, *, by: str) -> None:
        """Insert or change by key. Raises Invalid, and Conflict as `dismiss` does."""
        async with self._changing_people(organization) as connection:
            await self.staff.put(connection, organization, item, by=by)

    async def dismiss(self, organization: str, person: str, *, by: str) -> None:
        """Retire a person (id): every session ends at once.

        Raises NotFound, and Conflict for the last administrator: nobody could undo that.
        """
        async with self._changing_people(organization) as connection:
            await self.staff.dismiss(connection, organization, person, by=by)

    async def has_administrator(self) -> bool:
        """Whether anybody administers any organization; False on the first start."""
        async with self._database.reading() as connection:
            for one in await organizations.organizations(connection):
                if await people.administrators(connection, one.id):
                    return True
        return False

    async def ensure_administrator(
        self, organization: str, user_name: str, password: str, *, name: str = "Administrator"
    ) -> Person | None:
        """On the first start: make the first administrator of an organization (id) that has none.

        The person made, None when there is one already. Raises Invalid, Conflict.
        """
        async with self._database.reading() as connection:
            if await people.administrators(connection, organization):
                return None
        item = PersonItem(
            _FIRST,
            user_name,
            name,
            frozenset((Role.ADMINISTRATOR,)),
            password=await self.passwords.hash(password, user_name=user_name),
        )
        async with self._database.transaction() as connection:
            await self.staff.put(connection, organization, item)
            return (await people.people(connection, organization))[_FIRST].person

    @asynccontextmanager
    async def _changing_people(self, organization: str) -> AsyncIterator[AsyncConnection]:
        """A transaction that may not take the last administrator away.

        Two of them in one organization wait for one another: else two administrators could dismiss
        each other.
        """
        async with self._database.transaction() as connection:
            await organizations.hold_organization(connection, organization)
            before = await people.administrators(connection, organization)
            yield connection
            if before and not await people.administrators(connection, organization):
                raise Conflict("somebody has to remain administrator; make another one first")
