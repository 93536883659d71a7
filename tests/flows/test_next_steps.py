"""Steps that come next (menus, opening hours) fit the document and the interpreter as they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from support.flow_data import document
from switchboard.flows.decide import advance, start
from switchboard.flows.model import (
    STAY,
    Action,
    Branch,
    Given,
    HangUp,
    Happening,
    Into,
    Need,
    Outcome,
    Play,
    Reading,
    SoundEnded,
    Speak,
    Spoken,
    StepReader,
)
from switchboard.flows.steps import KINDS


@dataclass(frozen=True, slots=True)
class Digit(Happening):
    digit: str


@dataclass(frozen=True, slots=True)
class Waited(Happening):
    """The time that a `Listen` allowed is over."""


@dataclass(frozen=True, slots=True)
class Listen(Action):
    seconds: int


@dataclass(frozen=True, slots=True)
class MenuStep:
    """A menu: keys even while the prompt plays, limited tries, branches that come back."""

    kind: ClassVar[str] = "menu"
    text: str
    tries: int
    keys: tuple[tuple[str, Branch], ...]

    @classmethod
    def read(cls, reading: Reading, steps: StepReader) -> Self:
        fields = reading.fields(("text", "keys"), ("tries",))
        keys = fields.at("keys").value
        assert isinstance(keys, dict)
        branches = tuple((k, steps.branch(fields.at("keys").inside(k, v))) for k, v in keys.items())
        return cls(fields.text("text"), fields.whole("tries", 3, least=1, most=9), branches)

    def write(self) -> dict[str, Any]:
        return {"text": self.text, "tries": self.tries, "keys": {key: [] for key, _ in self.keys}}

    def branches(self) -> Mapping[str, Branch]:
        return dict(self.keys)

    def needs(self) -> Iterator[Need]:
        yield Need("text", self.text, "text")

    def enter(self, memory: Any, given: Given) -> Outcome:
        return Outcome(STAY, (Speak((Spoken(self.text, "en"),)),), memory or 1)

    def happened(self, memory: Any, happening: Happening, given: Given) -> Outcome:
        if isinstance(happening, SoundEnded):
            return Outcome(STAY, (Listen(5),), memory)
        if isinstance(happening, Digit) and happening.digit in self.branches():
            return Outcome(Into(happening.digit, back=happening.digit == "9"))
        if isinstance(happening, Digit | Waited):
            if memory >= self.tries:
                return Outcome(Into("default"))
            return self.enter(memory + 1, given)
        return Outcome(STAY, memory=memory)


@dataclass(frozen=True, slots=True)
class HoursStep:
    kind: ClassVar[str] = "hours"
    until: int
    open: Branch
    closed: Branch

    @classmethod
    def read(cls, reading: Reading, steps: StepReader) -> Self:
        fields = reading.fields(("until", "open", "closed"))
        return cls(
            fields.whole("until", 0, least=0, most=10**18),
            steps.branch(fields.at("open")),
            steps.branch(fields.at("closed")),
        )

    def write(self) -> dict[str, Any]:
        return {"until": self.until, "open": [], "closed": []}

    def branches(self) -> Mapping[str, Branch]:
        return {"open": self.open, "closed": self.closed}

    def needs(self) -> Iterator[Need]:
        yield from ()

    def enter(self, memory: Any, given: Given) -> Outcome:
        return Outcome(Into("open" if given.now < self.until else "closed"))

    def happened(self, memory: Any, happening: Happening, given: Given) -> Outcome:
        return Outcome(STAY)


LATER = KINDS | {"menu": MenuStep, "hours": HoursStep}
FLOW = document(
    {
        "hours": {
            "until": 100,
            "open": [
                {
                    "menu": {
                        "text": "One or nine.",
                        "tries": 2,
                        "keys": {
                            "1": [{"enqueue": {"queue": "support"}}],
                            "9": [{"play": {"sound": "address"}}],
                            "default": [{"enqueue": {"queue": "sales"}}],
                        },
                    }
                }
            ],
            "closed": [{"say": {"text": "Closed."}}],
        }
    },
    kinds=LATER,
)
GIVEN = Given(now=0)


def test_hours_choose_a_branch_by_now() -> None:
    assert start(FLOW, Given(now=200))[1] == (Speak((Spoken("Closed.", "en"),), 1),)
    assert start(FLOW, GIVEN)[1] == (Speak((Spoken("One or nine.", "en"),), 1),)


def test_a_key_during_the_prompt_and_its_late_end() -> None:
    run, _ = start(FLOW, GIVEN)
    run, actions = advance(run, Digit("9"), GIVEN)
    assert isinstance(actions[0], Play)
    assert advance(run, SoundEnded(1), GIVEN) == (run, ())
    run, actions = advance(run, SoundEnded(2), GIVEN)
    assert actions == (Speak((Spoken("One or nine.", "en"),), 3),)
    assert run.place == "steps[0].hours.open[0].menu"


def test_wrong_and_missing_keys_are_counted_and_go_to_the_default() -> None:
    run, _ = start(FLOW, GIVEN)
    run, actions = advance(run, Digit("5"), GIVEN)
    assert actions == (Speak((Spoken("One or nine.", "en"),), 2),)
    run, actions = advance(run, SoundEnded(2), GIVEN)
    assert actions == (Listen(5),)
    run, actions = advance(run, Waited(), GIVEN)
    assert run.place == "steps[0].hours.open[0].menu.default[0].enqueue"


@dataclass(frozen=True, slots=True)
class Spin(HoursStep):
    """A broken step: it leads back to itself without waiting."""

    kind: ClassVar[str] = "hours"

    def enter(self, memory: Any, given: Given) -> Outcome:
        return Outcome(Into("open", back=True))


def test_a_flow_that_goes_in_circles_is_ended() -> None:
    spinning = document({"hours": {"until": 1, "open": [], "closed": []}}, kinds={"hours": Spin})
    run, actions = start(spinning, GIVEN)
    assert run.ended
    assert actions == (HangUp("flow went in circles"),)
