"""Customers: who is calling, and what is known of them."""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Select, and_
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.customers import store
from switchboard.customers.arrivals import Arrivals
from switchboard.customers.decide import check_name, check_needs, check_note, check_priority, words_asked, words_known
from switchboard.customers.model import UNSAID, Customer, CustomerRef, Identity, Kind, Needs, Serving, e164
from switchboard.kit.clock import Clock
from switchboard.kit.errors import Conflict, Invalid, NotFound
from switchboard.kit.ids import IdSource
from switchboard.kit.tasks import Tasks
from switchboard.storage.database import Database
from switchboard.storage.rows import RowChange
from switchboard.storage.writer import GroupCommitWriter
from switchboard.tenancy.service import CHANGED, Audit, Change

REMEMBERED: Final = 60.0
"""Seconds for which a repeated caller costs no query; a name changed on another node shows by then."""

WORDS: Final[Mapping[str, str]] = {"personal_agent": "personal agent"}
"""Fields whose names are no words."""

MEANWHILE: Final = "Somebody else changed the {field} meanwhile; look at it, then decide what to keep"

MOST_REMEMBERED: Final = 50_000
"""Callers in memory at most, about 0.5 KB each."""


ONE_BY_ONE: Final = 50
"""Customers of one name who are named one by one."""

MOST_CALLED: Final = 2_000
"""Customers of one name whose contacts are looked up. A name that more have is soon met among any contacts."""


Value: TypeAlias = str | int | Needs | None
"""Of a customer's field."""

Called: TypeAlias = Sequence[str] | Select[Any]
"""Ids of customers, or a query for them."""


def _words(name: str) -> list[str]:
    """The longest first: the fewest names have it."""
    words = sorted(words_asked(name), key=len, reverse=True)
    if not words or len(words[0]) < FEWEST_LETTERS:
        raise Invalid(f"give at least {FEWEST_LETTERS} letters of one of the names", field="name")
    return words


FEWEST_LETTERS: Final = 2


@dataclass(frozen=True, slots=True)
class _Remembered:
    ref: CustomerRef
    until: float


def _served(serving: Serving) -> dict[str, Value]:
    """What is given, as it is stored. Raises Invalid."""
    found: dict[str, Value] = {}
    if serving.personal_agent is not None:
        found["personal_agent"] = serving.personal_agent or None
    if serving.branch is not None:
        found["branch"] = serving.branch or None
    if serving.needs is not None:
        found["needs"] = check_needs(serving.needs)
    if serving.priority is not None:
        found["priority"] = check_priority(serving.priority)
    return found


