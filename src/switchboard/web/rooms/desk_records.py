"""What a desk shows and writes that lives in rows: who is calling, and what the agent says about it."""

from typing import Final, Protocol

from switchboard.conversations.model import LONGER_WAIT, RECORDING
from switchboard.conversations.service import ClosedWork, Conversations
from switchboard.customers.service import Customers
from switchboard.kit.errors import NotFound
from switchboard.outbound.model import CallbackState
from switchboard.outbound.service import Callbacks
from switchboard.routing import service as routing
from switchboard.tenancy.service import Tenancy
from switchboard.web.doors.session import Who
from switchboard.web.messages.desk import CustomerRef, DeskCallback, EarlierContact, Handed
from switchboard.web.rooms.desk_state import Caller
from switchboard.web.rooms.names import Names

NOBODY: Final = Caller(None, None, (), ())
TELLS_NOTHING: Final = frozenset({"hours", LONGER_WAIT, RECORDING})
"""Kinds of steps that say nothing of what this customer wants: that the house was open, what a line tells all."""
EARLIER: Final = 5
"""How many earlier contacts a desk shows."""
LATE: Final = 60_000_000
"""Microseconds after the end of a wrap-up in which its agent's last words still come in."""


class Noted(Protocol):
    """The engagement that a note is about, at work or just over."""

    @property
    def engagement(self) -> str: ...
    @property
    def contact(self) -> str: ...
    @property
    def client(self) -> str: ...
    @property
    def queue(self) -> str: ...


class DeskRecords:
    """Reads them from conversations and customers; writes disposition and note."""

    def __init__(
        self,
        conversations: Conversations,
        customers: Customers,
        tenancy: Tenancy,
        names: Names,
        callbacks: Callbacks,
    ) -> None:
        self._conversations = conversations
        self._customers = customers
        self._tenancy = tenancy
        self._names = names
        self._callbacks = callbacks

    async def caller(self, organization: str, contact: routing.DeskOffer | routing.DeskEngagement) -> Caller:
        """Who this offer or engagement is about."""
        number = await self._conversations.number(organization, contact.client, contact.contact)
        kept = await self._conversations.steps(organization, contact.client, contact.contact)
        steps = [step.said for step in kept if step.kind not in TELLS_NOTHING]
        callback = await self._callback(organization, contact.contact)
        handed = await self._handed(organization, contact)
        if contact.customer is None:
            return Caller(number, None, (), steps, callback, handed)
        return Caller(
            number,
            await self._customer(organization, contact.client, contact.customer),
            await self._earlier(organization, contact.client, contact.customer, contact.contact),
            steps,
            callback,
            handed,
        )

    async def _callback(self, organization: str, contact: str) -> DeskCallback | None:
        """The open call-back that this contact is made for."""
        one = self._callbacks.book(organization).of_contact(contact)
        if one is None:
            return None
        people = {} if one.asked_by is None else await self._tenancy.names(organization, [one.asked_by])
        calling = one.state is CallbackState.CALLING
        return DeskCallback(
            asked_at=one.asked_at,
            asked_by=people.get(one.asked_by or ""),
            attempt=one.attempts if calling else one.attempts + 1,
            most_attempts=self._callbacks.most_attempts(organization, one.queue),
            note=one.note or "",
            calling=calling,
        )

    async def draft(self, organization: str, own: routing.DeskEngagement) -> tuple[str | None, str]:
        """Disposition (its key) and note as saved so far."""
        said = await self._conversations.said(organization, own.client, own.contact, own.engagement)
        return said[0], said[1] or ""

    async def just_closed(self, who: Who, engagement: str, now: int) -> ClosedWork | None:
        """His engagement that ended less than `LATE` ago: what was typed in its last seconds comes after it."""
        closed = await self._conversations.closed_work(who.organization, who.id, engagement)
        return closed if closed is not None and now - closed.closed_at <= LATE else None

    async def save(self, who: Who, own: Noted, disposition: str | None, note: str | None) -> None:
        """Save what the agent said; None leaves what is there."""
        if disposition is None and note is None:
            return
        await self._conversations.note(
            who.organization,
            own.client,
            own.contact,
            own.engagement,
            by=who.id,
            disposition=disposition,
            note=note,
        )

    async def _handed(self, organization: str, contact: routing.DeskOffer | routing.DeskEngagement) -> Handed | None:
        """Who handed him over. Most contacts have met nobody before: nothing is read of those."""
        own = contact.engagement if isinstance(contact, routing.DeskEngagement) else ""
        first = f"{contact.contact}.v1" if isinstance(contact, routing.DeskOffer) else f"{contact.contact}.e1"
        if first == (contact.visit if isinstance(contact, routing.DeskOffer) else own):
            return None
        last = await self._conversations.last_hand_over(organization, contact.client, contact.contact, before=own)
        if last is None:
            return None
        named = await self._names.of(organization)
        people = await self._tenancy.named(organization, [last.agent])
        name = people[last.agent].name if last.agent in people else ""
        return Handed(agent_name=name, queue_name=named.queue(last.queue) or "", note=last.note, at=last.at)

    async def _customer(self, organization: str, client: str, customer: str) -> CustomerRef | None:
        try:
            found = await self._customers.customer(organization, client, customer)
        except NotFound:
            # Forgotten while he waits: the call goes on, his name does not come back.
            return None
        named = await self._names.of(organization)
        people = await self._tenancy.names(organization, [found.personal_agent] if found.personal_agent else [])
        return CustomerRef(
            id=found.id,
            name=found.name,
            note=found.note,
            known_since=found.known_since,
            personal_agent=people.get(found.personal_agent or ""),
            branch=named.teams.get(found.branch or ""),
            needs=named.needs(found.needs),
            priority=found.priority,
        )

    async def _earlier(self, organization: str, client: str, customer: str, contact: str) -> list[EarlierContact]:
        lines = await self._conversations.earlier(organization, client, customer, limit=EARLIER, but=contact)
        named = await self._names.of(organization)
        people = await self._tenancy.named(organization, [one.agent for one in lines if one.agent])
        return [
            EarlierContact(
                contact=one.id,
                arrived_at=one.arrived_at,
                queue_name=named.queue(one.queue),
                agent_name=people[one.agent].name if one.agent in people else None,
                how=one.how,
                disposition=named.disposition(one.queue, one.disposition),
                note=one.note or "",
            )
            for one in lines
        ]
