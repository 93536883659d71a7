"""Contacts and customers as pages show them, and who may see which."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from switchboard.conversations.model import NO_CLIENT, ArrivalEnd
from switchboard.conversations.service import (
    ContactLine,
    Conversations,
    EngagementLine,
    OfferLine,
    Part,
    Search,
    VisitLine,
    number_asked,
)
from switchboard.customers.model import Customer, Serving
from switchboard.customers.service import Called, Customers
from switchboard.kit.clock import MICROSECONDS
from switchboard.kit.errors import Invalid, NotFound, Refused, Unavailable
from switchboard.routing.model import PauseEnd, Why
from switchboard.routing.service import Floors
from switchboard.tenancy.model import Right
from switchboard.tenancy.service import CHANGED, Change, Tenancy
from switchboard.web.doors.session import Who
from switchboard.web.messages.contacts import (
    ContactList,
    ContactRecord,
    ContactRow,
    ContactsAsked,
    ContactSearch,
    EndCount,
    Ends,
    EndsAsked,
    EngagementRecord,
    OfferRecord,
    PartRecord,
    SoundRecord,
    StepRecord,
    VisitRecord,
)
from switchboard.web.messages.customers import CustomerChange, CustomerRecord, CustomerSeen
from switchboard.web.messages.desk import OfferWhy
from switchboard.web.roles import has
from switchboard.web.rooms import contact_export
from switchboard.web.rooms.desk_state import why_shown
from switchboard.web.rooms.hub import Hub
from switchboard.web.rooms.names import Named, Names
from switchboard.web.rooms.satisfaction import shown

NO_CONTACT = "There is no such contact"
NO_CUSTOMER = "There is no such customer"
LONGEST_SPAN = 100 * 86_400 * MICROSECONDS
"""For which arrivals are counted."""
LATEST = 50
"""How many contacts a customer's record shows."""


Forget = Callable[[str, str, str, str], Awaitable[None]]
"""Organization, client, customer, and who wants it: lets nobody know of a customer any more."""


