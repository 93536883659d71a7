"""`say`: the built-in voice reads a text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from switchboard.flows.model import (
    DONE,
    STAY,
    Branch,
    Given,
    Happening,
    Need,
    Outcome,
    Reading,
    SoundEnded,
    Speak,
    Spoken,
    StepReader,
)


@dataclass(frozen=True, slots=True)
class SayStep:
    """Speak `text` (at most 2,000 characters) in the document's language, then go on."""

    kind: ClassVar[str] = "say"
    text: str
    language: str

    @classmethod
    def read(cls, reading: Reading, steps: StepReader) -> Self:
        fields = reading.fields(("text",))
        return cls(fields.text("text", most=2_000), steps.language)

    def write(self) -> dict[str, Any]:
        return {"text": self.text}

    def branches(self) -> Mapping[str, Branch]:
        return {}

    def needs(self) -> Iterator[Need]:
        yield Need("text", self.text, "text")

    def enter(self, memory: Any, given: Given) -> Outcome:  # noqa: ARG002 - the contract's signature
        return Outcome(STAY, (Speak((Spoken(self.text, self.language),)),))

    def happened(self, memory: Any, happening: Happening, given: Given) -> Outcome:  # noqa: ARG002
        return Outcome(DONE if isinstance(happening, SoundEnded) else STAY, memory=memory)
