"""What one caller hears while he waits in line, between stretches of music: his place, his wait, a kind word.

    waiting = Waiting(plan, media, lambda: routing.standing(contact))
    waiting.begin()                 # when he enters the line
    waiting.end()                   # when he leaves it, whoever he talks to then

Nothing is asked between two announcements: one timer per caller, and none where the queue tells nothing. An
announcement delays nobody: it is cut when an agent accepts, when the flow has something to say, and at the end.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from switchboard.channels.voice.media.pool import MediaLeg
from switchboard.channels.voice.wording import Wording, wording
from switchboard.flows.model import Spoken
from switchboard.kit.clock import MICROSECONDS
from switchboard.measures.waiting import Now, Outlook, Told, announced
from switchboard.routing.model import Announcements
from switchboard.routing.service import Standing


@dataclass(frozen=True, slots=True)
class Plan:
    """What callers of one queue are told in one language. announcements: as configured, None for nothing but what
    has to be said. phrases: path of each spoken text; sounds: of each recorded one, by key."""

    announcements: Announcements | None
    language: str
    phrases: Mapping[Spoken, str]
    sounds: Mapping[str, str]

    @property
    def wording(self) -> Wording:
        return wording(self.language)

    def sentence(self, text: str) -> list[str]:
        """Its path; empty while it is still being spoken, or when no voice can."""
        path = self.phrases.get(Spoken(text, self.wording.language))
        return [] if path is None else [path]

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


def texts(language: str, plans: Iterator[Announcements]) -> Iterator[Spoken]:
    """Everything that callers of a flow in this language may be told by these queues, to be spoken ahead."""
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
