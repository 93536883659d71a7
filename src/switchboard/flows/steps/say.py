"""`say`: the built-in voice reads a text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from switchboard.flows.model import (
    STAY,
    Branch,
    Given,
    Happening,
    Need,
    Outcome,
    Reading,
    Speak,
    Spoken,
    StepReader,
)
from switchboard.flows.steps.prompt import LONGEST, heard


@dataclass(frozen=True, slots=True)
class SayStep:
    """Speak `text` (at most 2,000 characters) in the document's language, then go on. skip: a key ends it; with and
    without, keys pressed meanwhile are for the next menu."""

    kind: ClassVar[str] = "say"
    text: str
    language: str
    skip: bool = False

    @classmethod
    def read(cls, reading: Reading, steps: StepReader) -> Self:
        fields = reading.fields(("text",), ("skip",))
        return cls(fields.text("text", most=LONGEST), steps.language, fields.flag("skip", default=False))

    def write(self) -> dict[str, Any]:
        return {"text": self.text} | ({"skip": True} if self.skip else {})

    def branches(self) -> Mapping[str, Branch]:
        return {}

    def needs(self) -> Iterator[Need]:
        yield Need("text", self.text, "text")

    def enter(self, memory: Any, given: Given) -> Outcome:  # noqa: ARG002 - the contract's signature
        return Outcome(STAY, (Speak((Spoken(self.text, self.language),)),), keeps_keys=True)

    def happened(self, memory: Any, happening: Happening, given: Given) -> Outcome:  # noqa: ARG002
        return heard(happening, skip=self.skip)