class Records:
    """Satisfies `doors.Contacts` and `doors.CustomersDoor`.

    Supervisors and administrators see everything of their organization. An agent sees the contacts he was
    offered or talked to, and customer and earlier contacts of whom he has on his desk.
    """

    def __init__(
        self,
        conversations: Conversations,
        customers: Customers,
        tenancy: Tenancy,
        names: Names,
        floors: Floors,
        hub: Hub,
        forget: Forget | None = None,
    ) -> None:
        self._conversations = conversations
        self._customers = customers
        self._tenancy = tenancy
        self._names = names
        self._floors = floors
        self._hub = hub
        self._forget = forget

    async def page(self, who: Who, asked: ContactsAsked) -> ContactList:
        named = await self._names.of(who.organization)
        search = await self._searched(who, named, asked)
        if search is None:
            return ContactList(contacts=[], after=None, total=0)
        page = await self._conversations.page(who.organization, search, after=asked.after, limit=asked.limit)
        bounded = asked.after is None and asked.since is not None and asked.until is not None
        return ContactList(
            contacts=await self._rows(who, named, page.rows),
            after=page.after,
            total=await self._conversations.total(who.organization, search) if bounded else None,
        )

    async def record(self, who: Who, contact: str) -> ContactRecord:
        named = await self._names.of(who.organization)
        found = await self._conversations.record(who.organization, self._seen_clients(who, named), contact)
        involved = {one.agent for one in found.offers} | {one.agent for one in found.engagements}
        theirs = found.contact.customer is not None and found.contact.customer in self._on_desk(who)
        if not (has(who, Right.ALL_RECORDS) or who.id in involved or theirs):
            raise NotFound(NO_CONTACT)
        people = await self._tenancy.names(who.organization, involved)
        [row] = await self._rows(who, named, [found.contact])
        return ContactRecord(
            **dict(row),
            steps=[StepRecord(at=one.at, flow=one.flow, kind=one.kind, said=one.said) for one in found.steps],
            visits=[_visit(one, named) for one in found.visits],
            offers=[_offer(one, named, people) for one in found.offers],
            engagements=[_engagement(one, named, people) for one in found.engagements],
            parts=[
                PartRecord(name=part.value, time=time)
                for part, time in (found.contact.parts or {}).items()
                # Of a telephone call the clock never stands still.
                if time or part is not Part.PAUSED
            ],
            satisfaction=None if found.contact.satisfaction is None else shown(found.contact.satisfaction),
        )

    async def ends(self, who: Who, asked: EndsAsked) -> Ends:
        if not asked.since <= asked.until <= asked.since + LONGEST_SPAN:
            raise Invalid("give a span of at most 100 days, its beginning before its end", field="to")
        clients = self._seen_clients(who, await self._names.of(who.organization))
        if asked.client is not None:
            clients = [asked.client] if asked.client in clients else []
        counts = await self._conversations.ends(who.organization, clients, asked.since, asked.until)
        ordered = sorted(counts.items(), key=lambda item: -item[1])
        return Ends(
            ends=[EndCount(end=None if end is None else ArrivalEnd(end), count=count) for end, count in ordered],
            total=sum(counts.values()),
        )

    async def csv(self, who: Who, asked: ContactSearch) -> AsyncIterator[bytes]:
        named = await self._names.of(who.organization)
        search = await self._searched(who, named, asked)
        await self._tenancy.audit.note(
            who.organization,
            who.id,
            Change("exported", "contacts", "", dict.fromkeys(asked.model_fields_set, CHANGED)),
        )
        return self._pieces(who, named, search)

    async def _pieces(self, who: Who, named: Named, search: Search | None) -> AsyncIterator[bytes]:
        yield contact_export.HEADER
        after, more = None, search is not None
        while more and search is not None:
            page = await self._conversations.page(who.organization, search, after=after, limit=contact_export.AT_ONCE)
            yield contact_export.lines(page.rows, await self._rows(who, named, page.rows), named)
            after, more = page.after, page.after is not None

    async def customer(self, who: Who, customer: str) -> CustomerRecord:
        named = await self._names.of(who.organization)
        found = await self._seen(who, named, customer)
        lines = await self._conversations.earlier(who.organization, found.client, customer, limit=LATEST)
        people = await self._tenancy.names(who.organization, [found.personal_agent] if found.personal_agent else [])
        return CustomerRecord(
            id=found.id,
            client=named.client(found.client),
            name=found.name,
            note=found.note,
            known_since=found.known_since,
            numbers=[value for _, value in found.identities],
            personal_agent=found.personal_agent,
            personal_agent_name=people.get(found.personal_agent or ""),
            branch=found.branch,
            branch_name=named.teams.get(found.branch or ""),
            needs=dict(found.needs),
            needs_shown=named.needs(found.needs),
            priority=found.priority,
            contacts=await self._rows(who, named, lines),
        )

    async def change(self, who: Who, customer: str, change: CustomerChange) -> None:
        found = await self._seen(who, await self._names.of(who.organization), customer)
        seen = change.seen or CustomerSeen()
        place = (who.organization, found.client, customer)
        await self._check_service(who, change)
        try:
            if change.name is not None:
                await self._customers.rename(*place, change.name, by=who.id, seen=seen.name)
            if change.note is not None:
                await self._customers.note(*place, change.note, by=who.id, seen=seen.note)
            await self._customers.serve(*place, _serving(change), by=who.id, seen=_serving(seen))
        finally:
            self._show_anew(who.organization, customer)

    async def forget(self, who: Who, customer: str) -> None:
        found = await self._seen(who, await self._names.of(who.organization), customer)
        if self._forget is None:
            raise Unavailable("Customers are forgotten by a center that runs")
        await self._forget(who.organization, found.client, customer, who.id)
        self._show_anew(who.organization, customer)

    # -- inside

    async def _check_service(self, who: Who, change: CustomerChange) -> None:
        """Raises Refused for who may not say how a customer is served, Invalid for who or what there is not."""
        served = (change.personal_agent, change.branch, change.needs, change.priority)
        if all(one is None for one in served):
            return
        if not has(who, Right.ALL_RECORDS):
            raise Refused("Only supervisors and administrators say who looks after a customer and what he needs")
        named = await self._names.of(who.organization)
        if unknown := sorted(set(change.needs or ()) - set(named.skill_names)):
            raise Invalid(f"there is no skill {unknown[0]}", field="needs")
        if change.personal_agent and change.personal_agent not in self._floors.of(who.organization).names():
            raise Invalid("there is no such agent", field="personal_agent")
        if change.branch and change.branch not in named.teams:
            raise Invalid("there is no such team", field="branch")

    async def _searched(self, who: Who, named: Named, asked: ContactSearch) -> Search | None:
        """What is looked for, within what this person may see; None when that can be nothing."""
        clients = self._seen_clients(who, named)
        if asked.client is not None:
            clients = [asked.client] if asked.client in clients else []
        tail, whole = (None, False) if not asked.number else number_asked(asked.number)
        customers: Called | None = None if asked.customer is None else [asked.customer]
        is_called = None
        if asked.name:
            called = await self._customers.called(who.organization, clients, asked.name)
            if called is None or customers is not None:
                is_called = partial(self._customers.is_called, who.organization, name=asked.name)
            else:
                customers = called
        if not clients or customers == []:
            return None
        return Search(
            clients=clients,
            entrance=asked.entrance,
            queue=asked.queue,
            visit=asked.visit,
            agent=asked.agent if has(who, Right.ALL_RECORDS) else who.id,
            agents=None if asked.team is None else self._team(who.organization, asked.team),
            customers=customers,
            is_called=is_called,
            tail=tail,
            whole=whole,
            disposition=asked.disposition,
            end=asked.end,
            since=asked.since,
            until=asked.until,
        )

    def _team(self, organization: str, team: str) -> list[str]:
        """The agents who are now of this team."""
        return [agent for agent, of in self._floors.of(organization).teams().items() if of == team]

    @staticmethod
    def _seen_clients(who: Who, named: Named) -> list[str]:
        """Who sees all of the organization also sees what reached none of its clients."""
        return [*named.clients, NO_CLIENT] if has(who, Right.ALL_RECORDS) else list(named.clients)

    def _show_anew(self, organization: str, customer: str) -> None:
        """The Floor knows no names: tell the desks that show this customer."""
        for agent in self._floors.of(organization).board().agents:
            if agent.contact is not None and customer in self._desk_shows(organization, agent.id):
                self._hub.touch(organization, agent.id)

    def _on_desk(self, who: Who) -> set[str]:
        return self._desk_shows(who.organization, who.id)

    def _desk_shows(self, organization: str, agent: str) -> set[str]:
        """The customers whom this agent has on his desk: who rings, and all with whom he works."""
        desk = self._floors.of(organization).desk(agent)
        if desk is None:
            return set()
        shown = {one.customer for one in desk.work}
        if desk.offer is not None:
            shown.add(desk.offer.customer)
        return {customer for customer in shown if customer is not None}

    async def _seen(self, who: Who, named: Named, customer: str) -> Customer:
        """The customer, if this person may see him. Raises NotFound either way."""
        if not (has(who, Right.ALL_RECORDS) or customer in self._on_desk(who)):
            raise NotFound(NO_CUSTOMER)
        found = await self._find(who.organization, named.clients, customer)
        if found is None:
            raise NotFound(NO_CUSTOMER)
        return found

    async def _find(self, organization: str, clients: Collection[str], customer: str) -> Customer | None:
        for client in clients:
            try:
                return await self._customers.customer(organization, client, customer)
            except NotFound:
                # Of another client, or of none.
                continue
        return None

    async def _rows(self, who: Who, named: Named, lines: Sequence[ContactLine]) -> list[ContactRow]:
        people = await self._tenancy.names(who.organization, {one.agent for one in lines if one.agent})
        known = {one.customer for one in lines if one.customer is not None}
        customers = await self._customers.names(who.organization, list(named.clients), known)
        return [_row(one, named, people, customers) for one in lines]


