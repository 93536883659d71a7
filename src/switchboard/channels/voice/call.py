"""One customer's call from his first ring to the end: his flow, his place in line, his agent.

A call decides nothing about routing. It tells the Floor what happened (through `Routing.tell`) and carries
out what the Floor decided, after that is saved (the methods named after events, called by `reactions`).
"""

import asyncio
from asyncio import Future
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import structlog

from switchboard.channels.voice.consent import Consent, FirstTold
from switchboard.channels.voice.ears import Ears
from switchboard.channels.voice.journey import Journey
from switchboard.channels.voice.media.pool import MediaWorker
from switchboard.channels.voice.place import PlaceInLine
from switchboard.channels.voice.recording import CallTape
from switchboard.channels.voice.sides import AgentSide, Caller, unheard
from switchboard.channels.voice.sound import TalkSound
from switchboard.channels.voice.troubles import Side
from switchboard.channels.voice.waiting import Line, Plan
from switchboard.conversations.model import LONGER_WAIT, OVERFLOWED, RECORDING, RETURNS, OfferEnd, VisitEnd
from switchboard.flows.model import (
    Action,
    AskCallback,
    BreakOut,
    Digit,
    Enqueue,
    Given,
    HangUp,
    Happening,
    Hush,
    Interrupted,
    LeftQueue,
    Play,
    Published,
    SoundEnded,
    Speak,
    Wait,
)
from switchboard.flows.service import Emergency
from switchboard.kit.errors import Unavailable
from switchboard.routing.commands import Command, ContactArrived, ContactBrokeOut, ContactFinished, ContactLeft
from switchboard.routing.events import EngagementOpened, Offered, OfferEnded, QueueEntered, QueueLeft, QueueRefused
from switchboard.routing.model import Answer, Refusal
from switchboard.routing.service import Routing
from switchboard.storage.rows import RowChange

_log = structlog.get_logger(__name__)

MusicOf = Callable[[str, str | None], str | None]
"""(id of a queue, key that the flow named): path of the music for those who wait, None for silence."""

RETRY: Final = 1.0
"""Seconds until something that could not be saved is told again."""

Sounding = Speak | Play | Wait | FirstTold

_ELSEWHERE: Final = frozenset({OfferEnd.WITHDRAWN, OfferEnd.ANSWERED_ELSEWHERE})
"""Ends of an offer of which no phone shall speak as a missed call."""

Ring = Callable[["Call", Offered], AgentSide]
"""Starts to ring the agent of an offer."""


