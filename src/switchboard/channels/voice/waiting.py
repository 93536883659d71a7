"""What one caller hears while he waits in line, between stretches of music: his place, his wait, a kind word.

    line = Line(caller, standing=lambda: routing.standing(contact))
    line.enter(queue, plan)         # a `Waiting` begins
    line.leave()                    # whoever he talks to then

Nothing is asked between two announcements: one timer per caller, and none where the queue tells nothing. An
announcement delays nobody: it is cut when an agent accepts, when the flow has something to say, and at the end.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from switchboard.channels.voice.media.pool import MediaLeg
from switchboard.channels.voice.sides import Caller
from switchboard.channels.voice.wording import Wording, wording
from switchboard.flows.model import Spoken
from switchboard.kit.clock import MICROSECONDS
from switchboard.measures.waiting import Now, Outlook, Told, announced, moved
from switchboard.routing.model import Announcements, Notice
from switchboard.routing.service import Standing


class Plan(NamedTuple):
    """What callers of one queue are told in one language. announcements: as configured, None for nothing but what
    has to be said. phrases: path of each spoken text; sounds: of each recorded one, by key. notices: what is to be
    said, by language, before they enter the line: that talks are recorded."""

    announcements: Announcements | None
    language: str
    phrases: Mapping[Spoken, str]
    sounds: Mapping[str, str]
    notices: Sequence[Notice] = ()

    @property
    def wording(self) -> Wording:
        return wording(self.language)

    def sentence(self, text: str) -> list[str]:
        """Its path; empty while it is still being spoken, or when no voice can."""
        path = self.phrases.get(Spoken(text, self.wording.language))
        return [] if path is None else [path]

    def notice(self) -> str | None:
        """The path of what has to be said before he enters the line; None when nothing has, or nothing can be."""
        one = _for(self.language, self.notices)
        if one is None:
            return None
        return self.phrases.get(_spoken(one, self.language)) if one.text else self.sounds.get(one.sound or "")

    def comfort(self) -> list[str]:
        """The paths of what callers of this language are told in turn."""
        if self.announcements is None:
            return []
        found = []
        for one in self.announcements.comfort:
            if one.language in (None, self.language):
                text = self.phrases.get(Spoken(one.text, self.language)) if one.text else None
                found.append(text if text is not None else self.sounds.get(one.sound or ""))
        return [path for path in found if path is not None]


def _for(language: str, notices: Sequence[Notice]) -> Notice | None:
    """The one for callers of this language (`de-at`: also one in `de`), else one for all, else the first: rather in
    a foreign language than not at all."""
    if not notices:
        return None
    for wanted in (language, language.partition("-")[0], None):
        for one in notices:
            if one.language == wanted:
                return one
    return notices[0]


def _spoken(one: Notice, language: str) -> Spoken:
    return Spoken(one.text or "", one.language or language)


def texts(language: str, plans: Iterator[Announcements], notices: Iterable[Sequence[Notice]] = ()) -> Iterator[Spoken]:
    """Everything that callers of a flow in this language may be told by these queues, to be spoken ahead. notices:
    of each queue; they come first, because what was not announced is not recorded."""
    for told in notices:
        if (one := _for(language, told)) is not None and one.text:
            yield _spoken(one, language)
    said = wording(language)
    yield Spoken(said.agent_lost, said.language)
    for number, plan in enumerate(plans):
        if number == 0:
            yield from (Spoken(text, said.language) for text in said.all())
        for one in plan.comfort:
            if one.text and one.language in (None, language):
                yield Spoken(one.text, language)


class Waiting:
    """One stay of one caller in line. media: his leg, with the music as its background.

    standing: asks the Floor how he stands just now. busy: whether his flow is saying something to him, which is
    not to be cut. rose: told each time he hears of a later place or a longer wait, with the reason.
    told: what he was told last in this line, if he has stood in it before and was not answered.
    """

    def __init__(
        self,
        plan: Plan,
        media: MediaLeg,
        standing: Callable[[], Standing | None],
        *,
        busy: Callable[[], bool] = lambda: False,
        rose: Callable[[Told], None] = lambda _: None,
        told: Told | None = None,
    ) -> None:
        self._plan: Final = plan
        self._media: Final = media
        self._standing: Final = standing
        self._busy: Final = busy
        self._rose: Final = rose
        self._timer: asyncio.TimerHandle | None = None
        self._turn = 0
        self._speaks = False
        self.told = told
        """What he was told last."""

    def begin(self, *, agent_lost: bool = False) -> None:
        """He waits from now on. agent_lost: he had talked to somebody whose connection broke, and is told so."""
        if agent_lost and (sentence := self._plan.sentence(self._plan.wording.agent_lost)):
            self._say(sentence)
        if self._plan.announcements is not None:
            self._set_timer(self._plan.announcements.first)

    def end(self) -> None:
        """He waits no longer; what he is being told ends in the middle of the word."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._speaks:
            self._speaks = False
            self._media.stop_playing()

    def hushed(self) -> None:
        """Somebody else has begun to speak to him, which has ended what he was being told."""
        self._speaks = False

    def _set_timer(self, after: int) -> None:
        self._timer = asyncio.get_running_loop().call_later(after / MICROSECONDS, self._due)

    def _due(self) -> None:
        plan = self._plan.announcements
        assert plan is not None  # otherwise there is no timer
        self._set_timer(plan.every)
        if self._speaks:
            # It is longer than the time between two and takes the place of this one, or was cut by somebody else.
            self._speaks = False
        elif not self._busy() and (sounds := list(self._announcement(plan))):
            self._say(sounds)

    def _announcement(self, plan: Announcements) -> Iterator[str]:
        standing = self._standing()
        if standing is None:
            return
        if plan.position or plan.estimate:
            yield from self._place_and_wait(plan, standing)
        comfort = self._plan.comfort()
        if comfort:
            yield comfort[self._turn % len(comfort)]
            self._turn += 1

    def _place_and_wait(self, plan: Announcements, standing: Standing) -> Iterator[str]:
        outlook = None
        if standing.low is not None and standing.high is not None:
            outlook = Outlook(standing.low, standing.high)
        now = Now(standing.position, standing.agents, standing.handling, outlook if plan.estimate else None)
        told = self.told = announced(self.told, now)
        if plan.position:
            yield from self._plan.sentence(self._plan.wording.position(told.position))
        if told.range is not None:
            yield from self._plan.sentence(self._plan.wording.wait(told.range))
        if told.why is not None:
            self._rose(told)

    def _say(self, sounds: list[str]) -> None:
        self._speaks = True
        self._media.play(sounds, then=self._said)

    def _said(self) -> None:
        self._speaks = False


