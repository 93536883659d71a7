"""Ringing an agent: by his registered SIP phone, or by his page, whichever he chose."""

from asyncio import Future
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from switchboard.agents.model import Reach
from switchboard.channels.voice.branches import Branches
from switchboard.channels.voice.browser import BrowserAgent
from switchboard.channels.voice.call import Call
from switchboard.channels.voice.condition import Trouble
from switchboard.channels.voice.media.pool import MediaLeg
from switchboard.channels.voice.model import Phone
from switchboard.channels.voice.session import Session
from switchboard.channels.voice.sides import AgentSide
from switchboard.channels.voice.sip.registrar import Registrar
from switchboard.channels.voice.sip.stack import Flow, SipStack
from switchboard.channels.voice.telephone import PhoneAgent
from switchboard.channels.voice.troubles import Side, Troubles
from switchboard.channels.voice.turns import Turns
from switchboard.conversations.model import OfferEnd, TalkEnd
from switchboard.kit.errors import SwitchboardError
from switchboard.routing.commands import EngagementEnded, HoldAsked, OfferAccepted, OfferFailed, WorkReturned
from switchboard.routing.events import Offered
from switchboard.routing.model import Answer

_log = structlog.get_logger(__name__)

RING_LIMIT: Final = 200.0
"""Seconds a phone may ring: longer than any lease, which ends first."""


class NowhereToRing:
    """An agent who turned out not to be reachable; the Floor has been told."""

    media: MediaLeg | None = None
    listens = False
    speaks = False

    def talking(self) -> None:
        """Never: the offer ends as unreachable."""

    def hang_up(self, *, elsewhere: bool = False) -> None:
        """Nothing rings."""


class Pages(Protocol):
    """Agents' pages, as the web sees them: `browser.Page` of everybody."""

    def silence(self, organization: str, agent: str) -> float | None: ...

    def ask(self, organization: str, agent: str) -> None: ...


@dataclass(frozen=True, slots=True)
class AgentsPage:
    """Satisfies `browser.Page`."""

    pages: Pages
    organization: str
    agent: str

    def silence(self) -> float | None:
        return self.pages.silence(self.organization, self.agent)

    def ask(self) -> None:
        self.pages.ask(self.organization, self.agent)


class Ringer:
    """Starts the agent's side of an offer. public_host: the address that stands in SDP, empty for ours. troubles:
    told what is wrong with an agent's page while he talks."""

    def __init__(
        self,
        stack: SipStack,
        registrar: Registrar,
        branches: Branches,
        *,
        pages: Pages,
        troubles: Troubles,
        public_host: str = "",
    ) -> None:
        self.ringing: Final = Turns()
        """Phones that ring together."""
        self._silencing = Turns()
        self._pages = pages
        self._troubles = troubles
        self._stack = stack
        self._registrar = registrar
        self._branches = branches
        self._public_host = public_host

    def ring(self, call: Call, offered: Offered) -> AgentSide:
        """Ring the agent; how it goes is told to the Floor."""
        if offered.reach is Reach.BROWSER:
            return BrowserAgent(
                call.worker,
                AgentsPage(self._pages, call.routing.organization, offered.agent),
                changed=lambda: call.media_changed(offered.offer),
                lost=lambda: self._lost(call, offered),
                warned=lambda found: self._warned(call, offered, found),
                silencing=self._silencing,
            )
        side = self._phone(call, offered)
        if side is None:
            call.routing.tell(OfferFailed(offered.offer, offered.fence, OfferEnd.UNREACHABLE))
            return NowhereToRing()
        return side

    def where(self, organization: str, agent: str) -> tuple[str, Flow | None] | None:
        """The URI of the agent's phone and the flow it registered on; None when it cannot be rung."""
        branch = self._branches.of(organization)
        phone = branch.phones.get(agent) if branch is not None else None
        return None if phone is None else self._contact(phone)

    def _contact(self, phone: Phone) -> tuple[str, Flow | None] | None:
        if phone.contact is not None:
            return phone.contact, None
        bindings = self._registrar.bindings(phone.user_name)
        return (bindings[0].uri, bindings[0].flow) if bindings else None

    def _phone(self, call: Call, offered: Offered) -> PhoneAgent | None:
        where = self.where(call.routing.organization, offered.agent)
        if where is None:
            return None
        try:
            media = call.worker.open_leg()
        except SwitchboardError:
            return None
        session = Session.offering(media, public_host=self._public_host, codec=call.caller.codec)
        try:
            leg = self._stack.dial(
                where[0],
                from_user=call.shown_number or "anonymous",
                sdp=session.ours,
                via_flow=where[1],
                ring_limit=RING_LIMIT,
            )
        except SwitchboardError:
            media.close()
            return None
        return PhoneAgent(
            leg,
            media,
            session,
            answered=lambda: self._answered(call, offered),
            failed=lambda why: self._failed(call, offered, why),
            ended=lambda: self._ended(call, TalkEnd.AGENT),
            held=lambda on: self._held(call, on),
            silencing=self._silencing,
        )

    @staticmethod
    def _answered(call: Call, offered: Offered) -> None:
        def told(accepted: "Future[list[Answer]]") -> None:
            refused = accepted.exception() is not None or not accepted.result()[0].done
            if refused and (side := call.side(offered.offer)) is not None:
                side.hang_up(elsewhere=True)

        call.routing.tell(OfferAccepted(offered.offer, offered.fence)).add_done_callback(told)

    @staticmethod
    def _failed(call: Call, offered: Offered, why: OfferEnd) -> None:
        call.routing.tell(OfferFailed(offered.offer, offered.fence, why))

    @staticmethod
    def _ended(call: Call, by: TalkEnd) -> None:
        if call.engagement is not None:
            call.tell_surely(EngagementEnded(call.engagement, by))

    @staticmethod
    def _held(call: Call, on: bool) -> None:
        if call.engagement is not None:
            call.routing.tell(HoldAsked(call.engagement, on))

    def _lost(self, call: Call, offered: Offered) -> None:
        """The page is gone for good: while it rings a failed set-up, in a talk the customer needs another agent."""
        if call.engagement is None:
            self._failed(call, offered, OfferEnd.SET_UP_FAILED)
            return
        _log.warning("agent_lost", contact=call.contact, agent=offered.agent)
        call.tell_surely(WorkReturned(offered.agent, TalkEnd.AGENT_LOST, engagement=call.engagement))

    def _warned(self, call: Call, offered: Offered, found: frozenset[Trouble]) -> None:
        for kind in (Trouble.NO_SOUND, Trouble.PAGE_SILENT):
            self._troubles.set(call.routing.organization, offered.agent, kind, Side.AGENT, on=kind in found)
