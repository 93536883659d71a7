"""`hours`: is the client open now?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from switchboard.flows.document import write_steps
from switchboard.flows.model import (
    DONE,
    STAY,
    Branch,
    Given,
    Happening,
    Into,
    Need,
    Note,
    Outcome,
    Reading,
    StepReader,
)
from switchboard.flows.opening import Opening, opening

OUT_OF_HOURS = "out of hours"


@dataclass(frozen=True, slots=True)
class HoursStep:
    """Take the steps under `open` or `closed`, by the opening hours with this key, and go on behind this step where
    they end or where there are none. Hours that are no longer there count as open: nobody is turned away for a
    slip of the administration."""

    kind: ClassVar[str] = "hours"
    hours: str
    open: Branch | None = None
    closed: Branch | None = None

    @classmethod
    def read(cls, reading: Reading, steps: StepReader) -> Self:
        fields = reading.fields(("hours",), ("open", "closed"))
        if fields.sound and not fields.has("open") and not fields.has("closed"):
            reading.problem("the field 'closed' is missing (or 'open': what shall happen?)")
        return cls(
            hours=fields.key("hours"),
            open=steps.branch(fields.at("open")) if fields.has("open") else None,
            closed=steps.branch(fields.at("closed")) if fields.has("closed") else None,
        )

    def write(self) -> dict[str, Any]:
        return {"hours": self.hours} | {name: write_steps(branch) for name, branch in self.branches().items()}

    def branches(self) -> Mapping[str, Branch]:
        both = (("open", self.open), ("closed", self.closed))
        return {name: branch for name, branch in both if branch is not None}

    def needs(self) -> Iterator[Need]:
        yield Need("hours", self.hours, "hours")

    def enter(self, memory: Any, given: Given) -> Outcome:  # noqa: ARG002 - the contract's signature
        known = given.hours.get(self.hours)
        now = Opening(True, "") if known is None else opening(known, given.now, given.time_zone)
        answer = "open" if now.open else "closed"
        said = f"{answer}, {now.day}" if now.day else answer
        then = Into(answer) if answer in self.branches() else DONE
        return Outcome(then, (Note(self.kind, said),), why="" if now.open else OUT_OF_HOURS)

    def happened(self, memory: Any, happening: Happening, given: Given) -> Outcome:  # noqa: ARG002
        return Outcome(STAY)
