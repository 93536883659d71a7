"""Forgetting a customer: what says who he is goes from every room at once; what happened stays and can be counted.

    await Forgetting(...).forget(organization, client, customer, by=person)

Nothing of him is in the journal, nor in logs and the audit, which hold references: history is not rewritten. A call
that goes on meanwhile goes on; who calls again is somebody new.
"""

from collections.abc import Mapping
from typing import Final, Protocol

from switchboard.conversations.service import Conversations
from switchboard.customers.service import Customers
from switchboard.insight.reconciliation.service import forget_callers
from switchboard.outbound.service import Callbacks
from switchboard.storage.database import Database

PERSONAL: Final[Mapping[str, frozenset[str]]] = {
    "callback": frozenset({"number", "note"}),
    "contact_address": frozenset({"value", "tail"}),
    "customer": frozenset({"name", "note", "needs"}),
    "customer_word": frozenset({"word"}),
    "engagement_note": frozenset({"note"}),
    "hand_over": frozenset({"note"}),
    "identity": frozenset({"value"}),
    "reconciliation_difference": frozenset({"caller"}),
}
"""By table the columns that say who a customer is, or what was said of him. A test looks at every column that there
is: one that is neither here nor declared there as holding nothing of a customer fails it."""


class Recordings(Protocol):
    """`quality.Retention`."""

    async def forget(self, organization: str, client: str, contacts: list[str]) -> int: ...


class Forgetting:
    """Asks the rooms in turn: files first, then all rows in one transaction."""

    def __init__(
        self,
        database: Database,
        customers: Customers,
        conversations: Conversations,
        callbacks: Callbacks,
        recordings: Recordings,
    ) -> None:
        self._database = database
        self._customers = customers
        self._conversations = conversations
        self._callbacks = callbacks
        self._recordings = recordings

    async def forget(self, organization: str, client: str, customer: str, by: str) -> None:
        """Forget a customer of this client. Nobody calls him back any more. by: id of the person who wants it. Raises
        NotFound."""
        known = await self._customers.customer(organization, client, customer)
        numbers = [value for _, value in known.identities]
        contacts = await self._conversations.contacts_of(organization, client, customer)
        await self._callbacks.cancel_of(organization, client, customer, numbers)
        # Files cannot be taken back with a transaction. What fails between them and the rows is done by asking again:
        # the customer goes last.
        await self._recordings.forget(organization, client, contacts)
        async with self._database.transaction() as connection:
            await self._conversations.forget(connection, organization, client, customer)
            await self._callbacks.forget(connection, organization, client, customer, numbers)
            await forget_callers(connection, organization, client, contacts, numbers)
            await self._customers.forget(connection, organization, client, customer, by=by)
