"""Who is signed in."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Protocol

from switchboard.tenancy.events import SessionsEnded


class Who(Protocol):
    """A signed-in person."""

    @property
    def organization(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def roles(self) -> AbstractSet[str]: ...
    @property
    def password_temporary(self) -> bool:
        """Whether he has to choose a password of his own before anything else."""
        ...


class Holder(Protocol):
    """Whose session it is; `csrf` is what every changing request of it must carry."""

    @property
    def csrf(self) -> str: ...
    @property
    def person(self) -> Who: ...


class SignedIn(Holder, Protocol):
    """A session that has just begun; `token` goes into the cookie."""

    @property
    def token(self) -> str: ...


class SessionHeld(Holder, Protocol):
    """A session that holds. `id` may be told to others, unlike its token."""

    @property
    def id(self) -> str: ...


class Sessions(Protocol):
    """Who is signed in. Satisfied by `tenancy.service.Tenancy`."""

    async def sign_in(
        self, organization: str | None, user_name: str, password: str, address: str, device: str
    ) -> SignedIn:
        """device: what the browser says it is.

        Raises SignInNeeded for a wrong name or password, TooMany when it was tried too often.
        """
        ...

    async def session(self, token: str) -> SessionHeld | None:
        """The session of a cookie's token; None when it is unknown or has ended. Cached for seconds."""
        ...

    async def sign_out(self, token: str) -> None: ...

    def on_sessions_ended(self, listener: Callable[[SessionsEnded], None]) -> None:
        """Call `listener` in our loop with sessions that end before their time, from now on."""
        ...
