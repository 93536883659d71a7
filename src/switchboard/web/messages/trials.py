"""What a change would have done on a real day."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from switchboard.web.fields import Answer, FilledLine, Id
from switchboard.web.messages.administration import ItemAsked


class TrialAsked(ItemAsked):
    """item: the changed thing as the form has it, not saved; its revision does not matter."""

    section: Id
    key: FilledLine
    date: Annotated[dt.date | None, Field(description="of the client's calendar; today when left out")] = None


class SureFigure(Answer):
    """A mean of the runs with its 95 % interval; low and high null when one run says nothing about it."""

    mean: float
    low: float | None
    high: float | None


class TrialRow(Answer):
    name: str
    real: float | None
    """As it really was. Shares are from 0 to 1, waits in seconds."""
    before: SureFigure | None
    """Simulated, with the configuration as it is."""
    after: SureFigure | None
    """Simulated, with the change."""
    clear: bool
    """Whether the difference is more than chance."""


class TrialPart(Answer):
    queue: str | None
    """Its key; null for all queues together."""
    name: str
    within: float | None
    """Seconds of its service level."""
    rows: list[TrialRow]
    says: str
    fit: str
    fits: bool


class TrialSlice(Answer):
    """Half an hour of the day, all queues: the service level; null without callers."""

    at: str
    offered: int
    real: float | None
    before: float | None
    after: float | None


class TrialResult(Answer):
    date: str
    calls: int
    agents: int
    runs: int
    says: str
    """What the change would have done, in a sentence or two."""
    fit: str
    """How well the simulation of the day as it was agrees with what really happened."""
    fits: bool
    parts: list[TrialPart]
    """The queues that the change concerns, then all together."""
    slices: list[TrialSlice]
    notes: list[str] = Field(default_factory=list)
    """What the result rests on besides, and what is not in it: one sentence each."""


class ChangeTrial(Answer):
    id: str
    state: Literal["running", "done", "failed", "stopped"]
    done: int
    of: int
    """Runs, of both configurations together."""
    error: str | None
    revision: str
    """Of the thing as it is tried."""
    result: TrialResult | None
    section: str
    key: str
    """What is tried; `file` and `file` for the configuration as one file."""
    by_name: str | None
    again: bool
    """Whether the server was restarted meanwhile and began it anew."""


class TriedChange(Answer):
    """A trial that was kept."""

    id: str
    at: int
    by_name: str | None
    revision: str
    version: int
    """The version that the change was compared with; 0 before the first."""
    result: TrialResult


class Trials(Answer):
    trials: list[TriedChange]
    """The latest first."""
    running: ChangeTrial | None = None
    """The trial that the organization runs at the moment, of this thing or another."""