class Line:
    """All stays in line of one caller. What he was told in one of them counts when he comes back to it.

    standing, rose: as of `Waiting`.
    """

    def __init__(
        self,
        caller: Caller,
        *,
        standing: Callable[[], Standing | None],
        rose: Callable[[Told], None] = lambda _: None,
    ) -> None:
        self.busy = False
        """Whether his flow is saying something to him, which is not to be cut."""
        self._caller: Final = caller
        self._standing: Final = standing
        self._rose: Final = rose
        self._queue = ""
        self._waiting: Waiting | None = None
        self._told: dict[str, Told] = {}

    def enter(self, queue: str, plan: Plan, *, agent_lost: bool = False, sent_on: bool = False) -> None:
        """He stands in this line from now on. agent_lost: as in `Waiting.begin`. sent_on: from another line, with
        what he was told there."""
        told = self._told.get(queue)
        if sent_on:
            self.leave()
            told = moved(self._told.get(self._queue, told))
        self._queue = queue
        self._waiting = Waiting(
            plan, self._caller.media, self._standing, busy=lambda: self.busy, rose=self._rose, told=told
        )
        self._waiting.begin(agent_lost=agent_lost)

    @property
    def waits(self) -> bool:
        """Whether he stands in line."""
        return self._waiting is not None

    def leave(self) -> None:
        """He waits no longer."""
        if self._waiting is not None:
            self._waiting.end()
            if self._waiting.told is not None:
                self._told[self._queue] = self._waiting.told
            self._waiting = None

    def answered(self) -> None:
        """He talks; who comes back after that stands in a new line."""
        self.leave()
        self._told.clear()

    def hushed(self) -> None:
        """As `Waiting.hushed`."""
        if self._waiting is not None:
            self._waiting.hushed()
