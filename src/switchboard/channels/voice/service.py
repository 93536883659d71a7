"""Voice: every call of this node, how it comes in, and what a desk or a page can ask of it.

voice = Voice(...)
await voice.open(organization)          # once per organization, and `reload` after a change
stack.on_invite = voice.invited
...
await voice.close()
"""

import asyncio
import hmac
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import structlog

from switchboard.channels.voice.branches import Branch, Branches, Origin
from switchboard.channels.voice.browser import BrowserAgent, BrowserCaller
from switchboard.channels.voice.call import Call
from switchboard.channels.voice.code_call import CodeCalls
from switchboard.channels.voice.condition import Limits
from switchboard.channels.voice.media.pool import MediaPool, MediaWorker
from switchboard.channels.voice.model import Number
from switchboard.channels.voice.reactions import react, rows_along
from switchboard.channels.voice.recording import TapeDesk
from switchboard.channels.voice.ringing import Ringer
from switchboard.channels.voice.session import Session
from switchboard.channels.voice.set_up import Party, SetUp
from switchboard.channels.voice.sides import Caller
from switchboard.channels.voice.sip.stack import InboundLeg
from switchboard.channels.voice.telephone import SipCaller
from switchboard.channels.voice.troubles import Troubles
from switchboard.channels.voice.turned_away import Arrival, Source, TurnedAway, arrival_of, shown, source
from switchboard.conversations.model import Refused
from switchboard.conversations.service import Conversations
from switchboard.customers.service import Customers
from switchboard.flows.service import Emergency
from switchboard.kit.clock import Clock
from switchboard.kit.errors import Conflict, NotFound, SwitchboardError, TooMany, Unavailable
from switchboard.kit.ids import IdSource
from switchboard.kit.tasks import Tasks
from switchboard.outbound.service import Callbacks
from switchboard.protocols.sdp.description import SdpError
from switchboard.protocols.sdp.negotiation import NoCommonCodec
from switchboard.quality.model import Tape
from switchboard.routing.commands import NodeLost, WorkerLost
from switchboard.routing.events import Event
from switchboard.routing.service import Floors
from switchboard.tenancy.model import SYSTEM

_log = structlog.get_logger(__name__)

TRY_IT_CALLS: Final = 3
"""Calls that one address may have open from the try-it page."""


