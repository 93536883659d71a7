"""An agent's day. Units as in the other messages."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from switchboard.web.fields import Answer, Asked, Id


class DayAsked(Asked):
    date: Annotated[dt.date | None, Field(description="of the client's calendar; today when left out")] = None
    client: Annotated[Id | None, Field(description="whose clock makes the day; the first one's when left out")] = None


class DaySpan(Answer):
    state: str
    reason_name: str | None
    since: int
    until: int | None
    """Null: it still goes on."""
    contact: str | None
    queue_name: str | None
    overran: bool
    """It was a pause that lasted as long as its reason allows, and was ended by that."""


class DayState(Answer):
    state: str
    reason_name: str | None
    time: int


class AgentDay(Answer):
    agent: str
    agent_name: str
    date: dt.date
    time_zone: str
    since: int
    """When the day begins and, next, ends: 23 or 25 hours later when the clock is changed."""
    until: int
    signed_in: int
    states: list[DayState]
    """How long in which state; they add up to `signed_in`."""
    spans: list[DaySpan]
    server_now: int
