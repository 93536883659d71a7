"""`hangup`: the end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from switchboard.flows.model import END, Branch, Given, Happening, Need, Outcome, Reading, StepReader


@dataclass(frozen=True, slots=True)
class HangUpStep:
    """End the call here, wherever in the document that is."""

    kind: ClassVar[str] = "hangup"

    @classmethod
    def read(cls, reading: Reading, steps: StepReader) -> Self:  # noqa: ARG003 - the contract's signature
        reading.fields()
        return cls()

    def write(self) -> dict[str, Any]:
        return {}

    def branches(self) -> Mapping[str, Branch]:
        return {}

    def needs(self) -> Iterator[Need]:
        yield from ()

    def enter(self, memory: Any, given: Given) -> Outcome:  # noqa: ARG002 - the contract's signature
        return Outcome(END)

    def happened(self, memory: Any, happening: Happening, given: Given) -> Outcome:  # noqa: ARG002
        return Outcome(END)
