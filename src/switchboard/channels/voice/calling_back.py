"""Carries the calls of call-backs: puts them in line, dials customers over a trunk, says how it went.

calling = CallingBack(voice, ...)
callbacks.telephone = calling            # satisfies `outbound.callbacks.book.Telephone`
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import msgspec
import structlog

from switchboard.channels.voice.branches import Branch, Branches
from switchboard.channels.voice.call_back import CallBack, outcome_of
from switchboard.channels.voice.called import CalledCustomer
from switchboard.channels.voice.lines import Lines
from switchboard.channels.voice.media.pool import MediaPool, MediaWorker
from switchboard.channels.voice.model import Trunk
from switchboard.channels.voice.service import Voice
from switchboard.channels.voice.session import Session
from switchboard.channels.voice.set_up import Party
from switchboard.channels.voice.sip.stack import Credentials, SipStack
from switchboard.channels.voice.trial import target
from switchboard.channels.voice.wording import wording
from switchboard.conversations.model import OfferEnd
from switchboard.flows.model import FlowDocument, Published, Spoken
from switchboard.flows.service import KINDS, read_flow
from switchboard.kit.clock import Clock
from switchboard.kit.errors import SwitchboardError, Unavailable
from switchboard.kit.tasks import Tasks
from switchboard.outbound.model import Callback, Outcome
from switchboard.outbound.service import PUT_OFF, Callbacks, Terms
from switchboard.routing.commands import ContactFinished, ContactQueued, decode

_log = structlog.get_logger(__name__)

NOT_CONFIRMED: Final = "call-back not confirmed"
WAIT_FOR_KEY: Final = "5s"
GREETINGS: Final = 3
"""How often he hears who calls before nobody is taken to be there."""


class CallingBack:
    """Satisfies `Telephone`. public_host: stands in SDP instead of the address a media socket is bound to."""

    def __init__(
        self,
        voice: Voice,
        *,
        callbacks: Callbacks,
        branches: Branches,
        stack: SipStack,
        lines: Lines,
        pool: MediaPool,
        tasks: Tasks,
        clock: Clock,
        public_host: str = "",
    ) -> None:
        self._voice = voice
        self._callbacks = callbacks
        self._branches = branches
        self._stack = stack
        self._lines = lines
        self._pool = pool
        self._tasks = tasks
        self._clock = clock
        self._public_host = public_host
        self._calls: dict[str, CallBack] = {}
        self._dialled: dict[str, CalledCustomer] = {}

    def close(self) -> None:
        """Take out of line whom nobody talks to: they are back at their places at the next start."""
        for call in list(self._calls.values()):
            if call.engagement is None:
                call.tell_surely(ContactFinished(call.contact, why=PUT_OFF))
        for customer in self._dialled.values():
            customer.hang_up()

    # -- `Telephone`

    async def stand(self, one: Callback, terms: Terms, contact: str, until: int) -> None:
        branch = self._branch(one)
        worker = self._pool.choose()
        customer = CalledCustomer(worker.open_leg())
        queued = msgspec.structs.replace(_queued(one), max_wait=until - self._clock.now())
        document = [{"enqueue": {"queue": "kept"}}, {"hangup": {"why": PUT_OFF}}]
        self._begin(one, contact, branch, worker, customer, _flow(document, one.language), queued, terms, there=False)

    async def call(self, one: Callback, terms: Terms, contact: str) -> None:
        branch = self._branch(one)
        greeting = wording(one.language).call_back(terms.name, terms.rule.key)
        spoken = Spoken(greeting, wording(one.language).language)
        path = await self._branches.phrase(branch, spoken)
        if path is None:
            raise Unavailable("the greeting of call-backs cannot be spoken")
        flow = _flow(_confirming(greeting, terms.rule.key), spoken.language, {spoken: path})
        worker = self._pool.choose()
        customer = CalledCustomer(worker.open_leg())
        self._dialled[contact] = customer

        def here() -> None:
            del self._dialled[contact]
            self._begin(one, contact, branch, worker, customer, flow, _queued(one), terms, there=True)

        def failed(why: OfferEnd) -> None:
            self._dialled.pop(contact, None)
            customer.hang_up()
            self._report(one, contact, outcome_of(why))

        try:
            await self._dial(one, terms, branch, customer, here=here, failed=failed)
        except BaseException:
            del self._dialled[contact]
            customer.hang_up()
            raise

    def withdraw(self, organization: str, contact: str) -> None:
        del organization
        if (customer := self._dialled.pop(contact, None)) is not None:
            customer.hang_up()
        call = self._calls.get(contact)
        if call is not None and (call.engagement is None or not call.there):
            call.tell_surely(ContactFinished(contact, why=PUT_OFF))

    # -- inside

    def _begin(
        self,
        one: Callback,
        contact: str,
        branch: Branch,
        worker: MediaWorker,
        customer: CalledCustomer,
        flow: Published,
        queued: ContactQueued,
        terms: Terms,
        *,
        there: bool,
    ) -> None:
        client = branch.clients[one.client]
        party = Party(contact, branch, client, one.number or "", one.number, one.customer, one.entrance)
        more: dict[str, Any] = {
            "there": there,
            "fetch": lambda call: self._tasks.start(
                self._fetch(one, terms, branch, customer, call), name="call-back dialled"
            ),
            "ended": partial(self._report, one, contact),
        }
        call = self._voice.set_up.called_back(CallBack, party, customer, worker, flow, self._over, queued, **more)
        if not call.over:
            self._calls[contact] = call

    def _over(self, call: Any) -> None:
        self._calls.pop(call.contact, None)
        self._voice.forget(call)

    def _report(self, one: Callback, contact: str, outcome: Outcome) -> None:
        told = self._callbacks.book(one.organization).report(one.id, contact, outcome)
        self._tasks.start(told, name="call-back told")

    async def _fetch(
        self, one: Callback, terms: Terms, branch: Branch, customer: CalledCustomer, call: CallBack
    ) -> None:
        """An agent has taken it: count the attempt, then dial."""
        try:
            counted = await self._callbacks.book(one.organization).attempt(one.id, call.contact)
            if counted is None or call.over:
                call.not_here(Outcome.NOT_TRIED)
                return
            await self._dial(
                counted,
                terms,
                branch,
                customer,
                here=call.here,
                failed=lambda why: call.not_here(outcome_of(why)),
            )
        except SwitchboardError as error:
            _log.warning("callback_not_dialled", callback=one.id, why=error.code)
            call.not_here(Outcome.UNREACHABLE)

    async def _dial(
        self,
        one: Callback,
        terms: Terms,
        branch: Branch,
        customer: CalledCustomer,
        *,
        here: Callable[[], None],
        failed: Callable[[OfferEnd], None],
    ) -> None:
        """Ring the customer's phone. Raises Unavailable, Invalid."""
        trunk = _trunk(branch, terms)
        uri = None if trunk is None or one.number is None else target(trunk, one.number)
        if trunk is None or uri is None:
            raise Unavailable("no trunk can call out; name one in the queue's call-back setting", field="trunk")
        credentials = await self._credentials(trunk)
        session = Session.offering(customer.media, public_host=self._public_host)
        own = terms.rule.caller_id or one.entrance or (credentials.user if credentials is not None else "anonymous")
        leg = self._stack.dial(
            uri,
            from_user=own,
            from_name=terms.name,
            sdp=session.ours,
            credentials=credentials,
            ring_limit=terms.rule.ring,
        )
        customer.dialled(leg, session, here=here, failed=failed)

    async def _credentials(self, trunk: Trunk) -> Credentials | None:
        if trunk.register is None:
            return None
        secret = await self._lines.secret(trunk.register.secret)
        return None if secret is None else Credentials(trunk.register.user_name, secret)

    def _branch(self, one: Callback) -> Branch:
        branch = self._branches.of(one.organization)
        if branch is None or one.client not in branch.clients:
            raise Unavailable("the client of this call-back is not in use")
        return branch


