"""One's own account, and the sessions of a person as pages show them."""

from collections.abc import Sequence

from switchboard.kit.errors import NotFound
from switchboard.tenancy.model import Person, Role, SessionSeen, SignInSeen
from switchboard.tenancy.service import Tenancy
from switchboard.web.doors.session import SessionHeld, Who
from switchboard.web.messages.account import Account, AccountChange, PasswordChange, SessionShown, SignInShown


class OwnAccount:
    """Satisfies `doors.AccountDoor`."""

    def __init__(self, tenancy: Tenancy) -> None:
        self._tenancy = tenancy

    async def account(self, held: SessionHeld) -> Account:
        person = await self._person(held.person)
        accounts = self._tenancy.accounts
        return Account(
            id=person.id,
            key=person.key,
            user_name=person.user_name,
            name=person.name,
            language=person.language,
            roles=[role for role in Role if role in person.roles],
            sessions=sessions_shown(await accounts.sessions(person.organization, person.id), own=held.id),
            sign_ins=sign_ins_shown(await accounts.sign_ins(person.organization, person.id)),
        )

    async def change_password(self, held: SessionHeld, change: PasswordChange) -> None:
        person = await self._person(held.person)
        await self._tenancy.accounts.change_password(person, held.id, change.current, change.password)

    async def change(self, held: SessionHeld, change: AccountChange) -> None:
        await self._tenancy.accounts.choose_language(await self._person(held.person), change.language)

    async def end_session(self, held: SessionHeld, session: str) -> None:
        who = held.person
        await self._tenancy.accounts.end_session(who.organization, who.id, session, by=who.id)

    async def _person(self, who: Who) -> Person:
        found = (await self._tenancy.named(who.organization, [who.id])).get(who.id)
        if found is None or found.retired_at is not None:
            raise NotFound("you work here no longer")
        return found


def sessions_shown(sessions: Sequence[SessionSeen], *, own: str | None = None) -> list[SessionShown]:
    """own: the id of the session that asks."""
    return [
        SessionShown(
            id=one.id,
            began_at=one.began_at,
            seen_at=one.seen_at,
            expires_at=one.expires_at,
            address=one.address,
            device=one.device,
            own=one.id == own,
        )
        for one in sessions
    ]


def sign_ins_shown(sign_ins: Sequence[SignInSeen]) -> list[SignInShown]:
    return [SignInShown(at=one.at, right=one.right, address=one.address, device=one.device) for one in sign_ins]
