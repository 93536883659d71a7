"""The doors of the web: what it asks of the rooms, as protocols, so that it can stand on simulated ones.

Every door raises the errors of `kit.errors`; the web answers them with their status, code, text and
field. Whatever else a door raises becomes a 500 without details. A door never sees a request, a cookie
or a header. Every door is told on whose behalf it acts and scopes to that person's organization.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from prometheus_client import CollectorRegistry

from switchboard.agents.model import Reach
from switchboard.kit.clock import Clock
from switchboard.tenancy.events import SessionsEnded
from switchboard.web.contact_messages import ContactList, ContactRecord, CustomerChange, CustomerRecord
from switchboard.web.messages import (
    Board,
    ConfigurationResult,
    DeskState,
    ListedItem,
    PartHealth,
    SoundItem,
    StateAsked,
    TryIt,
    TryItCall,
    WrapUp,
)

Stop = Callable[[], None]
"""Ends a watch; may be called more than once."""


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

    async def sign_in(self, organization: str | None, user_name: str, password: str, address: str) -> SignedIn:
        """Raises SignInNeeded for a wrong name or password, TooMany when it was tried too often."""
        ...

    async def session(self, token: str) -> SessionHeld | None:
        """The session of a cookie's token; None when it is unknown or has ended. Cached for seconds."""
        ...

    async def sign_out(self, token: str) -> None: ...

    def on_sessions_ended(self, listener: Callable[[SessionsEnded], None]) -> None:
        """Call `listener` in our loop with sessions that end before their time, from now on."""
        ...


class Desk(Protocol):
    """What an agent does. Every action takes effect at once and is refused when the lease is gone."""

    async def state(self, who: Who) -> DeskState: ...

    def watch(self, who: Who, changed: Callable[[], None]) -> Stop:
        """Calls `changed` (cheap, never blocks) after each change that may show on this desk."""
        ...

    async def sign_in(self, who: Who, reach: Reach | None) -> None: ...
    async def sign_out(self, who: Who) -> None: ...
    async def set_state(self, who: Who, asked: StateAsked) -> None: ...
    async def set_reach(self, who: Who, reach: Reach) -> None: ...
    async def accept(self, who: Who, offer: int, fence: int) -> None: ...
    async def reject(self, who: Who, offer: int, fence: int) -> None: ...

    async def media(self, who: Who, offer: int, fence: int, sdp: str) -> str:
        """The answer to the page's session description, made while it rings."""
        ...

    async def hold(self, who: Who, engagement: str, on: bool) -> None: ...
    async def mute(self, who: Who, engagement: str, on: bool) -> None: ...
    async def hang_up(self, who: Who, engagement: str) -> None: ...
    async def wrap_up(self, who: Who, engagement: str, wrap_up: WrapUp) -> None: ...


class BoardDoor(Protocol):
    """The line and the people of an organization, live."""

    async def board(self, organization: str) -> Board: ...

    def watch(self, organization: str, changed: Callable[[], None]) -> Stop: ...


class Contacts(Protocol):
    """What was: contacts and their records."""

    async def page(
        self, who: Who, *, after: str | None, limit: int, queue: str | None, agent: str | None
    ) -> ContactList:
        """Newest first. Raises Invalid(field="after") for a cursor that is not ours."""
        ...

    async def record(self, who: Who, contact: str) -> ContactRecord:
        """Raises NotFound."""
        ...


class CustomersDoor(Protocol):
    async def customer(self, who: Who, customer: str) -> CustomerRecord: ...
    async def change(self, who: Who, customer: str, change: CustomerChange) -> None: ...


class Lists(Protocol):
    """What is configured, for the administrator's lists."""

    async def clients(self, who: Who) -> Sequence[ListedItem]: ...
    async def queues(self, who: Who) -> Sequence[ListedItem]: ...
    async def people(self, who: Who) -> Sequence[ListedItem]: ...
    async def flows(self, who: Who) -> Sequence[ListedItem]: ...


class ConfigurationDoor(Protocol):
    async def apply(self, who: Who, document: bytes, *, dry_run: bool, prune: bool) -> ConfigurationResult:
        """All or nothing. Raises Invalid whose text names line and field, and whose `field` is the field."""
        ...

    async def export(self, who: Who) -> str:
        """The organization's configuration as YAML."""
        ...


class Sounds(Protocol):
    async def upload(self, who: Who, key: str, name: str, audio: bytes) -> SoundItem:
        """audio: a WAV, MP3 or OGG file. Raises Invalid(field="audio") with the reason."""
        ...

    async def sounds(self, who: Who) -> Sequence[SoundItem]: ...


class TryItDoor(Protocol):
    """Calls from the browser without signing in; every caller is a stranger."""

    async def status(self) -> TryIt: ...

    async def call(self, number: str, sdp: str, address: str) -> TryItCall:
        """address: where the request came from, for limits. Raises Refused while the page is closed."""
        ...

    async def hang_up(self, call: str, secret: str) -> None:
        """Raises NotFound for an unknown call and for a wrong secret alike."""
        ...


class Presence(Protocol):
    """Told when an agent's page stops and starts answering; must not block."""

    def feed_lost(self, who: Who) -> None:
        """No page of this person answers any more: a frozen or closed tab must not stay available."""
        ...

    def feed_back(self, who: Who) -> None:
        """A page of this person answers (again); also told for the first one."""
        ...


class HealthDoor(Protocol):
    async def parts(self) -> Sequence[PartHealth]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Everything the web needs; `app.py` hands in the real rooms, tests the simulated ones."""

    clock: Clock
    sessions: Sessions
    desk: Desk
    board: BoardDoor
    contacts: Contacts
    customers: CustomersDoor
    lists: Lists
    configuration: ConfigurationDoor
    sounds: Sounds
    try_it: TryItDoor
    presence: Presence
    health: HealthDoor
    metrics: CollectorRegistry
