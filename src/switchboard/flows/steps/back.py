"""`back`: to the menu, or into the line, that led here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from switchboard.flows.model import Branch, Given, Goto, Happening, Need, Outcome, Reading, StepReader


@dataclass(frozen=True, slots=True)
class BackStep:
    """Go back to the menu whose key led here: it is read out again. Out of a line by a key: back to the old place
    in it. to: the name of a menu further out."""

    kind: ClassVar[str] = "back"
    to: str = ""

    @classmethod
    def read(cls, reading: Reading, steps: StepReader) -> Self:
        fields = reading.fields((), ("to",))
        to = fields.key("to")
        if not steps.can_return(to):
            at = fields.at("to") if to else reading
            at.problem(f"no menu around this step has the name {to!r}" if to else "there is no menu to go back to here")
        return cls(to)

    def write(self) -> dict[str, Any]:
        return {"to": self.to} if self.to else {}

    def branches(self) -> Mapping[str, Branch]:
        return {}

    def needs(self) -> Iterator[Need]:
        yield from ()

    def enter(self, memory: Any, given: Given) -> Outcome:  # noqa: ARG002 - the contract's signature
        return Outcome(Goto("up", self.to))

    def happened(self, memory: Any, happening: Happening, given: Given) -> Outcome:  # noqa: ARG002
        return Outcome(Goto("up", self.to))
