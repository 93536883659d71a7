"""`hangup`: the end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

from switchboard.flows.model import END, ENDS, Branch, Given, Happening, Need, Outcome, Reading, StepReader

WORDS: Final = ENDS[:-1]
"""Going in circles is nothing to ask for."""


@dataclass(frozen=True, slots=True)
class HangUpStep:
    """End the call here, wherever in the document that is. why: how the record calls that, where what led here
    does not say it well enough."""

    kind: ClassVar[str] = "hangup"
    why: str = ""

    @classmethod
    def read(cls, reading: Reading, steps: StepReader) -> Self:  # noqa: ARG003 - the contract's signature
        fields = reading.fields((), ("why",))
        return cls(fields.choice("why", WORDS, ""))

    def write(self) -> dict[str, Any]:
        return {"why": self.why} if self.why else {}

    def branches(self) -> Mapping[str, Branch]:
        return {}

    def needs(self) -> Iterator[Need]:
        yield from ()

    def enter(self, memory: Any, given: Given) -> Outcome:  # noqa: ARG002 - the contract's signature
        return Outcome(END, why=self.why)

    def happened(self, memory: Any, happening: Happening, given: Given) -> Outcome:  # noqa: ARG002
        return Outcome(END, why=self.why)
