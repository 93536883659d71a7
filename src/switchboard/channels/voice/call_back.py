"""The call of a call-back: a `Call` whose customer may not be there yet."""

from collections.abc import Callable
from typing import Any, Final

from switchboard.channels.voice.call import Call
from switchboard.channels.voice.consent import FirstTold
from switchboard.channels.voice.sides import AgentSide
from switchboard.conversations.model import OfferEnd, TalkEnd
from switchboard.flows.model import Enqueue
from switchboard.outbound.model import Outcome
from switchboard.routing.commands import ContactFinished, CustomerReached, EngagementEnded
from switchboard.routing.events import EngagementOpened, QueueEntered

_OUTCOMES: Final = {
    OfferEnd.BUSY: Outcome.BUSY,
    OfferEnd.REJECTED: Outcome.DECLINED,
    OfferEnd.NO_ANSWER: Outcome.NO_ANSWER,
}


def outcome_of(why: OfferEnd) -> Outcome:
    """How an attempt went whose phone was not answered."""
    return _OUTCOMES.get(why, Outcome.UNREACHABLE)


class CallBack(Call):
    """Agent first, nobody is there until an agent has taken it: then the customer is dialled, and the agent hears
    music meanwhile. Customer first, he is there from the beginning and his flow asks him to confirm.

    there: whether he is. fetch: dials him; it answers by `here` or `not_here`, once. ended: is told how it went,
    exactly once: that they talk, or that it is over without.
    """

    def __init__(
        self, *, there: bool, fetch: Callable[["CallBack"], None], ended: Callable[[Outcome], None], **call: Any
    ) -> None:
        super().__init__(**call)
        self.there = there
        self._fetch = fetch
        self._ended = ended
        self._fetched = False
        self._notice: str | None = None
        self._reported = False
        self._outcome = Outcome.NOT_CONFIRMED if there else Outcome.NOT_TRIED

    # -- what the line says

    @property
    def over(self) -> bool:
        return self._closed

    def here(self) -> None:
        """He has answered. Whoever must be told that talks are recorded is told before anything else."""
        notice, self._notice = self._notice, None
        if notice is None:
            self._meet()
        else:
            self.caller.media.play(notice, then=self._told_notice)

    def _told_notice(self) -> None:
        self.tape.announced = self.caller.media.heard_out
        if not self._closed:
            self._meet()

    def _meet(self) -> None:
        self.there = True
        self.tell_surely(CustomerReached(self.contact))
        if self._talking is None:
            self._ears.wait()
        else:
            self._connect()

    def not_here(self, outcome: Outcome) -> None:
        """He has not, or may not be called now: the agent is free at once."""
        self._outcome = outcome
        if self.engagement is not None:
            self.tell_surely(EngagementEnded(self.engagement, TalkEnd.NOT_REACHED))
        else:
            self.tell_surely(ContactFinished(self.contact, why="call-back put off"))

    # -- what the Floor decided

    def queue_entered(self, event: QueueEntered) -> None:
        if self.there:
            self._outcome = Outcome.LEFT
            super().queue_entered(event)
        else:
            # Nobody is there to hear anything; the agent will, while the customer's phone rings.
            self._notice = self._plan_of(event.queue).notice()
            self._ears.music = self._music_of(event.queue, self._music_key)

    def opened(self, event: EngagementOpened) -> None:
        if not self.there:
            self._outcome = Outcome.AGENT_LEFT
        super().opened(event)

    def closed(self) -> None:
        super().closed()
        self._tell(self._outcome)

    # -- its own doing

    def _told_first(self, action: Enqueue) -> Enqueue | FirstTold:
        """Nobody is told anything before he is there: see `here`."""
        return super()._told_first(action) if self.there else action

    def _connect(self) -> None:
        if self.there:
            super()._connect()
            if self._side_of_talk() is not None:
                self._tell(Outcome.TALKED)
            return
        side = self._side_of_talk()
        if side is not None and side.media is not None and self._ears.music is not None:
            side.media.music(self._ears.music)
        if not self._fetched:
            self._fetched = True
            self._fetch(self)

    def _side_of_talk(self) -> AgentSide | None:
        return self.side(self._talking) if self._talking is not None else None

    def _tell(self, outcome: Outcome) -> None:
        if not self._reported:
            self._reported = True
            self._ended(outcome)
