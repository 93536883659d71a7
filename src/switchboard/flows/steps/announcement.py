"""An announcement put before a flow while it is switched on; never part of a document that anybody writes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from switchboard.flows.model import (
    DONE,
    END,
    STAY,
    Branch,
    Given,
    Happening,
    Need,
    Note,
    Outcome,
    Reading,
    SoundEnded,
    SoundRef,
    Speak,
    StepReader,
)

LONGEST_NOTE = 120
ANNOUNCEMENT = "announcement"


@dataclass(frozen=True, slots=True)
class AnnouncementStep:
    """Play the sound to its end; the call then ends, or goes on with its flow. said: for the contact's record."""

    kind: ClassVar[str] = ANNOUNCEMENT
    sound: SoundRef
    said: str
    ends: bool

    @classmethod
    def read(cls, reading: Reading, steps: StepReader) -> Self:
        raise NotImplementedError("an announcement is switched on, not written into a flow")

    def write(self) -> dict[str, Any]:
        raise NotImplementedError("an announcement is switched on, not written into a flow")

    def branches(self) -> Mapping[str, Branch]:
        return {}

    def needs(self) -> Iterator[Need]:
        yield from ()

    def enter(self, memory: Any, given: Given) -> Outcome:  # noqa: ARG002 - the contract's signature
        actions = (Note(self.kind, self.said[:LONGEST_NOTE]), Speak((self.sound,)))
        return Outcome(STAY, actions, why=ANNOUNCEMENT if self.ends else "", keeps_keys=True)

    def happened(self, memory: Any, happening: Happening, given: Given) -> Outcome:  # noqa: ARG002
        if isinstance(happening, SoundEnded):
            return Outcome(END if self.ends else DONE)
        return Outcome(STAY, keeps_keys=True)
