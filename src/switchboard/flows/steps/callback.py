"""`callback`: promise the caller that he is called back, and let him go with his place in line kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Final, NamedTuple, Self

from switchboard.flows.model import (
    DONE,
    END,
    STAY,
    AskCallback,
    Branch,
    CallbackAnswered,
    Digit,
    Given,
    Happening,
    Hush,
    Need,
    Note,
    Outcome,
    Reading,
    SoundEnded,
    Speak,
    Spoken,
    StepReader,
    TimeUp,
    Wait,
)
from switchboard.flows.steps.callback_wording import TEXTS, wording
from switchboard.flows.steps.prompt import LONGEST

DIGITS: Final = "0123456789"
YES: Final = "1"
ANOTHER: Final = "2"
LEAVE: Final = "*"
TYPED: Final = "#"

PATIENCE: Final = 8
"""Seconds without a key after which he is asked again, or what he has typed is taken for all of it."""
MOST_TRIES: Final = 3
LEAST_DIGITS: Final = 3
MOST_DIGITS: Final = 20

ASKED: Final = "call-back asked"


class Phase(StrEnum):
    """Where the talk about the number is."""

    CONFIRM = "confirm"
    TYPE = "type"
    ASKING = "asking"
    PROMISED = "promised"
    SORRY = "sorry"


class Talk(NamedTuple):
    """What the step remembers: only in the memory of the call, never in a journal or a row."""

    phase: Phase
    number: str = ""
    tries: int = 0


@dataclass(frozen=True, slots=True)
class CallbackStep:
    """Offer to call back at the caller's own number or another that he types; once he confirms it, ask for the
    promise, say goodbye and end the call. Where he goes on waiting instead, or nothing can be promised, the flow
    goes on behind this step: `back` there leads to his old place.

    queue: in whose line his place is kept. texts: other words than the built-in ones, by field of
    `callback_wording.TEXTS`.
    """

    kind: ClassVar[str] = "callback"
    queue: str
    language: str
    texts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, reading: Reading, steps: StepReader) -> Self:
        fields = reading.fields(("queue",), TEXTS)
        texts = tuple((name, fields.text(name, most=LONGEST)) for name in TEXTS if fields.has(name))
        return cls(fields.key("queue"), steps.language, texts)

    def write(self) -> dict[str, Any]:
        return {"queue": self.queue} | dict(self.texts)

    def branches(self) -> Mapping[str, Branch]:
        return {}

    def needs(self) -> Iterator[Need]:
        yield Need("queue", self.queue, "queue")
        for name in TEXTS:
            yield Need("text", self._text(name), name)
        yield Need("text", wording(self.language).plus, "confirm")
        for digit in DIGITS:
            yield Need("text", digit, "confirm")

    def enter(self, memory: Any, given: Given) -> Outcome:  # noqa: ARG002 - the contract's signature
        known = given.facts.get("number", "")
        return self._confirm(Talk(Phase.CONFIRM, known)) if known else self._ask_number(Talk(Phase.TYPE))

    def happened(self, memory: Any, happening: Happening, given: Given) -> Outcome:  # noqa: ARG002
        talk: Talk = memory if isinstance(memory, Talk) else Talk(Phase.TYPE)
        match talk.phase, happening:
            case ((Phase.CONFIRM | Phase.TYPE), SoundEnded()):
                return Outcome(STAY, (Wait(PATIENCE),), talk)
            case Phase.CONFIRM, Digit(key):
                return self._confirmed(talk, key)
            case Phase.TYPE, Digit(key):
                return self._typed(talk, key)
            case ((Phase.CONFIRM | Phase.TYPE), TimeUp()):
                return self._silent(talk)
            case Phase.ASKING, CallbackAnswered(answer):
                return self._answered(talk, answer)
            case Phase.PROMISED, SoundEnded():
                return Outcome(END, why=ASKED)
            case Phase.SORRY, SoundEnded():
                return Outcome(DONE)
        return Outcome(STAY, memory=talk)

    def _confirm(self, talk: Talk) -> Outcome:
        """Read the number back and ask whether it is right."""
        plus = [self._spoken(wording(self.language).plus)] if talk.number.startswith("+") else []
        digits = [self._spoken(digit) for digit in talk.number if digit in DIGITS]
        speak = Speak((self._spoken(self._text("number")), *plus, *digits, self._spoken(self._text("confirm"))))
        return Outcome(STAY, (speak,), talk, listens=True)

    def _ask_number(self, talk: Talk, before: str = "") -> Outcome:
        names = (before, "type") if before else ("type",)
        return Outcome(STAY, (Speak(tuple(self._spoken(self._text(name)) for name in names)),), talk, listens=True)

    def _confirmed(self, talk: Talk, key: str) -> Outcome:
        if key == YES:
            asked = (Hush(), AskCallback(self.queue, talk.number))
            return Outcome(STAY, asked, talk._replace(phase=Phase.ASKING), why=ASKED)
        if key == ANOTHER:
            return self._ask_number(Talk(Phase.TYPE, tries=talk.tries))
        if key == LEAVE:
            return Outcome(DONE, (Hush(),))
        return self._again(talk)

    def _typed(self, talk: Talk, key: str) -> Outcome:
        if key in DIGITS and len(talk.number) < MOST_DIGITS:
            # What is said ends at the first key; the time until the next one begins.
            return Outcome(STAY, (Hush(), Wait(PATIENCE)), talk._replace(number=talk.number + key))
        if key == LEAVE:
            return Outcome(DONE, (Hush(),))
        return self._complete(talk) if key == TYPED else Outcome(STAY, memory=talk)

    def _complete(self, talk: Talk) -> Outcome:
        if len(talk.number) < LEAST_DIGITS:
            return self._again(talk._replace(number=""))
        return self._confirm(talk._replace(phase=Phase.CONFIRM))

    def _silent(self, talk: Talk) -> Outcome:
        """No key came: what he has typed is taken for the number, or he is asked again."""
        return self._complete(talk) if talk.phase is Phase.TYPE and talk.number else self._again(talk)

    def _again(self, talk: Talk) -> Outcome:
        talk = talk._replace(tries=talk.tries + 1)
        if talk.tries >= MOST_TRIES:
            return Outcome(DONE, (Hush(),))
        return self._confirm(talk) if talk.phase is Phase.CONFIRM else self._ask_number(talk)

    def _answered(self, talk: Talk, answer: str) -> Outcome:
        note = Note("call-back", "known already" if answer == "known" else answer)
        if answer in {"promised", "known"}:
            speak = Speak((self._spoken(self._text("promised")),))
            return Outcome(STAY, (note, speak), Talk(Phase.PROMISED), why=ASKED)
        # Nothing was promised: his call is again called what it was before.
        if answer == "wrong number" and talk.tries + 1 < MOST_TRIES:
            return self._ask_number(Talk(Phase.TYPE, tries=talk.tries + 1), before="wrong")
        speak = Speak((self._spoken(self._text("sorry")),))
        return Outcome(STAY, (note, speak), Talk(Phase.SORRY), why="flow ended")

    def _text(self, name: str) -> str:
        return dict(self.texts).get(name) or getattr(wording(self.language), name)

    def _spoken(self, text: str) -> Spoken:
        return Spoken(text, self.language)
