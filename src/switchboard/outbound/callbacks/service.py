"""Call-backs of every organization: opened with it, asked for by calls and people, shown to supervisors."""

from collections.abc import Callable, Collection, Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.kit.clock import MICROSECONDS, Clock
from switchboard.kit.errors import Conflict, Invalid, NotFound
from switchboard.kit.ids import IdSource
from switchboard.kit.pages import MOST, Page
from switchboard.kit.tasks import Tasks
from switchboard.outbound.callbacks import store
from switchboard.outbound.callbacks.book import Book, Telephone
from switchboard.outbound.callbacks.decide import hours, opens_at
from switchboard.outbound.callbacks.forgetting import Forgetting
from switchboard.outbound.callbacks.model import Callback, CallbackState, Search, Terms
from switchboard.outbound.callbacks.promises import PUT_OFF, Promises
from switchboard.routing.commands import ContactQueued, encode
from switchboard.routing.model import Requirement
from switchboard.routing.service import Floors, Queues
from switchboard.storage.database import Database
from switchboard.tenancy.service import Audit, Change, Tenancy

__all__ = ["PUT_OFF", "Book", "Callbacks", "Promises", "Telephone", "Terms"]

NOUN: Final = "call-back"
NO_RULE: Final = "this queue calls nobody back; give it a 'callback' setting first"
SLOW: Final = 60 * MICROSECONDS
"""How far the clock of a page may be behind ours: so much of the past still counts as now."""