def _row(line: ContactLine, named: Named, people: Mapping[str, str], customers: Mapping[str, str]) -> ContactRow:
    return ContactRow(
        id=line.id,
        channel=line.channel,
        client=named.client(line.client),
        number=line.number,
        customer=line.customer,
        customer_name=None if line.customer is None else customers.get(line.customer),
        arrived_at=line.arrived_at,
        closed_at=line.closed_at,
        how=line.how,
        end=line.end,
        why=line.why,
        entrance=line.entrance,
        agent=line.agent,
        queue_name=named.queue(line.queue),
        agent_name=None if line.agent is None else people.get(line.agent, ""),
    )


def _serving(said: CustomerChange | CustomerSeen) -> Serving:
    return Serving(personal_agent=said.personal_agent, branch=said.branch, needs=said.needs, priority=said.priority)


def _visit(visit: VisitLine, named: Named) -> VisitRecord:
    return VisitRecord(
        id=visit.id,
        queue=visit.queue,
        queue_name=named.queue(visit.queue) or "",
        entered_at=visit.entered_at,
        left_at=visit.left_at,
        how=visit.how,
        paused=visit.paused or 0,
        went_on=None if visit.went_on is None else PauseEnd(visit.went_on),
    )


def _offer(offer: OfferLine, named: Named, people: Mapping[str, str]) -> OfferRecord:
    return OfferRecord(
        offer=offer.offer,
        visit=offer.visit,
        agent=offer.agent,
        agent_name=people.get(offer.agent, ""),
        made_at=offer.made_at,
        ended_at=offer.ended_at,
        end=offer.end,
        why=_why(offer.why, named),
    )


def _why(stored: Mapping[str, Any], named: Named) -> OfferWhy | None:
    try:
        return why_shown(msgspec.convert(stored, Why), named)
    except msgspec.ValidationError:
        # Of a later version than ours: the record opens without it.
        return None


def _engagement(one: EngagementLine, named: Named, people: Mapping[str, str]) -> EngagementRecord:
    return EngagementRecord(
        id=one.id,
        agent=one.agent,
        agent_name=people.get(one.agent, ""),
        role=one.role,
        opened_at=one.opened_at,
        talk_ended_at=one.talk_ended_at,
        closed_at=one.closed_at,
        ring_time=one.ring_time,
        talk_time=one.talk_time,
        hold_time=one.hold_time,
        wrap_up_time=one.wrap_up_time,
        holds=one.holds,
        ended_by=one.ended_by,
        wrap_up_end=one.wrap_up_end,
        sound=_sound(one),
        disposition=named.disposition(one.queue, one.disposition),
        note=one.note or "",
        handed_to=named.queue(one.handed_to),
        handed_note=one.handed_note or "",
    )


def _sound(one: EngagementLine) -> SoundRecord | None:
    if one.bad_sound_time is None or one.sound is None:
        return None
    return SoundRecord(bad_time=one.bad_sound_time, **one.sound)
