"""Call-backs for tests: terms, rows, and a telephone that only remembers what it was asked."""

from typing import Any

from support.clock import START
from switchboard.kit.errors import Unavailable
from switchboard.outbound.callbacks.model import Callback, CallbackState, Terms
from switchboard.routing.commands import ContactQueued, encode
from switchboard.routing.model import CallbackMode, CallbackRule

SECOND = 1_000_000
HOUR = 3_600 * SECOND

NUMBER = "+4930123456"


def terms(**rule: Any) -> Terms:
    """Around the clock in Berlin, unless said otherwise."""
    return Terms(CallbackRule(**({"first": 0, "last": 24 * 60} | rule)), "Europe/Berlin", "acme", "DE", "Acme")


CUSTOMER_FIRST = CallbackMode.CUSTOMER_FIRST


def callback(**fields: Any) -> Callback:
    """One that waits since `START`."""
    queued = encode((ContactQueued("", "support", place=START),))
    plain: dict[str, Any] = {
        "id": "b1",
        "organization": "acme",
        "client": "acme",
        "queue": "support",
        "number": NUMBER,
        "customer": None,
        "language": "en",
        "entrance": "100",
        "state": CallbackState.WAITING,
        "place": START,
        "priority": 0,
        "queued": queued,
        "asked_at": START,
        "until": START + 48 * HOUR,
        "not_before": START,
        "next_at": START,
        "since": START,
    }
    return Callback(**(plain | fields))


class KeptTelephone:
    """Satisfies `book.Telephone`. broken: nothing can be begun."""

    def __init__(self) -> None:
        self.stands: list[tuple[str, int]] = []
        self.calls: list[str] = []
        self.withdrawn: list[str] = []
        self.broken = False

    async def stand(self, one: Callback, _terms: Terms, contact: str, until: int) -> None:
        assert one.contact == contact
        if self.broken:
            raise Unavailable("no media")
        self.stands.append((contact, until))

    async def call(self, one: Callback, _terms: Terms, contact: str) -> None:
        assert one.contact == contact
        if self.broken:
            raise Unavailable("no trunk")
        self.calls.append(contact)

    def withdraw(self, _organization: str, contact: str) -> None:
        self.withdrawn.append(contact)


class MemoryRows:
    """Satisfies `book.SavedRows`; they outlive the book, as rows outlive a process."""

    def __init__(self) -> None:
        self.saved: dict[str, Callback] = {}
        self.joined: list[tuple[str, str]] = []

    async def open_ones(self) -> list[Callback]:
        return [one for one in self.saved.values() if one.open]

    async def add(self, one: Callback) -> None:
        self.saved[one.id] = one

    async def save(self, one: Callback, joins: str | None = None) -> None:
        self.saved[one.id] = one
        if joins is not None:
            self.joined.append((one.id, joins))