class Call:
    """The call of one contact. All methods are synchronous and run in the main loop.

    contact: its id. shown_number: as an agent's phone shows it, None when hidden. worker: the media worker that holds
    every leg of it. given: what flow steps may know. music, plan: find what those waiting hear and are told. sound:
    judges that of a talk with this agent. place: his place in line. ring: rings an agent.
    tape: records its talks. over: called once, when the call has ended. there: whether the customer is on the line; one
    who is called back may not be yet.
    """

    def __init__(
        self,
        *,
        contact: str,
        caller: Caller,
        shown_number: str | None,
        worker: MediaWorker,
        routing: Routing,
        flow: Published,
        given: Callable[[], Given],
        music: MusicOf,
        plan: Callable[[str], Plan],
        sound: Callable[[str], TalkSound],
        place: PlaceInLine,
        ring: Ring,
        tape: CallTape,
        over: Callable[["Call"], None],
    ) -> None:
        self.contact: Final = contact
        self.caller: Final = caller
        self.shown_number: Final = shown_number
        self.worker: Final = worker
        self.routing: Final = routing
        self.engagement: str | None = None
        """Of those who talk now; `engagements`: all that there have been."""
        self.engagements: Final[list[str]] = []
        self._journey = Journey(contact, flow, given, self._happened)
        self._client = self.entrance = ""
        self._music_of = music
        self._plan_of = plan
        self._sound_of = sound
        self.heard: TalkSound | None = None
        journey = self._journey
        self._line = Line(
            caller,
            standing=lambda: routing.standing(contact),
            rose=lambda told: journey.told(LONGER_WAIT, str(told.why)),
        )
        self._place = place
        self._ring = ring
        self.tape: Final = tape
        self._consent = Consent(caller, tape, self._enter)
        self._over = over
        self._sides: dict[int, AgentSide] = {}
        self._talking: int | None = None
        self._music_key: str | None = None
        self._ears = Ears(contact, caller, worker)
        self.there = True
        self._held = self._muted = self._closed = False
        self.unsaved = False
        """Whether not even its arrival could be saved."""
        self._saved = False
        caller.on_left = self.left
        caller.on_digit = self.digit

    # -- what the channel does to it

    def begin(self, arrived: ContactArrived, along: Sequence[RowChange]) -> None:
        """Register the contact and take the first steps of its flow, all in one batch."""
        self._client, self.entrance = arrived.client, arrived.entrance or ""
        self._perform(self._journey.begin(), before=(arrived,), along=along)

    def digit(self, key: str) -> None:
        """The customer pressed a key (0-9, *, #, A-D). Who talks to an agent presses it for nobody here."""
        if self._talking is None and not self._consent.speaks:
            self._happened(Digit(key))

    def announce(self, one: Emergency) -> None:
        """An emergency announcement was switched on for the number that he called. Who talks is not disturbed, and who
        hears that talks are recorded hears this after it."""
        if self._talking is None and not self._closed:
            self._journey.flow = one.known_to(self._journey.flow)
            self._consent.then(lambda: self._happened(Interrupted(one.step, one.ends)))

    def side(self, offer: int) -> AgentSide | None:
        """The agent's side of an offer that rings or is talking."""
        return self._sides.get(offer)

    def media_changed(self, offer: int) -> None:
        """An agent's sound came, went or moved: connect again what is talking."""
        if offer == self._talking:
            if self._muted:
                # A page that was reloaded brings a new leg, which must not be heard either.
                self.mute(True)
            self._connect()

    def left(self) -> None:
        """The customer is gone, or asked from his page to hang up."""
        self._journey.stop_waiting()
        self.tell_surely(ContactLeft(self.contact, self._journey.why), self.kept())

    def tell_surely(self, command: Command, along: Sequence[RowChange] = ()) -> None:
        """Tell the Floor what cannot be undone, again and again while it cannot be saved: nobody may be rung for
        a customer who has gone.
        """

        def told(saved: "Future[list[Answer]]") -> None:
            if not saved.cancelled() and isinstance(saved.exception(), Unavailable):
                asyncio.get_running_loop().call_later(RETRY, self.tell_surely, command, along)

        if not self._closed:
            self.routing.tell(command, along=along).add_done_callback(told)

    def mute(self, on: bool) -> None:
        """Whether the agent is kept from the customer's ear, on this leg and on one that takes its place."""
        self._muted = on
        side = self._sides.get(self._talking) if self._talking is not None else None
        if side is not None and side.media is not None:
            side.media.mute(on)

    def press(self, keys: str) -> bool:
        """Press keys (0-9, *, #) towards the customer. Returns False, and presses nothing, unless the two talk:
        somebody on hold would hear them over his music.
        """
        if self.engagement is None or self._held or self._closed:
            return False
        self.caller.media.send_digits(keys)
        return True

    # -- what the Floor decided

    def queue_entered(self, event: QueueEntered) -> None:
        """He waits: answered, and hearing the queue's music. From one line to the next it goes on without a break."""
        self.caller.answer()
        self._line.busy = False
        passed = event.passage.passed if event.passage is not None else ()
        self._place.stands((*passed, event.queue), event.place)
        before, self._ears.music = self._ears.music, self._music_of(event.queue, self._music_key)
        if not self._line.waits or before != self._ears.music:
            self._ears.wait()
        lost, plan = event.returned in RETURNS, self._plan_of(event.queue)
        self._line.enter(event.queue, plan, agent_lost=lost, sent_on=bool(passed))

    def queue_left(self, event: QueueLeft) -> None:
        """He waits no longer; unless he talks or another line has him, his flow says what comes next."""
        if event.how not in OVERFLOWED:
            self._line.leave()
            if event.how is not VisitEnd.ANSWERED:
                self._happened(LeftQueue(event.how.value))

    def queue_refused(self, event: QueueRefused) -> None:
        """There was no room in the line: unless another has him, his flow says what comes next."""
        if event.how not in OVERFLOWED:
            self._happened(LeftQueue(event.how.value))

    def offered(self, event: Offered) -> None:
        """Ring the agent, unless the lease ended while it was being saved."""
        if self.routing.lease_holds(event.offer, event.fence):
            self._sides[event.offer] = self._ring(self, event)

    def offer_ended(self, event: OfferEnded) -> None:
        """Stop ringing; an accepted offer has become the talk and stays."""
        if event.offer != self._talking and (side := self._sides.pop(event.offer, None)) is not None:
            side.hang_up(elsewhere=event.end in _ELSEWHERE)

    def opened(self, event: EngagementOpened) -> None:
        """Two people talk."""
        self._line.answered()
        self._talking = event.offer
        self.engagement = event.engagement
        self.engagements.append(event.engagement)
        self.heard = heard = self._sound_of(event.agent)
        self.caller.media.on_quality = partial(heard.heard, Side.CALLER)
        if (side := self._sides.get(event.offer)) is not None:
            side.talking()
        self.tape.begin(event)
        self._connect()

    def held(self, on: bool) -> None:
        """The customer hears music and the agent silence, until resumed."""
        self._held = on
        self._connect()

    def talk_ended(self) -> None:
        """The agent's side ends, and its leg leaves the matrix; the customer's follows when the contact is closed,
        or goes on in line."""
        self.engagement = None
        self._muted = self._held = False
        self._no_longer_heard()
        self.tape.end()
        talking, self._talking = self._talking, None
        if talking is not None and (side := self._sides.pop(talking, None)) is not None:
            side.hang_up()

    def closed(self) -> None:
        """Nothing of it goes on: whoever is still there is hung up on."""
        if self._closed:
            return
        self._closed = True
        self._line.leave()
        self._no_longer_heard()
        self._journey.end()
        self.tape.end()
        for side in self._sides.values():
            side.hang_up()
        self._sides.clear()
        self.caller.hang_up()
        # They know each other: without this both would wait for the garbage collector.
        self.caller.on_left = self.caller.on_digit = unheard
        self._consent.forget()
        self._ears.nobody()
        self._over(self)

    # -- its own doing

    def _no_longer_heard(self) -> None:
        if self.heard is not None:
            self.heard.over()
            self.heard = None

    def _happened(self, happening: Happening) -> None:
        if not self._closed:
            self._perform(self._journey.happened(happening))

    def _perform(
        self, actions: Sequence[Action], *, before: Sequence[Command] = (), along: Sequence[RowChange] = ()
    ) -> None:
        """Tell the Floor first; sounds are played when that is saved. What a key stops, it stops at once."""
        commands, sounds = [*before], list[Sounding]()
        for action in actions:
            self._prepare(action, commands, sounds)
        if commands:
            self.routing.tell(*commands, along=[*along, *self.kept()]).add_done_callback(partial(self._told, sounds))
        else:
            self._sound(sounds)

    def _prepare(self, action: Action, commands: list[Command], sounds: list[Sounding]) -> None:
        """Add what this action is for the Floor, and for his ears."""
        match action:
            case Enqueue():
                if isinstance(first := self._told_first(action), FirstTold):
                    sounds.append(first)
                else:
                    self._music_key = first.music
                    commands += self._place.queued(first)
            case BreakOut():
                commands.append(ContactBrokeOut(self.contact))
            case HangUp(why):
                commands.append(ContactFinished(self.contact, why=why))
            case AskCallback():
                self._place.ask(action, self._happened)
            case Hush():
                self.caller.media.stop_playing()
                self._line.busy = False
            case Speak() | Play() | Wait():
                sounds.append(action)
            case _:
                raise TypeError(f"voice cannot do {type(action).__name__}")

    def kept(self) -> list[RowChange]:
        """What he chose or was told since this was last asked for."""
        return self._journey.kept(self.routing.organization, self._client)

    def _told(self, sounds: Sequence[Sounding], told: "Future[list[Answer]]") -> None:
        if told.cancelled() or isinstance(told.exception(), Unavailable):
            # It was not saved, so it never happened: the customer is turned away rather than left in silence.
            self.unsaved = not self._saved
            self.caller.hang_up(refused=503)
            self.closed()
            return
        self._saved = True
        for answer in told.result():
            if answer.refusal is not None:
                _log.warning("floor_refused", contact=self.contact, refusal=answer.refusal.value)
                self._refused(answer.refusal)
                return
        self._sound(sounds)

    def _refused(self, refusal: Refusal) -> None:
        """The flow goes on without the queue; a contact that the Floor does not have is over. Who broke out of line
        while an agent took him has an agent."""
        if refusal is Refusal.UNKNOWN_CONTACT:
            self.closed()
        elif refusal is not Refusal.NOT_WAITING:
            self._happened(LeftQueue(refusal.value))

    def _sound(self, sounds: Sequence[Sounding]) -> None:
        if self._closed:
            return
        for action in sounds:
            if isinstance(action, Wait):
                self._journey.wait(action)
                continue
            self.caller.answer()
            if not self._line.waits:
                self.caller.media.silence()
            self._line.hushed()
            self._line.busy = True
            if isinstance(action, FirstTold):
                self._consent.say(action)
            else:
                self.caller.media.play(self._journey.flow.paths(action), then=partial(self._sound_ended, action.mark))

    def _sound_ended(self, mark: int) -> None:
        self._line.busy = False
        self._happened(SoundEnded(mark))

    def _told_first(self, action: Enqueue) -> Enqueue | FirstTold:
        """Who is to be told that talks are recorded is told before he enters the line, and has the rank of now."""
        action = self._place.own(action, self._journey.told)
        queue = self.routing.queue_id(action.queue) or ""
        notice = self._consent.first(action, self._plan_of(queue).notice())
        if notice is not None and (not action.keep_place or self._place.before(queue) is None):
            self._place.will_stand(queue, self._journey.now)
        return notice or action

    def _enter(self, action: Enqueue) -> None:
        self._line.busy = False
        if self.tape.announced:
            self._journey.told(RECORDING, "announced")
        self._perform((action,))

    def _connect(self) -> None:
        side = self._sides.get(self._talking) if self._talking is not None else None
        if side is None:
            return
        if side.media is not None and self.heard is not None:
            side.media.on_quality = partial(self.heard.heard, Side.AGENT)
        self._ears.talk(side, held=self._held)
        self.tape.hears(self.caller.media, side.media, held=self._held)
