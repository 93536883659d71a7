"""The frames of the live feed `/api/feed`, in both directions, all JSON text frames.

A topic starts with a snapshot at some `seq`; each change that follows carries the next `seq`. A page that
sees a gap asks `again` and gets a fresh snapshot. Applying every change to the snapshot gives the same
state as a fresh snapshot. `server_now` of a change replaces the state's.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from switchboard.web.fields import Answer, Asked, Number
from switchboard.web.messages.board import Board, BoardAgent, BoardFigures, BoardFilter, BoardQueue
from switchboard.web.messages.desk import DeskAgent, DeskChoice, DeskEngagement, DeskOffer, DeskState
from switchboard.web.messages.explaining import Explanation, InLine, Question, StuckThing, WhyAgent

Topic = Literal["desk", "board", "why"]
"""`why` cannot be asked for by the address: it begins with a `PageWhy` of a page that watches the board."""


class DeskSnapshot(Answer):
    type: Literal["snapshot"] = "snapshot"
    topic: Literal["desk"] = "desk"
    seq: int
    state: DeskState


class BoardSnapshot(Answer):
    type: Literal["snapshot"] = "snapshot"
    topic: Literal["board"] = "board"
    seq: int
    state: Board


class WhySnapshot(Answer):
    """The explanation that the page asked for last begins, or begins anew."""

    type: Literal["snapshot"] = "snapshot"
    topic: Literal["why"] = "why"
    seq: int
    state: Explanation


class LineChanged(Answer):
    """Sets `line` of the explanation."""

    part: Literal["line"] = "line"
    value: InLine | None


class WhyAgentChanged(Answer):
    """Sets `agent` of the explanation."""

    part: Literal["agent"] = "agent"
    value: WhyAgent | None


class WhyChanges(Answer):
    type: Literal["change"] = "change"
    topic: Literal["why"] = "why"
    seq: int
    server_now: int
    changes: list[Annotated[LineChanged | WhyAgentChanged, Field(discriminator="part")]]


class AgentChanged(Answer):
    """Sets `agent` of the desk's state."""

    part: Literal["agent"] = "agent"
    value: DeskAgent


class StatesChanged(Answer):
    part: Literal["states"] = "states"
    value: list[DeskChoice]


class OfferChanged(Answer):
    """Sets `offer`; null withdraws the card."""

    part: Literal["offer"] = "offer"
    value: DeskOffer | None


class EngagementChanged(Answer):
    part: Literal["engagement"] = "engagement"
    value: DeskEngagement | None


DeskChange = Annotated[AgentChanged | StatesChanged | OfferChanged | EngagementChanged, Field(discriminator="part")]


class DeskChanges(Answer):
    type: Literal["change"] = "change"
    topic: Literal["desk"] = "desk"
    seq: int
    server_now: int
    changes: list[DeskChange]


class QueueChanged(Answer):
    """The row of `queues` with this id is now `row`, added when it was not there; null removes it."""

    part: Literal["queues"] = "queues"
    id: str
    row: BoardQueue | None


class BoardAgentChanged(Answer):
    """The row of `agents` with this id is now `row`, added when it was not there; null removes it."""

    part: Literal["agents"] = "agents"
    id: str
    row: BoardAgent | None


class FiguresChanged(Answer):
    """The row of `figures` with this id is now `row`, added when it was not there; null removes it."""

    part: Literal["figures"] = "figures"
    id: str
    row: BoardFigures | None


class StuckChanged(Answer):
    """The row of `stuck` with this id is now `row`, added when it was not there; null removes it."""

    part: Literal["stuck"] = "stuck"
    id: str
    row: StuckThing | None


BoardChange = Annotated[QueueChanged | BoardAgentChanged | FiguresChanged | StuckChanged, Field(discriminator="part")]


class BoardChanges(Answer):
    type: Literal["change"] = "change"
    topic: Literal["board"] = "board"
    seq: int
    server_now: int
    changes: list[BoardChange]


class Beat(Answer):
    """Every five seconds. The page answers `PageBeat` with the same `n` from its message handler."""

    type: Literal["beat"] = "beat"
    n: int
    server_now: int


ServerFrame = (
    Annotated[DeskSnapshot | BoardSnapshot | WhySnapshot, Field(discriminator="topic")]
    | Annotated[DeskChanges | BoardChanges | WhyChanges, Field(discriminator="topic")]
    | Beat
)


class PageBeat(Asked):
    type: Literal["beat"]
    n: Number


class PageAgain(Asked):
    """Asks for a fresh snapshot of a topic."""

    type: Literal["again"]
    topic: Topic


class PageFilter(Asked):
    """Narrows the board from now on; it begins anew with a snapshot that names the filter."""

    type: Literal["filter"]
    topic: Literal["board"]
    filter: BoardFilter


class PageWhy(Asked):
    """Follow this explanation from now on, in place of the one before; null: none. Only with the board."""

    type: Literal["why"]
    asked: Question | None


PageFrame = Annotated[PageBeat | PageAgain | PageFilter | PageWhy, Field(discriminator="type")]

SERVER_FRAME: TypeAdapter[ServerFrame] = TypeAdapter(ServerFrame)
PAGE_FRAME: TypeAdapter[PageFrame] = TypeAdapter(PageFrame)
