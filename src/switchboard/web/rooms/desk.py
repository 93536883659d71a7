"""The desk from the Floor, from rows that can be forgotten, and from voice."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from switchboard.agents.model import AgentState, Reach
from switchboard.agents.service import Agents
from switchboard.conversations.model import TalkEnd
from switchboard.kit.clock import Clock
from switchboard.kit.errors import Conflict, Invalid, Refused
from switchboard.routing import service as routing
from switchboard.routing.commands import (
    AgentSignedIn,
    AgentSignedOut,
    AgentStateAsked,
    Command,
    EngagementEnded,
    HoldAsked,
    OfferAccepted,
    OfferRejected,
    ReachChanged,
    WrapUpFinished,
)
from switchboard.routing.model import Answer, Refusal
from switchboard.routing.service import Floors, Routing
from switchboard.web.doors.session import Who
from switchboard.web.doors.watch import Stop
from switchboard.web.messages.desk import DeskState, HandOverTargets, LineTrouble, StateAsked, WrapUp
from switchboard.web.messages.recordings import ShownRecording
from switchboard.web.rooms.desk_records import NOBODY, DeskRecords, Noted
from switchboard.web.rooms.desk_state import shown
from switchboard.web.rooms.handing_over import HandingOver
from switchboard.web.rooms.hub import Hub
from switchboard.web.rooms.names import Names
from switchboard.web.rooms.presence import RoutingPresence

OVER: Final = "This call has ended"


class VoiceDesk(Protocol):
    """What only voice can do for a desk."""

    async def media(self, who: Who, offer: int, fence: int, sdp: str) -> str | None:
        """The answer to the page's session description.

        None unless the offer was made to this person and rings or has become his talk.
        Raises Invalid(field="sdp"), Unavailable.
        """
        ...

    def mute(self, who: Who, engagement: str, on: bool) -> None:
        """Whether the customer hears the agent from now on."""
        ...

    def press(self, who: Who, engagement: str, keys: str) -> None:
        """Press keys towards the customer. Raises Conflict unless the two talk."""
        ...

    def muted(self, organization: str, engagement: str) -> bool: ...

    def troubles(self, organization: str) -> Mapping[str, Sequence[LineTrouble]]:
        """What is wrong with the talks of each agent just now; only of those with whom something is."""
        ...

    def record(self, who: Who, engagement: str, on: bool) -> None:
        """Record what is said from now on, or leave it out. Raises Conflict when that talk is not recorded."""
        ...

    def recording(self, who: Who, engagement: str) -> ShownRecording: ...

    def phone_reachable(self, organization: str, agent: str) -> bool:
        """Whether the agent's phone is registered or has a fixed address."""
        ...


