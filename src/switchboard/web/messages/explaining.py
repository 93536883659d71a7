"""Why a contact waits, why an agent has nothing to do, and whether anything sticks: in words."""

from typing import Literal

from pydantic import Field

from switchboard.routing.service import ReliefEnd
from switchboard.web.fields import Answer, Asked, Id


class WaitingContact(Answer):
    """One contact in line, in the order of the line."""

    contact: str
    since: int
    place: int
    """1 for the next one."""
    offered_to: str | None
    """The name of the agent at whom it rings, the first of them when it rings at several."""
    ringing: int = 0
    """At how many agents it rings."""
    due: int | None = None
    """When it shall be done, as it stands now; null where nothing is due."""
    paused_since: int | None = None
    """Since when its clock stands still; null while it goes on."""
    paused_until: int | None = None
    """When it goes on by itself at the latest."""
    sentences: list[str]
    """Where it stands, what it needs, who could take it and what stops them, what comes next."""


class LeftContact(Answer):
    """One contact that left the line while somebody looked at it."""

    contact: str
    at: int
    sentence: str
    """By whom it was answered, or how else it left, and after how long."""


class InLine(Answer):
    """The first of those who wait in a queue."""

    queue: str
    name: str
    waiting: int
    paused: int = 0
    """Those whose clock stands still; `waiting` does not count them, `contacts` has them at their place."""
    contacts: list[WaitingContact]
    left: list[LeftContact] = Field(default_factory=list)
    """Who left it within the last half minute, the last first; only while somebody looks at it by the live feed."""


class WhyAgent(Answer):
    """Why an agent has no call, and what waits that is not his."""

    agent: str
    name: str
    idle: bool
    """Free for the next call; else the first sentence says what keeps him from it."""
    sentences: list[str]


class Question(Asked):
    """Whose explanation a page follows. id: of the queue or the agent."""

    kind: Literal["queue", "agent"]
    id: Id


class Explanation(Answer):
    """The answer as it is now; nothing when there is no such queue or agent any more."""

    asked: Question
    line: InLine | None
    agent: WhyAgent | None
    server_now: int


class StuckThing(Answer):
    """Something that nobody will ever end."""

    id: str
    """Of this row: what it is and whose."""
    kind: str
    """`agent`, `contact`, `deadline` or `pair`."""
    name: str | None
    """The agent's; of a contact nothing but its id, which opens its record."""
    contact: str | None
    why: str
    since: int
    """When it should have ended; 0 where that is not known."""
    owner: str
    """Who should have ended it."""
    advice: str
    """What to do."""


class StuckThings(Answer):
    """Always empty; whatever stands here is a fault of the product."""

    stuck: list[StuckThing]


class ReliefTime(Answer):
    """A time during which others helped in a queue."""

    name: str
    """The team's name, or `agents of` the queue that they are of."""
    since: int
    until: int | None
    """Null while they help."""
    because: str
    """What led to it, in words: `12 wait`."""
    why_ended: ReliefEnd | None
    """Null while they help."""


class QueueRelief(Answer):
    queue: str
    name: str
    times: list[ReliefTime]