def _queued(one: Callback) -> ContactQueued:
    """How it stood in line, at its old place."""
    (queued,) = decode(one.queued)
    assert isinstance(queued, ContactQueued)  # nothing else is written there
    return msgspec.structs.replace(queued, place=one.place)


def _trunk(branch: Branch, terms: Terms) -> Trunk | None:
    """The one that the rule names, or the only one there is."""
    if terms.rule.trunk is not None:
        return branch.directory.trunk_keyed(terms.rule.trunk)
    trunks = list(branch.directory.trunks.values())
    return trunks[0] if len(trunks) == 1 else None


def _confirming(greeting: str, key: str) -> Sequence[Any]:
    """Who calls and why; whoever presses the key is put in line, and no voice box does."""
    give_up = [{"hangup": {"why": NOT_CONFIRMED}}]
    return [
        {
            "menu": {
                "text": greeting,
                "keys": {key: [{"enqueue": {"queue": "kept"}}, {"hangup": {"why": PUT_OFF}}]},
                "wait": WAIT_FOR_KEY,
                "wrong": {"limit": GREETINGS},
                "missing": {"limit": GREETINGS},
                "default": give_up,
            }
        },
        *give_up,
    ]


def _flow(steps: Sequence[Any], language: str, files: Any = None) -> Published:
    document, problems = read_flow({"key": "call-back", "language": language, "steps": list(steps)}, KINDS)
    if problems or not isinstance(document, FlowDocument):
        raise Unavailable(f"the flow of call-backs cannot be read: {problems[0]}")
    return Published(document, 1, files or {})
