"""`enqueue`: wait in line for an agent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

from switchboard.conversations.model import VisitEnd
from switchboard.flows import preferred
from switchboard.flows.document import write_steps
from switchboard.flows.model import (
    DONE,
    END,
    STAY,
    Aside,
    Branch,
    BreakOut,
    Digit,
    Enqueue,
    Given,
    Goto,
    Happening,
    Interrupted,
    Into,
    LeftQueue,
    Need,
    Note,
    Outcome,
    Reading,
    Returning,
    StepReader,
    TalkEnded,
    duration_text,
)
from switchboard.flows.preferred import DAYS
from switchboard.flows.returning import FIELD, read_returning, write_returning
from switchboard.flows.steps.keys import by_key
from switchboard.flows.wanted import FIELDS, names_in, read_wanted, write_wanted
from switchboard.routing.model import Wanted

SILENCE: Final = "silence"
"""The music of a queue that plays none."""

THANKS: Final = "thanks"

BRANCHES: Final[Mapping[str, str]] = {
    VisitEnd.NOBODY_SIGNED_IN: "nobody",
    VisitEnd.MAX_WAIT: "max_wait",
    VisitEnd.FULL: "full",
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


_LONGEST_DUE: Final = 90 * 24 * 3600


@dataclass(frozen=True, slots=True)
class EnqueueStep:
    """Wait in `queue` until an agent takes the contact.

    priority: -100 to 100, higher goes first. requires, wanted: least level of skills and who else is wanted
    (`flows.wanted`), on top of the queue's own. music: key of a sound or `silence` instead of the queue's music.
    prefer, prefer_for, last_days: who gets him first, for prefer_for seconds they alone (`flows.preferred`).
    due_in: seconds in which he shall be served. returning: what is different for who is back soon.
    customer_needs: skills and priority of the customer come on top.
    nobody, max_wait, full, closed: steps for those ends, where no other queue takes him; without them (and after
    them) the document goes on behind this step. keys: steps for those who leave the line by a key, after which `back`
    leads to the old place in it. When the talk has ended the call ends.
    """

    kind: ClassVar[str] = "enqueue"
    queue: str
    priority: int = 0
    requires: tuple[tuple[str, int], ...] = ()
    music: str | None = None
    exits: tuple[tuple[str, Branch], ...] = ()
    keys: tuple[tuple[str, Branch], ...] = ()
    wanted: Wanted | None = None
    prefer: tuple[str, ...] = ()
    prefer_for: int = 0
    last_days: int = DAYS
    due_in: int = 0
    returning: Returning | None = None
    customer_needs: bool = True

    @classmethod
    def read(cls, reading: Reading, steps: StepReader) -> Self:
        names = tuple(BRANCHES.values())
        fields = reading.fields(
            ("queue",),
            (
                *("priority", "requires", "customer_needs", *FIELDS, *preferred.FIELDS, "due_in", FIELD, "music"),
                *(*names, "keys"),
            ),
        )
        return cls(
            queue=fields.key("queue"),
            priority=fields.whole("priority", 0, least=-100, most=100),
            requires=tuple(sorted(fields.levels("requires").items())),
            music=fields.key_or_none("music"),
            exits=tuple((name, steps.branch(fields.at(name))) for name in names if fields.has(name)),
            keys=tuple((key, steps.branch(at, returns="")) for key, at in by_key(fields, "keys")),
            wanted=read_wanted(fields),
            prefer=preferred.read_prefer(fields),
            prefer_for=preferred.read_prefer_for(fields),
            last_days=preferred.read_days(fields),
            due_in=fields.duration("due_in", 0, most=_LONGEST_DUE),
            returning=read_returning(fields),
            customer_needs=fields.flag("customer_needs", default=True),
        )

    def write(self) -> dict[str, Any]:
        written: dict[str, Any] = {"queue": self.queue}
        if self.priority:
            written["priority"] = self.priority
        if self.requires:
            written["requires"] = dict(self.requires)
        if not self.customer_needs:
            written["customer_needs"] = False
        written.update(write_wanted(self.wanted))
        written.update(self._whom_first())
        if self.due_in:
            written["due_in"] = duration_text(self.due_in)
        written.update(write_returning(self.returning))
        if self.music is not None:
            written["music"] = self.music
        written.update({name: write_steps(branch) for name, branch in self.exits})
        if self.keys:
            written["keys"] = {key: write_steps(branch) for key, branch in self.keys}
        return written

    def _whom_first(self) -> dict[str, Any]:
        written: dict[str, Any] = {}
        if self.prefer:
            written["prefer"] = list(self.prefer)
        if self.prefer_for:
            written["prefer_for"] = duration_text(self.prefer_for)
        if self.last_days != DAYS:
            written["last_agent_days"] = self.last_days
        return written

    def branches(self) -> Mapping[str, Branch]:
        return dict(self.exits) | {f"keys.{key}": branch for key, branch in self.keys}

    def needs(self) -> Iterator[Need]:
        yield Need("queue", self.queue, "queue")
        for skill, _ in self.requires:
            yield Need("skill", skill, "requires")
        for kind, key, field in names_in(self.wanted):
            yield Need(kind, key, field)
        for name in self.prefer:
            yield Need("customer" if name in preferred.WORDS else "person", name, "prefer")
        if self.returning is not None:
            yield Need("customer", FIELD, FIELD)
            yield Need("queue", self.returning.after, f"{FIELD}.after")
            if self.returning.queue is not None:
                yield Need("queue", self.returning.queue, f"{FIELD}.queue")
        if self.music is not None and self.music != SILENCE:
            yield Need("sound", self.music, "music")

    def enter(self, memory: Any, given: Given) -> Outcome:  # noqa: ARG002 - the contract's signature
        """memory: the key that led out of the line when he comes back to it."""
        keys = tuple(key for key, _ in self.keys)
        back = memory is not None
        wait = Enqueue(
            self.queue,
            self.priority,
            self.requires,
            self.music,
            keys,
            back,
            self.wanted,
            self.prefer,
            self.prefer_for,
            self.last_days,
            self.due_in,
            self.returning,
            self.customer_needs,
        )
        return Outcome(STAY, (wait,))

    def happened(self, memory: Any, happening: Happening, given: Given) -> Outcome:
        """memory: the key, or the announcement, that he leaves the line for."""
        match happening:
            case TalkEnded():
                return Outcome(END)
            case Digit(key) if key in dict(self.keys) and memory is None:
                return Outcome(STAY, (BreakOut(),), key)
            case Interrupted(step, ends=False):
                # He hears it while he waits.
                return Outcome(STAY, step.enter(None, given).actions, memory)
            case Interrupted():
                return Outcome(STAY, (BreakOut(),), happening)
            case LeftQueue(how) if isinstance(memory, Interrupted) and how != VisitEnd.ANSWERED and how not in _OVER:
                return Outcome(Aside(memory.step, back=False))
            case LeftQueue(VisitEnd.BROKE_OUT):
                return self._broke_out(memory)
            case LeftQueue(how):
                then = self._after(how)
                # Nobody was there for him, whatever he heard before and hears from here on.
                return Outcome(then, why="" if then == STAY else "flow ended")
        return Outcome(STAY, memory=memory)

    def _broke_out(self, key: Any) -> Outcome:
        if key not in dict(self.keys):
            return Outcome(DONE, why=THANKS)
        return Outcome(Into(f"keys.{key}", returns=""), (Note("broke out", key),), key, why=THANKS)

    def _after(self, how: str) -> Goto | Into:
        if how == VisitEnd.ANSWERED:
            # The agent talks now; what follows is TalkEnded or CallerLeft.
            return STAY
        if how in _OVER:
            return END
        name = BRANCHES.get(how)
        return Into(name) if name is not None and name in dict(self.exits) else DONE