class Voice:
    """The calls of one node.

    node: its name. addresses: ours that browsers can reach. public_host: stands in SDP instead of the
    address a media socket is bound to, empty for none. counts: arrivals by how they went, for metrics.
    troubles: what is wrong with agents' lines. limits: from when on sound is bad. turned_away: the ledger of
    calls that are refused.
    """

    def __init__(
        self,
        *,
        node: str,
        clock: Clock,
        ids: IdSource,
        tasks: Tasks,
        pool: MediaPool,
        ringer: Ringer,
        branches: Branches,
        codes: CodeCalls,
        floors: Floors,
        customers: Customers,
        conversations: Conversations,
        callbacks: Callbacks,
        tapes: TapeDesk,
        addresses: Sequence[str],
        troubles: Troubles,
        turned_away: TurnedAway,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        public_host: str = "",
    ) -> None:
        self.troubles: Final = troubles
        self._turned_away = turned_away
        self._codes = codes
        self.set_up: Final = SetUp(
            node=node,
            clock=clock,
            branches=branches,
            floors=floors,
            ringer=ringer,
            conversations=conversations,
            callbacks=callbacks,
            tapes=tapes,
            troubles=troubles,
            limits=limits,
        )
        self._calls = self.set_up.calls
        self._node = node
        self._ids = ids
        self._tasks = tasks
        self._pool = pool
        self._ringer = ringer
        self._branches = branches
        self._floors = floors
        self._customers = customers
        self._tapes = tapes
        self._addresses = list(addresses)
        self._public_host = public_host
        self._pages: dict[str, tuple[str, str]] = {}
        self._muted: set[str] = set()
        self._unsubscribe: list[Callable[[], None]] = []
        self._closing = False
        self._fewer = asyncio.Event()
        self.counts: Counter[str] = Counter()
        pool.on_worker_died = self._worker_died

    @property
    def calls(self) -> int:
        """How many are going on."""
        return len(self._calls)

    async def open(self, organization: str) -> None:
        """Take an organization's calls: its Floor must be open already."""
        await self.reload(organization)
        routing = self._floors.of(organization)
        self._unsubscribe.append(routing.subscribe(self._floor_decided))
        self._unsubscribe.append(routing.companions.join(partial(rows_along, self._calls)))

    async def reload(self, organization: str) -> Branch:
        """Read numbers, trunks, phones, flows and music of an organization anew."""
        branch = await self._branches.load(organization)
        self._tasks.start(self._branches.speak(branch), name="speak phrases")
        return branch

    async def drain(self, seconds: float) -> None:
        """Take no more calls and let those that go on end by themselves, for at most so long."""
        self._closing = True
        try:
            async with asyncio.timeout(seconds):
                while self._calls:
                    self._fewer.clear()
                    await self._fewer.wait()
        except TimeoutError:
            _log.info("calls_cut_off", calls=len(self._calls))

    async def close(self) -> None:
        """End what is left of the calls, in the record and on the line."""
        self._closing = True
        for organization in {call.routing.organization for call in self._calls.values()}:
            await self._floors.of(organization).command(NodeLost(self._node))
        for call in list(self._calls.values()):
            call.closed()
        self._codes.close()
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        await self._turned_away.close()

    # -- calls that come in

    def invited(self, leg: InboundLeg, origin: Origin) -> None:
        """A call by SIP from a trunk or phone that may call. Refuses what cannot be taken, with the reason."""
        code = origin.branch.code(origin.phone, leg.dialled)
        number = origin.branch.directory.number(leg.dialled)
        if code is not None and origin.phone is not None and self._codes.guessing(origin.phone):
            # Staff at a telephone of ours, and no customer's call: it is counted and leaves no record.
            self.counts["guessing"] += 1
            leg.reject(403)
            return
        if number is None and code is None:
            self._refuse(leg, origin, 404, Refused.UNKNOWN_NUMBER, "unknown_number")
            return
        if self._closing:
            self._refuse(leg, origin, 503, Refused.AT_A_LIMIT, "stopping")
            return
        try:
            worker = self._pool.choose()
            media = worker.open_leg()
        except Unavailable:
            self._refuse(leg, origin, 503, Refused.AT_A_LIMIT, "no_media")
            return
        try:
            session = Session.answering(leg.offer, media, public_host=self._public_host, signalling=leg.source[0])
        except (SdpError, NoCommonCodec):
            media.close()
            self._refuse(leg, origin, 488, Refused.NO_COMMON_CODEC, "no_common_codec")
            return
        caller = SipCaller(leg, media, session)
        if code is not None and origin.phone is not None:
            agent = origin.branch.agents.get(origin.phone.id, SYSTEM)
            self._codes.take(origin.branch.organization, code, origin.phone, caller, origin.branch.phrases, by=agent)
            return
        if number is None:
            raise AssertionError("a call is for a number or for a code")
        self._tasks.start(self._arrive_or_refuse(caller, worker, origin, number, shown(leg, origin)), name="arrival")

    def over_rate(self, leg: InboundLeg, origin: Origin) -> None:
        """A call by SIP from a trunk that brings more than it may."""
        self._refuse(leg, origin, 503, Refused.AT_A_LIMIT, "over_rate")

    async def try_call(self, number: str, sdp: str, address: str) -> tuple[str, str, str]:
        """A call from the try-it page: (contact, answer SDP, secret to hang up with).

        Raises NotFound for an unknown number, TooMany when that address has enough calls, Invalid(field="sdp").
        """
        if self._closing:
            raise Unavailable("this center is stopping and takes no more calls")
        branch, found = self._branches.dialled(number)
        if sum(1 for _, caller in self._pages.values() if caller == address) >= TRY_IT_CALLS:
            raise TooMany("enough test calls are going on from here; end one first", retry_after=10)
        worker = self._pool.choose()
        media, answer = await worker.open_webrtc(sdp, self._addresses)
        secret = self._ids.secret()
        contact = await self._arrive(BrowserCaller(media), worker, branch, found, "", Source.PAGE)
        if contact is None:
            raise Unavailable("the call could not be taken just now")
        self._pages[contact] = (secret, address)
        return contact, answer, secret

    def hang_up_try(self, contact: str, secret: str) -> None:
        """The page hangs up. Raises NotFound for an unknown call and for a wrong secret."""
        self._tried(contact, secret).left()

    def press_try(self, contact: str, secret: str, keys: str) -> None:
        """The page presses keys, one after the other. Raises NotFound as `hang_up_try`."""
        call = self._tried(contact, secret)
        for key in keys:
            call.digit(key)

    def _tried(self, contact: str, secret: str) -> Call:
        page = self._pages.get(contact)
        call = self._calls.get(contact)
        if page is None or call is None or not hmac.compare_digest(page[0], secret):
            raise NotFound("there is no such call")
        return call

    def announce(self, organization: str, one: Emergency) -> None:
        """An emergency announcement was switched on: those hear it, too, who called before and do not talk yet."""
        for call in list(self._calls.values()):
            if (
                call.routing.organization == organization
                and self._branches.emergency(organization, call.entrance) == one
            ):
                call.announce(one)

    # -- what a desk asks

    async def media(self, organization: str, agent: str, offer: int, fence: int, sdp: str) -> str | None:
        """The answer to an agent's page, while it rings or after a reload; None when its caller hung up meanwhile.

        Raises Invalid(field="sdp"), Unavailable.
        """
        desk = self._floors.of(organization).desk(agent)
        his = {} if desk is None else {(one.offer, one.fence): one.contact for one in desk.work}
        if desk is not None and desk.offer is not None:
            his[desk.offer.offer, desk.offer.fence] = desk.offer.contact
        call = self._calls.get(his.get((offer, fence), ""))
        side = call.side(offer) if call is not None else None
        return await side.attach(sdp, self._addresses) if isinstance(side, BrowserAgent) else None

    def mute(self, organization: str, agent: str, engagement: str, on: bool) -> None:
        """Whether the customer hears the agent from now on. Raises Conflict when they no longer talk."""
        call = self._of_engagement(organization, agent, engagement)
        if call is None:
            raise Conflict("This call has ended")
        call.mute(on)
        (self._muted.add if on else self._muted.discard)(engagement)

    def muted(self, engagement: str) -> bool:
        return engagement in self._muted

    def press(self, organization: str, agent: str, engagement: str, keys: str) -> None:
        """Press keys (0-9, *, #) towards the customer. Raises Conflict unless the two talk."""
        call = self._of_engagement(organization, agent, engagement)
        if call is None:
            raise Conflict("This call has ended")
        if not call.press(keys):
            raise Conflict("The customer is on hold; resume the call before you press keys")

    def record(self, organization: str, agent: str, engagement: str, on: bool) -> None:
        """Record what is said from now on, or leave it out. Raises Conflict unless that talk is recorded."""
        call = self._of_engagement(organization, agent, engagement)
        if call is None:
            raise Conflict("This call has ended")
        call.tape.pause(not on, agent)

    def recording(self, organization: str, agent: str, engagement: str) -> Tape:
        """What the agent sees of the recording of his talk."""
        call = self._of_engagement(organization, agent, engagement)
        return Tape.OFF if call is None else call.tape.state

    def phone_reachable(self, organization: str, agent: str) -> bool:
        """Whether the agent's phone is registered or has a fixed address."""
        return self._ringer.where(organization, agent) is not None

    # -- inside

    async def _arrive_or_refuse(
        self, caller: Caller, worker: MediaWorker, origin: Origin, number: Number, number_shown: str
    ) -> None:
        """Nobody is left ringing into nowhere, whatever fails."""
        branch = origin.branch
        try:
            await self._arrive(caller, worker, branch, number, number_shown, source(origin))
        except BaseException:
            arrival = Arrival(branch.organization, source(origin), number.number, client=number.client)
            self._turned_away.refuse(arrival, Refused.FAILED, partial(caller.hang_up, refused=500))
            raise

    async def _arrive(
        self, caller: Caller, worker: MediaWorker, branch: Branch, number: Number, number_shown: str, brought_by: Source
    ) -> str | None:
        """Recognise, register, begin. Returns the contact, None when it could not be taken."""
        client = branch.clients.get(number.client)
        flow = self._branches.flow(branch, number)
        if client is None or flow is None:
            self.counts["not_configured"] += 1
            arrival = Arrival(branch.organization, brought_by, number.number, client=number.client)
            self._turned_away.refuse(arrival, Refused.NOT_SET_UP, partial(caller.hang_up, refused=480))
            return None
        try:
            customer = await self._customers.recognise(branch.organization, client.id, number_shown, client.region)
        except SwitchboardError as error:
            # A caller must not be lost because his history cannot be read.
            _log.warning("not_recognised", why=error.code)
            customer = None
        e164 = self._customers.e164(number_shown, client.region)
        contact = self._ids.next()
        who = Party(
            contact=contact,
            branch=branch,
            client=client,
            shown=number_shown,
            e164=e164,
            customer=customer.id if customer is not None else None,
            entrance=number.number,
            known=await self.set_up.known(branch, number, customer),
        )
        arrival = Arrival(branch.organization, brought_by, number.number, e164, client.id, contact)
        self.counts["arrived"] += 1
        self.set_up.arrived(who, caller, worker, flow, partial(self._over, arrival))
        return contact

    def _refuse(self, leg: InboundLeg, origin: Origin, status: int, why: Refused, counted: str) -> None:
        """Into the ledger, then to the caller. counted: the word of the metric."""
        self.counts[counted] += 1
        headers = (("Retry-After", "5"),) if status == 503 else ()
        self._turned_away.refuse(arrival_of(leg, origin), why, partial(leg.reject, status, headers=headers))

    def _floor_decided(self, events: Sequence[Event], _: int) -> None:
        react(self._calls, events, self._ringer.ringing)

    def _over(self, arrival: Arrival, call: Call) -> None:
        if call.unsaved:
            # The caller has been told so already.
            self._turned_away.refuse(arrival, Refused.FAILED)
        self.forget(call)

    def forget(self, call: Call) -> None:
        """This call is over."""
        self._calls.pop(call.contact, None)
        self._pages.pop(call.contact, None)
        self._muted.difference_update(call.engagements)
        self._fewer.set()

    def _of_engagement(self, organization: str, agent: str, engagement: str) -> Call | None:
        desk = self._floors.of(organization).desk(agent)
        his = None if desk is None else next((one for one in desk.work if one.engagement == engagement), None)
        call = None if his is None else self._calls.get(his.contact)
        return call if call is not None and call.engagement == engagement else None

    def _worker_died(self, worker: int) -> None:
        """Every call in that worker is over; each organization closes its own."""
        self._tapes.worker_died(worker)
        dead = {call.routing.organization: call for call in self._calls.values() if call.worker.id == worker}
        for call in dead.values():
            call.tell_surely(WorkerLost(self._node, worker))