class Customers:
    """The front of the room. `by` is the id of the person who wants a change."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: IdSource,
        tasks: Tasks,
        audit: Audit,
        writer: GroupCommitWriter,
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._arrivals = Arrivals(database, clock, ids, tasks, writer)
        self._remembered: OrderedDict[Identity, _Remembered] = OrderedDict()
        # Counts the changes: what was read before one may not be remembered after it.
        self._changes = 0

    @staticmethod
    def e164(number: str, region: str) -> str | None:
        """See `model.e164`."""
        return e164(number, region)

    async def recognise(self, organization: str, client: str, number: str, region: str) -> CustomerRef | None:
        """The customer who has this number, made at the first contact; None when it is anonymous.

        organization, client: ids. region: the client's. Two calls of one new number at once, on whatever
        node, get one customer. A repeat within a minute costs some 5 microseconds and no query.
        """
        value = e164(number, region)
        if value is None:
            return None
        identity = Identity(organization, client, Kind.NUMBER, value)
        known = self._remembered.get(identity)
        if known is not None and self._clock.monotonic() < known.until:
            return known.ref
        changes = self._changes
        ref = await self._arrivals.recognise(identity)
        if changes == self._changes:
            self._remember(identity, ref)
        return ref

    async def customer(self, organization: str, client: str, id_: str) -> Customer:
        """Everything known of a customer. Raises NotFound."""
        async with self._database.reading() as connection:
            return await self._find(connection, organization, client, id_)

    async def names(self, organization: str, clients: Collection[str], ids: Collection[str]) -> dict[str, str]:
        """Customer -> name, of those that have one."""
        if not ids:
            return {}
        async with self._database.reading() as connection:
            return await store.named(connection, organization, clients, ids)

    async def called(self, organization: str, clients: Collection[str], name: str) -> Called | None:
        """Ids of the customers with such a name, or a query for them when they are more than a few: its words may be
        begun only, accents do not matter. None for more than `MOST_CALLED`: ask with `is_called` then. Raises
        Invalid(field="name")."""
        having = store.with_words(organization, clients, _words(name))
        async with self._database.reading() as connection:
            found: list[str] = list((await connection.execute(having.distinct().limit(ONE_BY_ONE + 1))).scalars())
            if len(found) <= ONE_BY_ONE:
                return found
            more = (await connection.execute(having.offset(MOST_CALLED).limit(1))).first()
        return having if more is None else None

    @staticmethod
    def is_called(
        organization: str, client: ColumnElement[Any], customer: ColumnElement[Any], name: str
    ) -> ColumnElement[bool]:
        """Whether the customer that these columns name has such a name, as a condition for another query."""
        return and_(*(store.has_word(organization, client, customer, word) for word in _words(name)))

    @staticmethod
    def imported(
        organization: str, client: str, id_: str, number: str, name: str | None, known_since: int
    ) -> list[RowChange]:
        """A customer with this number, E.164, as rows for the writer: for whoever brings many at once."""
        made = store.new_customer(
            Identity(organization, client, Kind.NUMBER, number), CustomerRef(id_, name, known_since)
        )
        return made + store.new_words(organization, client, id_, words_known(name or ""))

    async def rename(
        self, organization: str, client: str, id_: str, name: str, *, by: str, seen: str | None = None
    ) -> None:
        """Give a customer a name, or none when it is empty.

        seen: the name that was seen before it was changed, '' for none; None does not compare. Raises NotFound,
        Invalid, and Conflict when somebody else has changed it since.
        """
        old = {} if seen is None else {"name": check_name(seen)}
        await self._change(organization, client, id_, {"name": check_name(name)}, old, by)

    async def note(
        self, organization: str, client: str, id_: str, note: str, *, by: str, seen: str | None = None
    ) -> None:
        """Write the note that agents see with every contact of this customer. seen, errors: as for `rename`."""
        old = {} if seen is None else {"note": seen}
        await self._change(organization, client, id_, {"note": check_note(note)}, old, by)

    async def serve(
        self, organization: str, client: str, id_: str, wanted: Serving, *, by: str, seen: Serving = UNSAID
    ) -> None:
        """Say how a customer is served: all of it, or nothing. seen: what was there before it was changed, compared
        where it is not None. Raises NotFound, Invalid, and Conflict with the field that somebody else has changed."""
        await self._change(organization, client, id_, _served(wanted), _served(seen), by)

    async def _change(
        self,
        organization: str,
        client: str,
        id_: str,
        wanted: Mapping[str, Value],
        seen: Mapping[str, Value],
        by: str,
    ) -> None:
        """wanted: new values by field. seen: values that must still be there, of those fields that are compared."""
        async with self._database.transaction() as connection:
            before = await self._find(connection, organization, client, id_)
            values = {field: value for field, value in wanted.items() if value != getattr(before, field)}
            if not values:
                return
            for field in values:
                if field in seen and seen[field] != getattr(before, field):
                    raise Conflict(MEANWHILE.format(field=WORDS.get(field, field)), field=field)
            old = {field: getattr(before, field) for field in values}
            if not await store.change_customer(connection, organization, client, id_, values=values, before=old):
                # Between our look and our change: on PostgreSQL others write at the same time.
                field = next(iter(values))
                raise Conflict(MEANWHILE.format(field=WORDS.get(field, field)), field=field)
            if "name" in values:
                name = values["name"]
                words = words_known(name) if isinstance(name, str) else ()
                await store.put_words(connection, organization, client, id_, words)
            await self._changed(connection, before, by, values)

    async def forget(self, connection: AsyncConnection, organization: str, client: str, id_: str, *, by: str) -> None:
        """Nobody knows of this customer any more; for `app.forgetting`. Raises NotFound."""
        before = await self._find(connection, organization, client, id_)
        await store.forget(connection, organization, client, id_)
        change = Change("forgotten", "customer", id_, {})
        await self._audit.record(connection, organization, by, [change])
        self._database.after_commit(connection, lambda: self._forget(before))

    async def _find(self, connection: AsyncConnection, organization: str, client: str, id_: str) -> Customer:
        found = await store.customer_by_id(connection, organization, client, id_)
        if found is None:
            raise NotFound("there is no such customer")
        return found

    async def _changed(self, connection: AsyncConnection, before: Customer, by: str, fields: Iterable[str]) -> None:
        # The audit outlives a customer who is forgotten, so it never holds what was written about him.
        change = Change("changed", "customer", before.id, dict.fromkeys(fields, CHANGED))
        await self._audit.record(connection, before.organization, by, [change])
        self._database.after_commit(connection, lambda: self._forget(before))

    def _remember(self, identity: Identity, ref: CustomerRef) -> None:
        self._remembered[identity] = _Remembered(ref, self._clock.monotonic() + REMEMBERED)
        self._remembered.move_to_end(identity)
        while len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)

    def _forget(self, customer: Customer) -> None:
        self._changes += 1
        for kind, value in customer.identities:
            self._remembered.pop(Identity(customer.organization, customer.client, kind, value), None)