class Callbacks:
    """The front of the room. telephone: set before an organization is opened."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        ids: IdSource,
        tasks: Tasks,
        floors: Floors,
        queues: Queues,
        tenancy: Tenancy,
        audit: Audit,
    ) -> None:
        self.telephone: Telephone | None = None
        self.forgetting: Forgetting | None = None
        self.changed: Callable[[Callback], None] = lambda _: None
        """Is told each step of a call-back that was saved."""
        self._database = database
        self.clock: Final = clock
        self._ids = ids
        self._tasks = tasks
        self._floors = floors
        self._queues = queues
        self._tenancy = tenancy
        self._audit = audit
        self._books: dict[str, Book] = {}
        self._unsubscribe: list[Callable[[], None]] = []

    async def open(self, organization: str) -> None:
        """Take over an organization's call-backs: its Floor must be open already."""
        routing = self._floors.of(organization)
        book = self._books[organization] = Book(
            organization,
            rows=store.Rows(self._database, organization),
            clock=self.clock,
            ids=self._ids,
            tasks=self._tasks,
            routing=routing,
            telephone=lambda: self.telephone,
            changed=lambda one: self.changed(one),
        )
        await book.open(await self._terms(organization))
        if self.forgetting is not None:
            await self.forgetting.plan(organization)
        self._unsubscribe.append(routing.subscribe(book.heard))

    async def reload(self, organization: str) -> None:
        """Read anew which queues call back, and how."""
        self._books[organization].change_terms(await self._terms(organization))

    def close(self) -> None:
        """Begin no more attempts. Rows stay as they are: at the next start everything open is back at its place."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        for book in self._books.values():
            book.close()

    def book(self, organization: str) -> Book:
        return self._books[organization]

    def promises(
        self,
        organization: str,
        *,
        client: str,
        number: str | None,
        contact: str,
        customer: str | None,
        language: str,
        entrance: str,
        read: Callable[[str], str | None],
    ) -> Promises:
        """What a call of this caller sees of call-backs."""
        return Promises(
            self._books[organization],
            clock=self.clock,
            ids=self._ids,
            tasks=self._tasks,
            client=client,
            number=number,
            contact=contact,
            customer=customer,
            language=language,
            entrance=entrance,
            read=read,
        )

    # -- what people ask

    async def page(
        self, organization: str, search: Search, *, after: str | None = None, limit: int = MOST
    ) -> Page[Callback]:
        """Those that are looked for, the newest first."""
        async with self._database.reading() as connection:
            rows = await store.some(connection, organization, search, limit=limit + 1, after=after)
        return Page(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)

    async def one(self, organization: str, clients: Collection[str], id_: str) -> Callback:
        """Raises NotFound."""
        return await self._find(organization, clients, id_)

    def terms(self, organization: str, queue: str) -> Terms:
        """How this queue, an id, calls back. Raises Invalid when it does not."""
        terms = self._books[organization].terms.get(queue)
        if terms is None:
            raise Invalid(NO_RULE, field="queue")
        return terms

    def most_attempts(self, organization: str, queue: str) -> int | None:
        """How often customers of this queue are called; None when it calls nobody back any more."""
        terms = self._books[organization].terms.get(queue)
        return None if terms is None else terms.rule.attempts

    def queues(self, organization: str) -> Collection[str]:
        """Ids of the queues that call back."""
        return self._books[organization].terms.keys()

    async def cancel_of(self, organization: str, client: str, customer: str, numbers: Collection[str]) -> None:
        """Nobody calls this customer, or one of these numbers, back any more."""
        book = self._books[organization]
        for one in book.every:
            if one.client == client and (one.customer == customer or one.number in numbers):
                await book.end(one.id, CallbackState.CANCELLED)

    async def forget(
        self, connection: AsyncConnection, organization: str, client: str, customer: str, numbers: Collection[str]
    ) -> None:
        """Forget whom its call-backs were for, and what was noted."""
        await store.forget_customer(connection, organization, client, customer, numbers)

    async def joined(self, organization: str, clients: Collection[str], contact: str) -> Sequence[str]:
        """The other contacts that belong to the same call-back as this one, in order of time."""
        async with self._database.reading() as connection:
            found = await store.joined(connection, organization, clients, contact)
        return [other for _, other in found if other != contact]

    async def schedule(
        self,
        organization: str,
        *,
        queue: str,
        number: str,
        not_before: int | None,
        until: int | None,
        priority: int,
        customer: str | None,
        language: str,
        by: str,
        note: str | None = None,
        requires: tuple[Requirement, ...] = (),
    ) -> Callback:
        """A call-back that a person enters. It gets in line when it is due, behind those who wait by then.

        queue: id. number: E.164. not_before, until: UTC epoch microseconds, None is now and as long as the queue keeps
        call-backs. requires: in addition to the queue's. Raises Invalid, Conflict when the number has an open
        call-back.
        """
        book, now = self._books[organization], self.clock.now()
        terms = self.terms(organization, queue)
        begins = _begins(now, not_before)
        one = Callback(
            id=self._ids.next(),
            organization=organization,
            client=terms.client,
            queue=queue,
            number=number,
            customer=customer,
            language=language,
            entrance=terms.rule.caller_id or "",
            state=CallbackState.WAITING,
            place=begins,
            priority=priority,
            queued=encode((ContactQueued("", queue, priority, requires, place=begins),)),
            asked_at=now,
            until=_until(begins, until, terms),
            not_before=begins,
            next_at=begins,
            since=now,
            asked_by=by,
            note=note,
        )
        if not await book.add(one):
            raise Conflict("this number has an open call-back already; change that one or cancel it")
        await self._audit.note(organization, by, Change("created", NOUN, one.id))
        return one

    async def change(
        self,
        organization: str,
        clients: Collection[str],
        id_: str,
        *,
        not_before: int | None,
        until: int | None,
        by: str,
        note: str | None = None,
    ) -> Callback:
        """Another time or another note; what is None stays, but a new begin without an end lasts as long as the queue
        keeps call-backs. Raises NotFound, Invalid, Conflict when it is no longer waiting."""
        one = await self._find(organization, clients, id_)
        book = self._books[organization]
        terms = book.terms.get(one.queue)
        if terms is None:
            raise Conflict("its queue calls nobody back any more")
        begins = one.not_before if not_before is None else _begins(self.clock.now(), not_before)
        ends = one.until if not_before is None and until is None else _until(begins, until, terms)
        changed = await book.change(id_, not_before=begins, until=ends, note=note)
        if changed is None:
            raise Conflict(f"this call-back is {one.state.value} and cannot be changed")
        times = {"not_before": [one.not_before, changed.not_before], "until": [one.until, changed.until]}
        await self._audit.note(organization, by, Change("changed", NOUN, id_, times))
        return changed

    async def cancel(self, organization: str, clients: Collection[str], id_: str, *, by: str) -> Callback:
        """Call him no more. Raises NotFound, Conflict when it is over already."""
        await self._find(organization, clients, id_)
        ended = await self._books[organization].end(id_, CallbackState.CANCELLED)
        if ended is None:
            raise Conflict("this call-back is over already")
        await self._audit.note(organization, by, Change("cancelled", NOUN, id_))
        return ended

    async def _find(self, organization: str, clients: Collection[str], id_: str) -> Callback:
        async with self._database.reading() as connection:
            found = await store.one(connection, organization, clients, id_)
        if found is None:
            raise NotFound("there is no such call-back")
        return found

    async def _terms(self, organization: str) -> dict[str, Terms]:
        clients = {client.id: client for client in await self._tenancy.clients(organization)}
        async with self._database.reading() as connection:
            ids = await self._queues.ids(connection, organization)
            queues = await self._queues.configured(connection, organization)
        return {
            ids[key]: Terms(queue.callback, client.time_zone, client.id, client.region, client.name)
            for key, queue in queues.items()
            if queue.callback is not None and (client := clients.get(queue.client)) is not None
        }


def _begins(now: int, not_before: int | None) -> int:
    """Raises Invalid."""
    if not_before is None:
        return now
    if not_before < now - SLOW:
        raise Invalid("this time is over; choose a later one", field="not_before")
    return max(now, not_before)


def _until(begins: int, until: int | None, terms: Terms) -> int:
    """Raises Invalid when nobody could be called by then."""
    if until is None:
        return begins + terms.rule.keep
    if until <= begins:
        raise Invalid("the end must be later than the beginning", field="until")
    if opens_at(terms, begins) >= until:
        raise Invalid(f"in this time nobody is called: the queue calls {hours(terms)}", field="not_before")
    return until
