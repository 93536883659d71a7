"""The nouns of flows: documents, steps and runs; and, of `dialogue`, what interpreter and channel tell each other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Protocol, Self, runtime_checkable

import msgspec

from switchboard.flows.dialogue import (
    ENDS,
    Action,
    AskCallback,
    BreakOut,
    CallbackAnswered,
    CallerLeft,
    Digit,
    Enqueue,
    HangUp,
    Happening,
    Hush,
    LeftQueue,
    Marked,
    Note,
    Play,
    Recorded,
    Returning,
    SoundEnded,
    SoundRef,
    Speak,
    Spoken,
    TalkEnded,
    TimeUp,
    Wait,
)
from switchboard.flows.opening import OpeningHours
from switchboard.flows.reading import Fields, Path, Problem, Reading, duration_text, nobody_has

__all__ = [
    "AGAIN",
    "DONE",
    "END",
    "ENDS",
    "FORMAT",
    "STAY",
    "UP",
    "Action",
    "Aside",
    "AskCallback",
    "Branch",
    "BreakOut",
    "CallbackAnswered",
    "CallerLeft",
    "Digit",
    "Enqueue",
    "Fields",
    "FlowDocument",
    "Frame",
    "Given",
    "Goto",
    "HangUp",
    "Happening",
    "Hush",
    "Interrupted",
    "Into",
    "LeftQueue",
    "Marked",
    "Need",
    "Note",
    "Outcome",
    "Path",
    "Play",
    "Problem",
    "Published",
    "Reading",
    "Recorded",
    "Returning",
    "Run",
    "SoundEnded",
    "SoundRef",
    "Speak",
    "Spoken",
    "Step",
    "StepReader",
    "TalkEnded",
    "TimeUp",
    "Wait",
    "duration_text",
    "nobody_has",
]

FORMAT: Final = 1
"""The version of the flow document that is written; older ones are brought up when read."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something outside the document that a step refers to.

    kind: `queue`, `skill`, `team`, `person`, `sound`, `hours` or `text`. name: its key, or the text itself.
    field: which field of the step says so, for the message when nothing has that key.
    """

    kind: str
    name: str
    field: str


# -- steps -----------------------------------------------------------------------------------------


class Given(msgspec.Struct, frozen=True, gc=False):
    """What a step may know besides its own fields: never more than plain values.

    now: UTC epoch microseconds. time_zone: IANA name of the client's zone. facts: what the channel
    knows, such as `("number", "+4930...")`; never journaled. hours: opening hours in force, by key.
    """

    now: int
    time_zone: str = "UTC"
    facts: Mapping[str, str] = {}
    hours: Mapping[str, OpeningHours] = {}


class Goto(msgspec.Struct, frozen=True, gc=False):
    """Where a run goes after an outcome. to: name of the menu for `up`, empty for the innermost place."""

    name: str
    to: str = ""


STAY: Final = Goto("stay")
"""Where it is, until something happens."""
DONE: Final = Goto("done")
"""To the next step."""
AGAIN: Final = Goto("again")
"""Enter this step anew."""
UP: Final = Goto("up")
"""To the menu, or the line, whose key led here: that step is entered anew."""
END: Final = Goto("end")


class Into(msgspec.Struct, frozen=True, gc=False):
    """Go into a branch of this step. back: return to this step when the branch ends, not to the next.

    returns: what `up` in this branch calls this step, None when it cannot lead back here. heard: how the
    flow's end is called from when a sound of this branch was heard to its end.
    """

    branch: str
    back: bool = False
    returns: str | None = None
    heard: str = ""


class Aside(msgspec.Struct, frozen=True, gc=False):
    """To a step that stands nowhere in the document. back: to this step, entered anew, when that is done; without it
    the flow is left for good."""

    step: "Step"
    back: bool


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What a step answers. memory: a plain value the step is given next time (tries so far, for example).

    Of the actions at most one makes sound; the interpreter gives it its mark. why: how the flow's end is called
    from now on, whatever is heard in the branches around. keeps_keys: keys pressed while it stays are kept for the
    next menu. listens: it waits for a key: one that was kept is given to it at once, and the sound it asked for is
    not played.
    """

    then: Goto | Into | Aside
    actions: tuple[Action, ...] = ()
    memory: Any = None
    why: str = ""
    keeps_keys: bool = False
    listens: bool = False


Branch = tuple["Step", ...]


class StepReader(Protocol):
    """Reads nested steps, so that a step with branches needs not know the other kinds."""

    language: str

    def branch(self, reading: Reading, *, returns: str | None = None) -> Branch:
        """returns: the name by which `back` in this branch finds its way to the step that reads it."""
        ...

    def can_return(self, to: str) -> bool:
        """Whether a step around the one that is read answers to this name; empty: whether any does."""
        ...


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
        """Nested steps by the name of their field (`keys.1` for a field within a field)."""
        ...

    def needs(self) -> Iterator[Need]:
        """Everything outside the document that this step itself refers to (not its branches)."""
        ...

    def enter(self, memory: Any, given: Given) -> Outcome: ...

    def happened(self, memory: Any, happening: Happening, given: Given) -> Outcome: ...


class Interrupted(Happening, frozen=True):
    """Something is to be said to everybody at once: an announcement was switched on.

    step: says it. ends: the flow is left for it; otherwise it goes on where it was. A step that does not know what to
    make of this is left for `step` by the interpreter, and entered anew after it.
    """

    step: Step
    ends: bool


# -- documents and runs ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FlowDocument:
    """A flow as written. client: key of the brand it belongs to, or None for all of them."""

    key: str
    name: str
    language: str
    steps: Branch
    client: str | None = None


class Frame(msgspec.Struct, frozen=True, gc=False):
    """One level of nesting in a run: the branch, the index of the current step and its memory.

    place: the branch as written, `steps[2].enqueue.nobody`. back, returns, heard: of the `Into` that led here.
    """

    branch: Branch
    place: str
    index: int = 0
    back: bool = False
    memory: Any = None
    returns: str | None = None
    heard: str = ""

    @property
    def step(self) -> Step:
        return self.branch[self.index]


class Run(msgspec.Struct, frozen=True, gc=False):
    """A contact's way through a document so far. frames: outermost first; none when the run has ended.

    mark: of the last sound, wait or hush asked for; ends of earlier ones are late and ignored. typed: keys
    pressed ahead of the menu they are for. why: how its end would be called now. rounds: how often a step was
    entered anew.
    """

    frames: tuple[Frame, ...]
    mark: int = 0
    typed: str = ""
    why: str = "flow ended"
    rounds: int = 0

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
