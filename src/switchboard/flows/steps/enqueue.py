"""`enqueue`: wait in line for an agent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

from switchboard.conversations.model import VisitEnd
from switchboard.flows.document import write_steps
from switchboard.flows.model import (
    DONE,
    END,
    STAY,
    Branch,
    Enqueue,
    Given,
    Goto,
    Happening,
    Into,
    LeftQueue,
    Need,
    Outcome,
    Reading,
    StepReader,
    TalkEnded,
)

SILENCE: Final = "silence"
"""The music of a queue that plays none."""

BRANCHES: Final[Mapping[str, str]] = {
    VisitEnd.NOBODY_SIGNED_IN: "nobody",
    VisitEnd.MAX_WAIT: "max_wait",
    VisitEnd.QUEUE_CLOSED: "closed",
}
"""How a visit can end with the caller still in the flow, and the field whose steps come then."""

_OVER: Final = frozenset(
    {
        VisitEnd.ABANDONED,
        VisitEnd.ABANDONED_WHILE_OFFERED,
        VisitEnd.FINISHED,
        VisitEnd.MEDIA_LOST,
        VisitEnd.SIGNALLING_LOST,
    }
)


@dataclass(frozen=True, slots=True)
class EnqueueStep:
    """Wait in `queue` until an agent takes the contact.

    priority: -100 to 100, higher goes first. requires: least level of skills, on top of the queue's own.
    music: key of a sound or `silence` instead of the queue's music. nobody, max_wait, closed: steps for
    those ends; without them (and after them) the document goes on behind this step. When the talk has
    ended the call ends.
    """

    kind: ClassVar[str] = "enqueue"
    queue: str
    priority: int = 0
    requires: tuple[tuple[str, int], ...] = ()
    music: str | None = None
    exits: tuple[tuple[str, Branch], ...] = ()

    @classmethod
    def read(cls, reading: Reading, steps: StepReader) -> Self:
        names = tuple(BRANCHES.values())
        fields = reading.fields(("queue",), ("priority", "requires", "music", *names))
        return cls(
            queue=fields.key("queue"),
            priority=fields.whole("priority", 0, least=-100, most=100),
            requires=tuple(sorted(fields.levels("requires").items())),
            music=fields.key_or_none("music"),
            exits=tuple((name, steps.branch(fields.at(name))) for name in names if fields.has(name)),
        )

    def write(self) -> dict[str, Any]:
        written: dict[str, Any] = {"queue": self.queue}
        if self.priority:
            written["priority"] = self.priority
        if self.requires:
            written["requires"] = dict(self.requires)
        if self.music is not None:
            written["music"] = self.music
        written.update({name: write_steps(branch) for name, branch in self.exits})
        return written

    def branches(self) -> Mapping[str, Branch]:
        return dict(self.exits)

    def needs(self) -> Iterator[Need]:
        yield Need("queue", self.queue, "queue")
        for skill, _ in self.requires:
            yield Need("skill", skill, "requires")
        if self.music is not None and self.music != SILENCE:
            yield Need("sound", self.music, "music")

    def enter(self, memory: Any, given: Given) -> Outcome:  # noqa: ARG002 - the contract's signature
        return Outcome(STAY, (Enqueue(self.queue, self.priority, self.requires, self.music),))

    def happened(self, memory: Any, happening: Happening, given: Given) -> Outcome:  # noqa: ARG002
        if isinstance(happening, TalkEnded):
            return Outcome(END)
        if isinstance(happening, LeftQueue):
            return Outcome(self._after(happening.how))
        return Outcome(STAY, memory=memory)

    def _after(self, how: str) -> Goto | Into:
        if how == VisitEnd.ANSWERED:
            # The agent talks now; what follows is TalkEnded or CallerLeft.
            return STAY
        if how in _OVER:
            return END
        name = BRANCHES.get(how)
        return Into(name) if name is not None and name in self.branches() else DONE
