"""`play`: an uploaded sound."""

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
    Play,
    Reading,
    Recorded,
    StepReader,
)
from switchboard.flows.steps.prompt import heard


@dataclass(frozen=True, slots=True)
class PlayStep:
    """Play the sound of this key to its end, then go on. skip: a key ends it; with and without, keys pressed
    meanwhile are for the next menu."""

    kind: ClassVar[str] = "play"
    sound: str
    skip: bool = False

    @classmethod
    def read(cls, reading: Reading, steps: StepReader) -> Self:  # noqa: ARG003 - the contract's signature
        fields = reading.fields(("sound",), ("skip",))
        return cls(fields.key("sound"), fields.flag("skip", default=False))

    def write(self) -> dict[str, Any]:
        return {"sound": self.sound} | ({"skip": True} if self.skip else {})

    def branches(self) -> Mapping[str, Branch]:
        return {}

    def needs(self) -> Iterator[Need]:
        yield Need("sound", self.sound, "sound")

    def enter(self, memory: Any, given: Given) -> Outcome:  # noqa: ARG002 - the contract's signature
        return Outcome(STAY, (Play(Recorded(self.sound)),), keeps_keys=True)

    def happened(self, memory: Any, happening: Happening, given: Given) -> Outcome:  # noqa: ARG002
        return heard(happening, skip=self.skip)
