"""The nouns of flows: documents, steps, what the interpreter asks for and what happens to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Protocol, Self, runtime_checkable

from switchboard.flows.reading import Fields, Path, Problem, Reading, duration_text, nobody_has

__all__ = [
    "DONE",
    "END",
    "FORMAT",
    "STAY",
    "Action",
    "Branch",
    "CallerLeft",
    "Enqueue",
    "Fields",
    "FlowDocument",
    "Frame",
    "Given",
    "Goto",
    "HangUp",
    "Happening",
    "Into",
    "LeftQueue",
    "Need",
    "Outcome",
    "Path",
    "Play",
    "Problem",
    "Published",
    "Reading",
    "Recorded",
    "Run",
    "SoundEnded",
    "SoundRef",
    "Speak",
    "Spoken",
    "Step",
    "StepReader",
    "TalkEnded",
    "duration_text",
    "nobody_has",
]

FORMAT: Final = 1
"""The version of the flow document that is written; older ones are brought up when read."""


# -- sounds a flow names -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text that the built-in voice reads in a language (BCP 47, small letters: `en`, `pt-br`)."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """An uploaded sound, by its key."""

    key: str


SoundRef = Spoken | Recorded


@dataclass(frozen=True, slots=True)
class Need:
    """Something outside the document that a step refers to.

    kind: `queue`, `skill`, `sound` or `text`. name: its key, or the text itself.
    field: which field of the step says so, for the message when nothing has that key.
    """

    kind: str
    name: str
    field: str


# -- what the interpreter asks of the channel ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Action:
    """What the channel shall do. New steps may bring new actions; channels refuse unknown ones loudly."""


@dataclass(frozen=True, slots=True)
class Speak(Action):
    """Play these one after the other and report `SoundEnded(mark)` after the last."""

    sounds: tuple[SoundRef, ...]
    mark: int = 0


@dataclass(frozen=True, slots=True)
class Play(Action):
    """Play one recorded sound and report `SoundEnded(mark)`."""

    sound: Recorded
    mark: int = 0


@dataclass(frozen=True, slots=True)
class Enqueue(Action):
    """Put the contact in line. queue: its key. priority: higher goes first, 0 is usual.

    requires: least level per skill, on top of what the queue requires. music: key of a sound played while
    waiting, `silence`, or None for the queue's own. The channel reports `LeftQueue`.
    """

    queue: str
    priority: int = 0
    requires: tuple[tuple[str, int], ...] = ()
    music: str | None = None


@dataclass(frozen=True, slots=True)
class HangUp(Action):
    """End the contact. why: a word for the record; `flow ended` or `flow went in circles`."""

    why: str = "flow ended"


# -- what happens to a contact in a flow -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Happening:
    """Something the channel tells the interpreter. A step that does not know it stays where it is."""


@dataclass(frozen=True, slots=True)
class SoundEnded(Happening):
    """The sounds of the action with this mark have been played to their end."""

    mark: int


@dataclass(frozen=True, slots=True)
class LeftQueue(Happening):
    """The queue visit ended. how: the value of the Floor's own word, such as `max wait`."""

    how: str


@dataclass(frozen=True, slots=True)
class TalkEnded(Happening):
    """The agent has hung up and the caller is still there."""


@dataclass(frozen=True, slots=True)
class CallerLeft(Happening):
    """The caller is gone, at whatever stage."""


# -- steps -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Given:
    """What a step may know besides its own fields: never more than plain values.

    now: UTC epoch microseconds. time_zone: IANA name of the client's zone. facts: what the channel
    knows, such as `("number", "+4930...")`; never journaled.
    """

    now: int
    time_zone: str = "UTC"
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Goto:
    """Where a run goes after an outcome: it stays, takes the next step, or ends."""

    name: str


STAY: Final = Goto("stay")
DONE: Final = Goto("done")
END: Final = Goto("end")


@dataclass(frozen=True, slots=True)
class Into:
    """Go into a branch of this step. back: return to this step when the branch ends, not to the next."""

    branch: str
    back: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step answers. memory: a plain value the step is given next time (tries so far, for example).

    Of the actions at most one makes sound; the interpreter gives it its mark.
    """

    then: Goto | Into
    actions: tuple[Action, ...] = ()
    memory: Any = None


Branch = tuple["Step", ...]


class StepReader(Protocol):
    """Reads nested steps, so that a step with branches needs not know the other kinds."""

    language: str

    def branch(self, reading: Reading) -> Branch: ...


@runtime_checkable
class Step(Protocol):
    """One kind of step: frozen, comparable, made only by `read`.

    enter: the run arrives here. happened: something happened while it stayed here. Both are pure, and
    neither raises. After `STAY` the run waits for a happening.
    """

    kind: ClassVar[str]

    @classmethod
    def read(cls, reading: Reading, steps: StepReader) -> Self:
        """From the mapping under the step's name. Faults become problems of the reading."""
        ...

    def write(self) -> dict[str, Any]:
        """The mapping `read` understands: read(write(step)) == step."""
        ...

    def branches(self) -> Mapping[str, Branch]:
        """Nested steps by the name of their field."""
        ...

    def needs(self) -> Iterator[Need]:
        """Everything outside the document that this step itself refers to (not its branches)."""
        ...

    def enter(self, memory: Any, given: Given) -> Outcome: ...

    def happened(self, memory: Any, happening: Happening, given: Given) -> Outcome: ...


# -- documents and runs ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FlowDocument:
    """A flow as written. client: key of the brand it belongs to, or None for all of them."""

    key: str
    name: str
    language: str
    steps: Branch
    client: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """One level of nesting in a run: the branch, the index of the current step and its memory.

    place: the branch as written, `steps[2].enqueue.nobody`. back: on its end the owner is entered anew.
    """

    branch: Branch
    place: str
    index: int = 0
    back: bool = False
    memory: Any = None

    @property
    def step(self) -> Step:
        return self.branch[self.index]


@dataclass(frozen=True, slots=True)
class Run:
    """A contact's way through a document so far. frames: outermost first; none when the run has ended.

    mark: of the last sound asked for; ends of earlier sounds are late and ignored.
    """

    frames: tuple[Frame, ...]
    mark: int = 0

    @property
    def ended(self) -> bool:
        return not self.frames

    @property
    def place(self) -> str:
        """Where the run stands, `steps[2].enqueue`, for the contact's record; empty when ended."""
        if not self.frames:
            return ""
        frame = self.frames[-1]
        return f"{frame.place}[{frame.index}].{frame.step.kind}"


@dataclass(frozen=True, slots=True)
class Published:
    """A version of a flow with all its sounds made. files: absolute path of the `.ul` file of each."""

    document: FlowDocument
    version: int
    files: Mapping[SoundRef, str]

    def paths(self, action: Speak | Play) -> tuple[str, ...]:
        """The files of an action, in order. Raises KeyError for a sound that was not published."""
        sounds = action.sounds if isinstance(action, Speak) else (action.sound,)
        return tuple(self.files[sound] for sound in sounds)
