"""Sets calls up: what every call of this node is given, whoever rang whom."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, NamedTuple, TypeVar

import structlog

from switchboard.channels.voice.branches import Branch, Branches
from switchboard.channels.voice.call import Call
from switchboard.channels.voice.condition import Limits
from switchboard.channels.voice.known import NOTHING, Known, Preferring, asked_for
from switchboard.channels.voice.media.pool import MediaWorker
from switchboard.channels.voice.model import Number
from switchboard.channels.voice.place import PlaceInLine
from switchboard.channels.voice.recording import CallTape, TapeDesk
from switchboard.channels.voice.returning import RETURNING, Returns
from switchboard.channels.voice.ringing import Ringer
from switchboard.channels.voice.sides import Caller
from switchboard.channels.voice.sound import TalkSound
from switchboard.channels.voice.troubles import Troubles
from switchboard.conversations.service import Conversations
from switchboard.customers.model import CustomerRef
from switchboard.customers.service import Customers
from switchboard.flows.model import Given, Published
from switchboard.kit.clock import Clock
from switchboard.kit.errors import SwitchboardError
from switchboard.outbound.service import Callbacks, Promises
from switchboard.routing.commands import ContactArrived, ContactQueued
from switchboard.routing.model import Preference
from switchboard.routing.service import Floors, Routing
from switchboard.tenancy.model import Client

_log = structlog.get_logger(__name__)

CHANNEL: Final = "voice"

AnyCall = TypeVar("AnyCall", bound=Call)


class Party(NamedTuple):
    """Whose call it is. contact: its id. shown: the number as an agent's phone shows it, empty when hidden; e164: the
    same as it is stored. customer: id, None when he is not recognised. entrance: the number that he called. known: who
    should talk to him."""

    contact: str
    branch: Branch
    client: Client
    shown: str
    e164: str | None
    customer: str | None
    entrance: str
    known: Known = NOTHING


class SetUp:
    """Makes calls and keeps those that go on. node: the name of this one."""

    def __init__(
        self,
        *,
        node: str,
        clock: Clock,
        branches: Branches,
        floors: Floors,
        ringer: Ringer,
        conversations: Conversations,
        callbacks: Callbacks,
        tapes: TapeDesk,
        troubles: Troubles,
        limits: Limits,
    ) -> None:
        self.calls: Final[dict[str, Call]] = {}
        """By contact."""
        self._node = node
        self._clock = clock
        self._branches = branches
        self._floors = floors
        self._ringer = ringer
        self._conversations = conversations
        self._callbacks = callbacks
        self._tapes = tapes
        self._troubles = troubles
        self._limits = limits

    async def known(self, branch: Branch, number: Number, customer: CustomerRef | None) -> Known:
        """Who should talk to this customer, and where he was before. His latest talk and the lines he stood in are
        looked up only where the flow asks for them."""
        if customer is None:
            return NOTHING
        known = Known(
            personal_agent=customer.personal_agent,
            branch=customer.branch,
            needs=customer.needs,
            priority=customer.priority,
        )
        asked = branch.asking.get(number.flow, frozenset())
        place = (branch.organization, number.client, customer.id)
        try:
            if Preference.LAST_AGENT in asked:
                known = known._replace(last=await self._conversations.last_agent(*place))
            if RETURNING in asked:
                known = known._replace(visits=await self._conversations.latest_visits(*place))
        except SwitchboardError as error:
            # As with recognising: his history must not cost him the call.
            _log.warning("history_not_read", why=error.code)
        return known

    def arrived(
        self, party: Party, caller: Caller, worker: MediaWorker, flow: Published, over: Callable[[Call], None]
    ) -> Call:
        """A customer has called."""
        promises = self._callbacks.promises(
            party.branch.organization,
            client=party.client.id,
            number=party.e164,
            contact=party.contact,
            customer=party.customer,
            language=flow.document.language,
            entrance=party.entrance,
            read=lambda typed: Customers.e164(typed, party.client.region),
        )
        place = self._place(party, promises)
        return self._begun(Call, party, caller, worker, flow, over, place)

    def called_back(
        self,
        kind: type[AnyCall],
        party: Party,
        caller: Caller,
        worker: MediaWorker,
        flow: Published,
        over: Callable[[Call], None],
        queued: ContactQueued,
        **more: Any,
    ) -> AnyCall:
        """A call-back, of its own kind of call. queued: how it stands in line. more: what that kind needs besides."""
        place = self._place(party, kept=queued)
        return self._begun(kind, party, caller, worker, flow, over, place, **more)

    def _place(self, party: Party, promises: Promises | None = None, kept: ContactQueued | None = None) -> PlaceInLine:
        branch, now = party.branch, self._clock.now
        preferring = Preferring(
            party.known, branch.id_of, lambda team: branch.is_there(team, now(), party.client.time_zone), now
        )
        routing = self._floors.of(branch.organization)
        returns = Returns(party.known.visits, routing.queue_id, routing.queue, now)
        return PlaceInLine(
            party.contact,
            routing,
            branch.id_of,
            preferring,
            promises,
            kept,
            returns,
            asking=lambda action: asked_for(party.known, action, branch.skills),
        )

    def _begun(
        self,
        kind: type[AnyCall],
        party: Party,
        caller: Caller,
        worker: MediaWorker,
        flow: Published,
        over: Callable[[Call], None],
        place: PlaceInLine,
        **more: Any,
    ) -> AnyCall:
        branch, client = party.branch, party.client
        organization = branch.organization
        routing: Routing = self._floors.of(organization)
        facts = {"number": party.e164} if party.e164 else {}
        recorded = partial(self._branches.recording_rule, organization)
        call = kind(
            contact=party.contact,
            caller=caller,
            shown_number=party.shown or None,
            worker=worker,
            routing=routing,
            flow=flow,
            given=lambda: Given(self._clock.now(), client.time_zone, facts, branch.hours),
            music=branch.music_of,
            sound=lambda agent: TalkSound(self._troubles, organization, agent, self._limits, self._clock),
            plan=lambda queue: branch.plan(queue, flow.document.language),
            place=place,
            ring=self._ringer.ring,
            tape=CallTape(self._tapes, worker, organization, client.id, recorded),
            over=over,
            **more,
        )
        self.calls[party.contact] = call
        call.begin(
            ContactArrived(
                party.contact,
                client.id,
                CHANNEL,
                self._node,
                worker=worker.id,
                customer=party.customer,
                entrance=party.entrance or None,
                absent=not call.there,
            ),
            along=self._conversations.came_from(organization, client.id, party.contact, party.e164),
        )
        if caller.gone:
            # He hung up before there was a call to tell.
            call.left()
        return call
