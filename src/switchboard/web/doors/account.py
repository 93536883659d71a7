"""One's own account."""

from typing import Protocol

from switchboard.web.doors.session import SessionHeld
from switchboard.web.messages.account import Account, AccountChange, PasswordChange


class AccountDoor(Protocol):
    async def account(self, held: SessionHeld) -> Account: ...

    async def change_password(self, held: SessionHeld, change: PasswordChange) -> None:
        """All other sessions end. Raises Invalid(field="current" or "password"), TooMany."""
        ...

    async def change(self, held: SessionHeld, change: AccountChange) -> None: ...

    async def end_session(self, held: SessionHeld, session: str) -> None:
        """Raises NotFound."""
        ...
