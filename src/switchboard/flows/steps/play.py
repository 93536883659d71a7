"""`play`: an uploaded sound."""

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
    Play,
    Reading,
    Recorded,
    SoundEnded,
    StepReader,
)


@dataclass(frozen=True, slots=True)
class PlayStep:
    """Play the sound of this key to its end, then go on."""

    kind: ClassVar[str] = "play"
    sound: str

    @classmethod
    def read(cls, reading: Reading, steps: StepReader) -> Self:  # noqa: ARG003 - the contract's signature
        return cls(reading.fields(("sound",)).key("sound"))

    def write(self) -> dict[str, Any]:
        return {"sound": self.sound}

    def branches(self) -> Mapping[str, Branch]:
        return {}

    def needs(self) -> Iterator[Need]:
        yield Need("sound", self.sound, "sound")

    def enter(self, memory: Any, given: Given) -> Outcome:  # noqa: ARG002 - the contract's signature
        return Outcome(STAY, (Play(Recorded(self.sound)),))

    def happened(self, memory: Any, happening: Happening, given: Given) -> Outcome:  # noqa: ARG002
        return Outcome(DONE if isinstance(happening, SoundEnded) else STAY, memory=memory)
