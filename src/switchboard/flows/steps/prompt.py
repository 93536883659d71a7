"""What a step says: a text for the built-in voice, or an uploaded sound."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Self

from switchboard.flows.model import (
    DONE,
    STAY,
    Digit,
    Fields,
    Happening,
    Hush,
    Need,
    Outcome,
    Recorded,
    SoundEnded,
    Speak,
    Spoken,
    StepReader,
)

FIELDS: Final = ("text", "sound")
LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Prompt:
    """One of both: `text` (at most 2,000 characters, in the document's language) or the key of a `sound`."""

    sound: Spoken | Recorded

    @classmethod
    def read(cls, fields: Fields, steps: StepReader) -> Self | None:
        """From the fields `text` and `sound`; None when neither is there. Both at once are a problem."""
        if fields.has("text") and fields.has("sound"):
            fields.at("sound").problem("a prompt is either a text or a sound, not both")
        if fields.has("text"):
            return cls(Spoken(fields.text("text", most=LONGEST), steps.language))
        return cls(Recorded(fields.key("sound"))) if fields.has("sound") else None

    def write(self) -> dict[str, Any]:
        """The field it was read from."""
        return {"text": self.sound.text} if isinstance(self.sound, Spoken) else {"sound": self.sound.key}

    def need(self, place: str = "") -> Iterator[Need]:
        """place: the field that holds the prompt, empty when its fields are the step's own."""
        before = f"{place}." if place else ""
        if isinstance(self.sound, Spoken):
            yield Need("text", self.sound.text, f"{before}text")
        else:
            yield Need("sound", self.sound.key, f"{before}sound")


def heard(happening: Happening, *, skip: bool) -> Outcome:
    """What a step that only says something answers: it goes on at its end, or at a key when that may skip it."""
    if isinstance(happening, Digit):
        return Outcome(DONE, (Hush(),), keeps_keys=True) if skip else Outcome(STAY, keeps_keys=True)
    return Outcome(DONE if isinstance(happening, SoundEnded) else STAY, keeps_keys=True)


def speaking(*prompts: Prompt | None) -> Speak:
    """One action that says these one after the other."""
    return Speak(tuple(prompt.sound for prompt in prompts if prompt is not None))