class RoutingDesk:
    """Satisfies `doors.Desk`. node: the name of this node."""

    def __init__(
        self,
        *,
        floors: Floors,
        hub: Hub,
        names: Names,
        agents: Agents,
        presence: RoutingPresence,
        records: DeskRecords,
        voice: VoiceDesk,
        clock: Clock,
        node: str,
    ) -> None:
        self._floors = floors
        self._hub = hub
        self._names = names
        self._agents = agents
        self._presence = presence
        self._records = records
        self._voice = voice
        self._clock = clock
        self._node = node
        self._handing_over = HandingOver(floors, clock)

    async def state(self, who: Who) -> DeskState:
        named = await self._names.of(who.organization)
        desk = self._desk(who)
        caller = offered = NOBODY
        if desk.offer is not None:
            offered = await self._records.caller(who.organization, desk.offer)
        draft: tuple[str | None, str] = (None, "")
        muted = False
        recording: ShownRecording = "off"
        if desk.engagement is not None:
            caller = await self._records.caller(who.organization, desk.engagement)
            draft = await self._records.draft(who.organization, desk.engagement)
            muted = self._voice.muted(who.organization, desk.engagement.engagement)
            recording = self._voice.recording(who, desk.engagement.engagement)
        return shown(
            desk,
            who.name,
            named,
            caller=caller,
            offered=offered,
            also=[(one, await self._records.caller(who.organization, one)) for one in desk.also],
            draft=draft,
            muted=muted,
            server_now=self._clock.now(),
            troubles=self._voice.troubles(who.organization).get(who.id, ()),
            recording=recording,
        )

    def watch(self, who: Who, changed: Callable[[], None]) -> Stop:
        return self._hub.desk(who.organization, who.id, changed)

    async def sign_in(self, who: Who, reach: Reach | None) -> None:
        now = await self._chosen(who, reach)
        await self._ask(who, AgentSignedIn(who.id, self._node, now, self._reachable(who, now)))

    async def sign_out(self, who: Who) -> None:
        await self._ask(who, AgentSignedOut(who.id))

    async def set_state(self, who: Who, asked: StateAsked) -> None:
        if asked.state == "paused":
            named = await self._names.of(who.organization)
            keys = [reason.key for reason in named.reasons]
            if keys and asked.reason not in keys:
                raise Invalid("Choose one of the reasons for a pause", field="reason")
        reason = asked.reason if asked.state == "paused" else None
        await self._ask(who, AgentStateAsked(who.id, AgentState(asked.state), reason))

    async def set_reach(self, who: Who, reach: Reach) -> None:
        await self._chosen(who, reach)
        await self._ask(who, ReachChanged(who.id, self._reachable(who, reach), reach, self._node))

    async def accept(self, who: Who, offer: int, fence: int) -> None:
        self._own_offer(who, offer, fence)
        await self._ask(who, OfferAccepted(offer, fence))

    async def reject(self, who: Who, offer: int, fence: int) -> None:
        self._own_offer(who, offer, fence)
        await self._ask(who, OfferRejected(offer, fence))

    async def media(self, who: Who, offer: int, fence: int, sdp: str) -> str | None:
        """Also for an offer that was accepted meanwhile: a page may be slower than its agent."""
        return await self._voice.media(who, offer, fence, sdp)

    async def hold(self, who: Who, engagement: str, on: bool) -> None:
        self._own_engagement(who, engagement)
        await self._ask(who, HoldAsked(engagement, on))

    async def mute(self, who: Who, engagement: str, on: bool) -> None:
        self._own_engagement(who, engagement)
        self._voice.mute(who, engagement, on)
        self._hub.touch(who.organization, who.id)

    async def press(self, who: Who, engagement: str, keys: str) -> None:
        self._own_engagement(who, engagement)
        self._voice.press(who, engagement, keys)

    async def record(self, who: Who, engagement: str, on: bool) -> None:
        self._own_engagement(who, engagement)
        self._voice.record(who, engagement, on)
        self._hub.touch(who.organization, who.id)

    async def hand_over_targets(self, who: Who, engagement: str) -> HandOverTargets:
        return self._handing_over.targets(who, self._own_engagement(who, engagement))

    async def hand_over(self, who: Who, engagement: str, queue: str, note: str) -> None:
        own = self._own_engagement(who, engagement)
        _answered(await self._handing_over.hand_over(who, own, queue, note))

    async def hang_up(self, who: Who, engagement: str) -> None:
        self._own_engagement(who, engagement)
        await self._ask(who, EngagementEnded(engagement, TalkEnd.AGENT))

    async def wrap_up(self, who: Who, engagement: str, wrap_up: WrapUp) -> None:
        at_work = self._at_work_on(who, engagement)
        own: Noted | None = at_work or await self._records.just_closed(who, engagement, self._clock.now())
        if own is None:
            raise Conflict(OVER)
        named = await self._names.of(who.organization)
        queue = named.queues.get(own.queue)
        known = [one.key for one in queue.dispositions] if queue is not None else []
        if wrap_up.disposition is not None and wrap_up.disposition not in known:
            raise Invalid("This queue has no such disposition", field="disposition")
        await self._records.save(who, own, wrap_up.disposition, wrap_up.note)
        if wrap_up.finish and at_work is not None:
            await self._finish(who, at_work)
        else:
            self._hub.touch(who.organization, who.id)

    # -- inside

    def _routing(self, who: Who) -> Routing:
        return self._floors.of(who.organization)

    def _desk(self, who: Who) -> routing.Desk:
        desk = self._routing(who).desk(who.id)
        if desk is None:
            raise Refused("You are not set up as an agent; ask an administrator")
        return desk

    async def _chosen(self, who: Who, reach: Reach | None) -> Reach:
        """Where his calls ring from now on; what he chose is kept in his profile."""
        profile = await self._agents.profile(who.organization, who.id)
        if profile is None:
            raise Refused("You are not set up as an agent; ask an administrator")
        if reach is not None and reach is not profile.reach:
            await self._agents.choose_reach(who.organization, who.id, reach)
        return reach or profile.reach

    def _reachable(self, who: Who, reach: Reach) -> bool:
        if reach is Reach.PHONE:
            return self._voice.phone_reachable(who.organization, who.id)
        return self._presence.present(who.organization, who.id)

    async def _finish(self, who: Who, own: routing.DeskEngagement) -> None:
        """His wrap-up is over; that its time ran out just before he said so is all the same."""
        chosen, _ = await self._records.draft(who.organization, own)
        [answer] = await self._routing(who).command(WrapUpFinished(own.engagement, chosen))
        if answer.refusal is not Refusal.UNKNOWN_ENGAGEMENT:
            _answered(answer)

    def _own_offer(self, who: Who, offer: int, fence: int) -> None:
        """Raises Conflict unless this lease is this agent's and holds."""
        own = self._desk(who).offer
        if own is None or (own.offer, own.fence) != (offer, fence):
            raise Conflict("This call is no longer offered to you")

    def _own_engagement(self, who: Who, engagement: str) -> routing.DeskEngagement:
        """Raises Conflict unless this engagement is this agent's and not yet closed."""
        own = self._at_work_on(who, engagement)
        if own is None:
            raise Conflict(OVER)
        return own

    def _at_work_on(self, who: Who, engagement: str) -> routing.DeskEngagement | None:
        return next((one for one in self._desk(who).work if one.engagement == engagement), None)

    async def _ask(self, who: Who, command: Command) -> None:
        [answer] = await self._routing(who).command(command)
        _answered(answer)


def _answered(answer: Answer) -> None:
    """Raises what the Floor has against it."""
    if answer.refusal is Refusal.UNKNOWN_AGENT:
        raise Refused("You are not set up as an agent; ask an administrator")
    if answer.refusal is not None:
        text = str(answer.refusal)
        raise Conflict(text[:1].upper() + text[1:])
