"""Call-backs as pages show them, and who may see and change which."""

from collections.abc import Sequence

from switchboard.conversations.service import Conversations, number_asked
from switchboard.customers.service import Customers
from switchboard.kit.errors import Invalid, NotFound
from switchboard.outbound.model import OPEN, Callback, CallbackState, Search
from switchboard.outbound.service import Callbacks
from switchboard.routing.model import Requirement
from switchboard.routing.service import Skills
from switchboard.storage.database import Database
from switchboard.tenancy.model import Right
from switchboard.tenancy.service import Tenancy
from switchboard.web.doors.session import Who
from switchboard.web.messages.callbacks import (
    CallbackAsked,
    CallbackChange,
    CallbackList,
    CallbackQueue,
    CallbackQueues,
    CallbackRow,
    CallbacksAsked,
    JoinedContact,
    JoinedContacts,
)
from switchboard.web.roles import has
from switchboard.web.rooms.names import Names

MOST_JOINED = 20
CALLBACK_ASKED = "call-back asked"
"""How a flow calls the end of a call in which a call-back was promised."""
NO_CALLBACK = "There is no such call-back"
NO_NUMBER = "This number cannot be called: give it with its area code, or as +49 30 123456"


class CallbacksByWeb:
    """Satisfies `doors.CallbacksDoor`."""

    def __init__(
        self,
        callbacks: Callbacks,
        *,
        database: Database,
        conversations: Conversations,
        customers: Customers,
        tenancy: Tenancy,
        skills: Skills,
        names: Names,
    ) -> None:
        self._callbacks = callbacks
        self._database = database
        self._conversations = conversations
        self._customers = customers
        self._tenancy = tenancy
        self._skills = skills
        self._names = names

    async def page(self, who: Who, asked: CallbacksAsked) -> CallbackList:
        clients = await self._clients(who)
        if asked.client is not None:
            clients = [asked.client] if asked.client in clients else []
        search = Search(
            clients=clients,
            states=_states(asked),
            queue=asked.queue,
            asked_by=None if has(who, Right.ALL_RECORDS) else who.id,
            digits=number_asked(asked.number)[0][::-1] if asked.number else None,
        )
        page = await self._callbacks.page(who.organization, search, after=asked.after, limit=asked.limit)
        return CallbackList(callbacks=await self._rows(who, page.rows), after=page.after)

    async def queues(self, who: Who) -> CallbackQueues:
        named = await self._names.of(who.organization)
        shown = []
        for queue in self._callbacks.queues(who.organization):
            terms = self._callbacks.terms(who.organization, queue)
            shown.append(
                CallbackQueue(
                    id=queue,
                    name=named.queue(queue) or "",
                    client=terms.name,
                    time_zone=terms.time_zone,
                    first=terms.rule.first,
                    last=terms.rule.last,
                )
            )
        return CallbackQueues(queues=sorted(shown, key=lambda one: (one.client, one.name, one.id)))

    async def joined(self, who: Who, contact: str) -> JoinedContacts:
        if not has(who, Right.ALL_RECORDS):
            return JoinedContacts(contacts=[])
        clients = await self._clients(who)
        others = await self._callbacks.joined(who.organization, clients, contact)
        shown = []
        for other in others[-MOST_JOINED:]:
            line = (await self._conversations.record(who.organization, clients, other)).contact
            asked = line.why == CALLBACK_ASKED
            shown.append(JoinedContact(id=line.id, arrived_at=line.arrived_at, end=line.end, asked=asked))
        return JoinedContacts(contacts=sorted(shown, key=lambda one: (one.arrived_at, one.id)))

    async def schedule(self, who: Who, asked: CallbackAsked) -> CallbackRow:
        terms = self._callbacks.terms(who.organization, asked.queue)
        number = self._customers.e164(asked.number, terms.region)
        if number is None:
            raise Invalid(NO_NUMBER, field="number")
        requires = await self._requires(who, asked)
        customer = await self._customers.recognise(who.organization, terms.client, number, terms.region)
        made = await self._callbacks.schedule(
            who.organization,
            queue=asked.queue,
            number=number,
            not_before=asked.not_before,
            until=asked.until,
            priority=asked.priority,
            customer=None if customer is None else customer.id,
            language=asked.language,
            by=who.id,
            note=asked.note or None,
            requires=requires,
        )
        return await self._row(who, made)

    async def change(self, who: Who, callback: str, change: CallbackChange) -> CallbackRow:
        await self._own(who, callback)
        changed = await self._callbacks.change(
            who.organization,
            await self._clients(who),
            callback,
            not_before=change.not_before,
            until=change.until,
            note=change.note,
            by=who.id,
        )
        return await self._row(who, changed)

    async def cancel(self, who: Who, callback: str) -> CallbackRow:
        await self._own(who, callback)
        ended = await self._callbacks.cancel(who.organization, await self._clients(who), callback, by=who.id)
        return await self._row(who, ended)

    # -- inside

    async def _clients(self, who: Who) -> list[str]:
        return list((await self._names.of(who.organization)).clients)

    async def _own(self, who: Who, callback: str) -> None:
        """Raises NotFound unless this person may see it."""
        one = await self._callbacks.one(who.organization, await self._clients(who), callback)
        if not has(who, Right.ALL_RECORDS) and one.asked_by != who.id:
            raise NotFound(NO_CALLBACK)

    async def _requires(self, who: Who, asked: CallbackAsked) -> tuple[Requirement, ...]:
        if not asked.skills:
            return ()
        async with self._database.reading() as connection:
            ids = await self._skills.ids(connection, who.organization)
        unknown = sorted(key for key in asked.skills if key not in ids)
        if unknown:
            raise Invalid(f"there is no skill {unknown[0]}", field="skills")
        return tuple(sorted(Requirement(ids[key], level) for key, level in asked.skills.items()))

    async def _row(self, who: Who, one: Callback) -> CallbackRow:
        [row] = await self._rows(who, [one])
        return row

    async def _rows(self, who: Who, found: Sequence[Callback]) -> list[CallbackRow]:
        named = await self._names.of(who.organization)
        people = await self._tenancy.names(who.organization, {one.asked_by for one in found if one.asked_by})
        known = {one.customer for one in found if one.customer is not None}
        customers = await self._customers.names(who.organization, list(named.clients), known)
        calling = self._callbacks.queues(who.organization)
        return [
            CallbackRow(
                id=one.id,
                state=one.state,
                since=one.since,
                queue=one.queue,
                queue_name=named.queue(one.queue) or "",
                client=named.client(one.client),
                number=one.number,
                customer=one.customer,
                customer_name=None if one.customer is None else customers.get(one.customer),
                note=one.note or "",
                asked_at=one.asked_at,
                asked_in=one.asked_in,
                asked_by=None if one.asked_by is None else people.get(one.asked_by, ""),
                place=one.place,
                not_before=one.not_before,
                until=one.until,
                next_at=one.next_at,
                attempts=one.attempts,
                most_attempts=(
                    self._callbacks.terms(who.organization, one.queue).rule.attempts if one.queue in calling else None
                ),
                outcome=None if one.outcome is None else one.outcome.value,
                contact=one.contact,
            )
            for one in found
        ]


def _states(asked: CallbacksAsked) -> Sequence[CallbackState]:
    if asked.state is None:
        return tuple(CallbackState)
    return tuple(OPEN) if asked.state == "open" else (asked.state,)
