"""The line and the people, live."""

from switchboard.agents.model import AgentState
from switchboard.web.fields import Answer


class BoardQueue(Answer):
    id: str
    name: str
    client: str
    waiting: int
    longest_since: int | None
    """Since when the longest waiting contact waits; null when nobody does."""
    offered: int
    signed_in: int
    available: int


class BoardAgent(Answer):
    id: str
    name: str
    state: AgentState
    reason: str | None
    """The name of the reason while paused."""
    since: int
    reachable: bool
    """Whether an offer could ring at him now; somebody available who is not gets none."""
    queue: str | None
    """The name of the queue whose contact he has."""


class Board(Answer):
    """The line and the people. The order of rows carries no meaning."""

    queues: list[BoardQueue]
    agents: list[BoardAgent]
    server_now: int
